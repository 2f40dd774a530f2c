"""Who may open which page, as data: every page by every role, in `access.csv`.

page        the address as it stands in the list of pages, with the names of its parts
KEEPER ...  somebody of the county with this role alone, at the county's own rows
parent      every role but the auditor's, in the province above it
child       the same in a township below it; sibling: in the county beside; stranger: in another province
anonymous   nobody
An answer is two words: what GET and what an empty POST is answered. `in` leads to the page for signing in.
With NUANLIU_WRITE_ACCESS=1 the rows are written anew; what changed is to be read before it is committed.
"""

import copy
import csv
import os
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from logistics.parties.actions import register_person
from logistics.parties.models import Role
from logistics.web import urls
from tests.cast import PASSWORD, World
from tests.looking import rows_everywhere
from tests.neighbours import below, far_away
from tests.web.house_rows import rows_of_house

ROWS = Path(__file__).with_name("access.csv")
OWN_ROLES = tuple(Role.values)
RELATIONS = ("parent", "child", "sibling", "stranger")
ANONYMOUS = "anonymous"
CALLERS = (*OWN_ROLES, *RELATIONS, ANONYMOUS)
OUTSIDERS = ("child", "sibling", "stranger")
COLUMNS = ("page", *CALLERS)
IS_WRITING = "NUANLIU_WRITE_ACCESS" in os.environ
NOBODY = uuid.UUID("0198f2c1-7d40-7a3e-9b51-2f6c8d1e4a70")
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Page:
    """A page: its address in the list, and one that names the county's own rows."""

    route: str
    address: str


def pages(things: Mapping[str, str]) -> Iterator[Page]:
    """Yield every page of `logistics.web`, filled with what the county has."""
    for route in _routes(get_resolver().url_patterns, ""):
        yield Page(route, f"/{_addressed(route, things)}")


def _addressed(route: str, things: Mapping[str, str]) -> str:
    return _PART.sub(lambda part: _filled(route, part[1] or "str", part[2], things), route)


def _routes(patterns: "list[URLPattern | URLResolver]", before: str) -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            if one.app_name == "web" or one.namespace == "web" or before == "":
                yield from _routes(one.url_patterns, route)
        elif not route.startswith(("api/", "^", "static")):
            yield route


def _filled(route: str, converter: str, name: str, things: Mapping[str, str]) -> str:
    """Put in the county's own row: by the page, by the step before it and its name, by the first step, or by name."""
    steps = route.split("/")
    before = next(steps[place - 1] for place, step in enumerate(steps) if f":{name}>" in step)
    for key in (f"{route} {name}", f"{before}.{name}", f"{steps[0]}.{name}", name):
        if key in things:
            return things[key]
    return {"uuid": str(NOBODY), "int": "1"}.get(converter, "x")


# Which row of the county an address means, where the first of its table is as good as any.
TABLES = {
    "labels.batch_id": "press.LabelBatch",
    "papers.job_id": "press.PaperJob",
    "bundles.job_id": "press.BundleJob",
    "rounds.round_id": "deliveries.DistributionRound",
    "counts.stock_take_id": "stock.StockTake",
    "entries.entry_id": "journal.JournalEntry",
    "holds.hold_id": "stock.Hold",
    "devices.device_id": "parties.Device",
    "mandates.mandate_id": "audits.AuditMandate",
}


def things_on_pages(world: World) -> dict[str, str]:
    """Let the county have one row of what pages name."""
    found = rows_of_house(world)
    parcel = found["parcels.key"]
    for name, label in TABLES.items():
        row = apps.get_model(label).objects.order_by("pk").first()
        if row is not None:
            found[name] = str(row.pk)
    return {
        **found,
        "parcels.code": parcel,
        "Q.code": parcel,
        "q.code": parcel,
        "trace.code": parcel,
        "care.code": parcel,
        "masters.kind": "programmes",
        "masters.key": "warm-heart-pack",
        "ledgers.name": "funds",
        "keys.key_id": found["key_id"],
        "webhooks.endpoint_id": found["endpoint_id"],
        "step": "approve",
        "kind": "HOUSEHOLD_CARDS",
    }


def visitors(world: World) -> dict[str, Client]:
    """Give every caller a browser."""
    bodies = dict(zip(RELATIONS, (world.province, below(world.county), world.stranger_county, far_away()), strict=True))
    every = [role for role in OWN_ROLES if role != Role.AUDITOR]
    for name, body in bodies.items():
        register_person(organisation=body, username=f"every-{name}", name=f"示例{name}", roles=every, password=PASSWORD)
    register_person(
        organisation=world.county, username="liaison", name="示例liaison", roles=["LIAISON"], password=PASSWORD
    )
    names = {**{role: role.lower() for role in OWN_ROLES}, **{name: f"every-{name}" for name in RELATIONS}}
    return {caller: _browser(names.get(caller, "")) for caller in CALLERS}


def _browser(username: str) -> Client:
    client = Client(headers={"Accept-Language": "zh-CN"}, raise_request_exception=False)
    if username:
        assert client.login(username=username, password=PASSWORD), username
    return client


def said(answer: HttpResponse) -> str:
    """Say an answer in a word."""
    if answer.status_code in (301, 302) and "/sign-in" in answer.headers["Location"]:
        return "in"
    return str(answer.status_code)


def asked(client: Client, page: Page) -> tuple[str, str]:
    """Open a page, then send it an empty form; what that wrote is taken back. Returns the word and what was shown."""
    shown = []
    words = []
    for send in (client.get, client.post):
        before, cookies = transaction.savepoint(), copy.deepcopy(client.cookies)
        try:
            answer = send(page.address)
        finally:
            transaction.savepoint_rollback(before)
            # Who was signed out is back at once.
            client.cookies = cookies
        words.append(said(answer))
        shown.append("" if answer.streaming else answer.content.decode("utf-8", "replace"))
    return " ".join(words), "".join(shown)


def rows() -> dict[str, dict[str, str]]:
    """Read the rows by page."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        return {row["page"]: row for row in csv.DictReader(file)}


@pytest.fixture
def things(world: World) -> dict[str, str]:
    """What the county has."""
    return things_on_pages(world)


@pytest.mark.skipif(not IS_WRITING, reason="writes the rows anew when it is asked to")
def test_the_rows_are_written(world: World, things: dict[str, str]) -> None:
    callers = visitors(world)
    with ROWS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for page in pages(things):
            answers = {caller: asked(client, page)[0] for caller, client in callers.items()}
            writer.writerow({"page": page.route, **answers})


def test_every_page_has_a_row_and_every_row_a_page(things: dict[str, str]) -> None:
    assert [page.route for page in pages(things)] == list(rows())


def test_a_page_without_a_row_is_found(things: dict[str, str]) -> None:
    planted = path("planted/<uuid:household_id>", lambda request, household_id: None)
    urls.urlpatterns.append(planted)
    try:
        assert {page.route for page in pages(things)} - set(rows()) == {"planted/<uuid:household_id>"}
    finally:
        urls.urlpatterns.remove(planted)


@pytest.mark.parametrize("caller", CALLERS)
def test_each_page_answers_as_its_row_says(world: World, things: dict[str, str], caller: str) -> None:
    client, expected = visitors(world)[caller], rows()
    shared = {things[name] for name in SHARED_THINGS | (KNOWN_BELOW if caller == "child" else set())}
    ours = {thing for thing in things.values() if len(thing) > 12 and thing not in shared}
    before = rows_everywhere()
    for page in pages(things):
        words, shown = asked(client, page)
        assert words == expected[page.route][caller], (page.address, caller)
        if caller in (*OUTSIDERS, ANONYMOUS):
            text = shown.replace(page.address, "")
            leaked = [thing for thing in ours if thing in text and thing not in page.address]
            assert leaked == [], (page.address, caller)
            assert [name for name in FAMILY if name in text] == [], (page.address, caller)
    assert {name: count for name, count in rows_everywhere().items() if count != before.get(name)}.keys() <= LOOKS


# What every body shares, or anybody may read, so that its code is no leak.
SHARED_THINGS = {"sha256", "notice_id", "programmes.key", "programmes.code", "masters.key", "kind"}
# What concerns everybody below who declared it.
KNOWN_BELOW = {"recalls.recall_id"}
FAMILY = (
    "示例家庭",
    "李芳",
    "李方",
    "示例邻居",
    "我会努力",
    "示例异议",
    "示例女童",
    "示例男童",
    "示例村一组",
    "13800138000",
)
# That somebody looked, or signed in, is on record.
LOOKS: set[str] = set()


def test_outsiders_find_nothing_at_addresses_of_ours() -> None:
    """An address that names a row is 404 for whoever stands outside, whatever their roles; a public code is public."""
    found = {
        route: {caller: row[caller] for caller in OUTSIDERS if set(row[caller].split()) - {"404", "405"}}
        for route, row in rows().items()
        if _PART.search(route) and any(row[role].startswith("200") for role in OWN_ROLES)
    }
    assert {route: answers for route, answers in found.items() if answers and route not in NAMES_NO_ROW} == {}


def test_every_page_is_opened_by_somebody() -> None:
    """A page that nobody of the cast finds proves nothing about whom it is kept from: give it a row."""
    never = {
        route
        for route, row in rows().items()
        if _PART.search(route) and not any(set(row[role].split()) - {"404", "405"} for role in (*OWN_ROLES, "parent"))
    }
    assert never == set()


# Addresses with a part that names no row of a body: a public code, kinds of paper, of ledgers, of proposals, of master
# data, a label paper for everybody, and a programme that the province registered for all below it; a public notice is
# for anyone, and a recall for all who stand below.
NAMES_NO_ROW = {
    *("lists/programmes/<str:code>", "notices/<uuid:notice_id>", "recalls/<uuid:recall_id>"),
    *("labels/papers/<str:name>.pdf", "money/new/<str:kind>", "Q/<str:code>/sponsor"),
    *("Q/<str:code>/thanks/<uuid:reply_id>.jpg", "scan/app/<str:version>/<path:name>"),
    *("Q/<str:code>", "q/<str:code>", "ledgers/<str:name>", "papers/new/<str:kind>"),
    *("masters/<str:kind>", "masters/<str:kind>/<str:key>"),
}
