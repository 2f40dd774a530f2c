"""Who may do what, as data: every operation by every kind of caller that should not pass, in `access.csv`.

scopes      one of these opens it; - for any key; PUBLIC for anybody
parent      what a key of the province above is answered, with every scope, asking for the county's own rows
sibling     what a key of the county beside is answered; stranger: one of another province
tests       what a key of the county's sandbox is answered for them
With NUANLIU_WRITE_ACCESS=1 the rows are written anew; what changed is to be read before it is committed.
"""

import csv
import datetime as dt
import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from logistics.partners.keys import SCOPES, issue_key, revoke_key
from logistics.partners.models import ApiKey
from logistics.replies.grievance_kinds import grievance_kinds
from logistics.volunteering.models import CheckKind, Volunteer
from tests.api.conftest import Clerk, Partner, partner_of
from tests.cast import World
from tests.households.test_duplicates import merged, twins
from tests.looking import nothing_written, rows_everywhere
from tests.neighbours import far_away
from tests.replies.stage import consent_of, delivered

ROWS = Path(__file__).with_name("access.csv")
OUTSIDERS = ("sibling", "stranger", "tests")
CALLERS = ("parent", *OUTSIDERS)
COLUMNS = ("method", "path", "scopes", *CALLERS)
IS_WRITING = "NUANLIU_WRITE_ACCESS" in os.environ
PUBLIC, ANY = "PUBLIC", "-"
Node = dict[str, Any]
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Operation:
    """One operation of the document, with an address and a body that name the county's own rows."""

    method: str
    path: str
    scopes: str
    address: str
    body: Any

    @property
    def name(self) -> str:
        """Say it as the documents do."""
        return f"{self.method} {self.path}"


def operations(document: Node, things: Mapping[str, str]) -> Iterator[Operation]:
    """Yield every operation, filled with what the county has."""
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            required = one.get("security", [])
            scopes = [scope for way in required for names in way.values() for scope in names]
            short = path.removeprefix("/api/v1")
            content = one.get("requestBody", {}).get("content", {}).get("application/json", {})
            examples = list(content.get("examples", {}).values())
            body = examples[0]["value"] if examples else None
            told = " ".join(scopes) if scopes else ANY if any(required) else PUBLIC
            yield Operation(method.upper(), short, told, _filled(short, things), body)


def _filled(path: str, things: Mapping[str, str]) -> str:
    """Put the county's own rows into an address: by the first step of it and the name of the parameter."""
    steps = path.split("/")
    for position, step in enumerate(steps):
        if step.startswith("{"):
            name = step[1:].partition("}")[0]
            known = things.get(f"{steps[1]}.{name}") or things.get(name) or "0198f2c1-7d40-7a3e-9b51-2f6c8d1e4a70"
            steps[position] = known + step.partition("}")[2]
    return "/".join(steps)


def things_of(world: World) -> dict[str, str]:
    """Let the county have one row of everything that can be had in a few lines; returns what addresses name."""
    now = timezone.now()
    own = partner_of(world.county, now=now)
    world.stock_kits(4)
    parcel = world.walk(world.plan()[0], "PACK")
    planned = world.plan()[0]

    def made(path: str, body: Any) -> str:
        answer = own.post(path, body)
        assert answer.status_code in (200, 201, 202), (path, answer.content[:500])
        return str((answer.json().get("items") or [answer.json()])[0]["id"])

    gift = own.get("/donations").json()["items"][0]["id"]
    purchase = own.get("/purchases").json()["items"][0]["id"]
    money = {"amount": 100, "currency": "CNY"}
    grant = {"fund": world.girls_fund.code, "household": str(world.family.id), "beneficiary": str(world.girl.id)}
    world.give_money(10_000, fund=world.girls_fund)
    endpoint = made("/webhook-endpoints", {"url": "https://93.184.216.34/hook"})
    delivery = made(f"/webhook-endpoints/{endpoint}/test", {})
    key = made("/keys", {"name": "示例", "scopes": ["parcels:read"]})
    lot = own.get(f"/stock?warehouse={world.warehouse.code}").json()["items"][0]
    hold = {"warehouse": world.warehouse.code, "lot": lot["lot"], "quantity": 1, "reason": "DAMAGED", "note": "示例"}
    round_ = {"kind": "OUTING", "name": "示例", "place": "示例村", "day": "2026-01-12", "parcels": [planned.code.text]}
    return {
        "parcels.key": parcel.code.text,
        "traces.code": parcel.code.text,
        "codes.code": parcel.code.text,
        "donation_id": gift,
        "purchase_id": purchase,
        "household_id": str(world.family.id),
        "member_id": str(world.girl.id),
        "funds.key": world.warm_fund.code,
        "funds.code": world.warm_fund.code,
        "organisations.key": world.county.code,
        "programmes.key": world.warm.code,
        "suppliers.key": world.supplier.code,
        "warehouses.key": world.warehouse.code,
        "items.key": "gloves",
        "kit-recipes.key": world.recipe.code,
        "donors.key": str(world.donor.id),
        "grant_id": made("/grants", grant | {"money": money, "reference": "access-1"}),
        "endpoint_id": endpoint,
        "delivery_id": delivery,
        "key_id": key,
        "keys.key": key,
        "entry_id": str(own.get("/ledgers/journal").json()["items"][0]["entry"]),
        "ledgers.name": "funds",
        "label-sheets.name": "A4_3X7",
        "sha256": "a" * 64,
        "size": "1",
        "number": "1",
        "round_id": made("/rounds", round_),
        "need_id": made("/needs", {"household": str(world.family.id), "kind": "CLOTHES", "urgency": 1}),
        "hold_id": made("/stock/holds", hold),
        **families_of(world, made),
        **replies_of(world),
        **pair_of(world),
    }


def pair_of(world: World) -> dict[str, str]:
    """Let the county have a pair of households that may be one, and another that was merged."""
    first = twins(world)
    merge = merged(world, first)
    return {"pair_id": str(first.id), "merge_id": str(merge.id)}


def replies_of(world: World) -> dict[str, str]:
    """Let the county have one row of everything that comes back from families, as its officer records it."""
    officer, code = Clerk(world.officer), delivered(world).code.text
    today, kind = timezone.localdate().isoformat(), next(iter(grievance_kinds()))
    days = {"from_on": today, "to_on": today, "size": 1, "days": 7}
    consent_of(world, "SPONSOR", "LETTER")
    sponsorship = {"fund": world.girls_fund.code, "donor": str(world.donor.id), "member": str(world.girl.id)}
    sponsorship |= {"household": str(world.family.id), "alias": "小葵", "stage": "PRIMARY_UPPER"}
    sponsorship |= {"yearly": {"amount": 120_000, "currency": "CNY"}, "started_on": today}
    told: dict[str, tuple[str, Any]] = {
        "reply_id": ("/reply-cards", {"code": code, "text": "谢谢"}),
        "visit_id": ("/verification-visits", {"code": code, "why": "去看一看", "due_on": today}),
        "draw_id": ("/visit-draws", {"programme": world.warm.code, **days}),
        "sponsorship_id": ("/sponsorships", sponsorship),
        "grievance_id": ("/grievances", {"kind": kind, "text": "毛毯是破的", "channel": "VISIT"}),
    }
    made = {name: str(officer.post(path, body).json()["id"]) for name, (path, body) in told.items()}
    letter = {"direction": "TO_SPONSOR", "text": "谢谢阿姨"}
    answer = officer.post(f"/sponsorships/{made['sponsorship_id']}/letters", letter)
    return {**made, "letter_id": answer.json()["letters"][0]["id"]}


def families_of(world: World, made: Callable[[str, Any], str]) -> dict[str, str]:
    """Let the county have one row of everything that is done for families."""
    family, girl, today = str(world.family.id), str(world.girl.id), timezone.localdate().isoformat()
    child = {"household": family, "member": girl}
    helper = Volunteer.objects.get(id=made("/volunteers", {"name": "示例"})).reference
    for kind in CheckKind.values:
        made(f"/volunteers/{helper}/checks", {"kind": kind, "checked_on": today})
    orphan = {"kind": "ORPHAN", "member": girl}
    return {
        "hardship_id": made(f"/households/{family}/hardships", orphan),
        "guardian_id": made(f"/households/{family}/members/{girl}/guardians", {"name": "示例"}),
        "scope": "PROCESSING",
        "wish_id": made("/micro-wishes", {**child, "words": "书"}),
        "volunteers.reference": helper,
        "helpers.reference": helper,
        "companionship_id": made("/companionships", {**child, "volunteer": helper, "kind": "LOVING_MOTHER"}),
        "errand_id": made("/errands", {"household": family, "what": "取药", "due_on": today}),
        "order_id": made("/knitting-orders", {**child, "garment": "gloves", "measures": {"height": 1_200}}),
    }


@pytest.fixture
def document(db: None) -> Node:
    """The document as it is served."""
    return dict(json.loads(Client().get("/api/v1/openapi.json").content))


@pytest.fixture
def things(world: World) -> dict[str, str]:
    """What the county has."""
    return things_of(world)


def rows() -> dict[str, dict[str, str]]:
    """Read the rows by operation."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        return {f"{row['method']} {row['path']}": row for row in csv.DictReader(file)}


def ask(partner: Partner, operation: Operation) -> HttpResponse:
    """Send an operation as a caller."""
    headers = {"Authorization": f"Bearer {partner.key}", "Accept-Language": "en"}
    if operation.method == "POST":
        headers["Idempotency-Key"] = f"access-{next(_numbers)}"
    if operation.method == "PATCH":
        headers["If-Match"] = "*"
    send = getattr(partner.client, operation.method.lower())
    if operation.method == "GET":
        return send(f"/api/v1{operation.address}", headers=headers)
    kind = "application/json" if operation.method != "PUT" else "image/png"
    return send(f"/api/v1{operation.address}", data=json.dumps(operation.body), content_type=kind, headers=headers)


def said(answer: HttpResponse) -> str:
    """Say an answer in a word: its status, and the code of its problem; EMPTY where a list holds nothing."""
    if not answer.headers.get("Content-Type", "").endswith("json"):
        return str(answer.status_code)
    told = json.loads(answer.content)
    if answer.status_code >= 400:
        return f"{answer.status_code} {told['code']}"
    is_empty = isinstance(told, dict) and told.get("items") == []
    return f"{answer.status_code} EMPTY" if is_empty else str(answer.status_code)


@pytest.mark.skipif(not IS_WRITING, reason="writes the rows anew when it is asked to")
def test_the_rows_are_written(world: World, document: Node, things: dict[str, str]) -> None:
    found: dict[str, dict[str, str]] = {}
    for caller in CALLERS:
        # Each as the first: what one registers, the next would see.
        before = transaction.savepoint()
        partner = _caller(world, caller)
        for one in operations(document, things):
            row = found.setdefault(one.name, {"method": one.method, "path": one.path, "scopes": one.scopes})
            row[caller] = said(ask(partner, one))
        transaction.savepoint_rollback(before)
    with ROWS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found.values())


def test_every_operation_has_a_row_and_every_row_an_operation(document: Node, things: dict[str, str]) -> None:
    found = {one.name: one.scopes for one in operations(document, things)}
    assert {name: row["scopes"] for name, row in rows().items()} == found


def _bad_keys(world: World) -> dict[str, Partner]:
    """Make a key of each kind that opens nothing."""
    now = timezone.now()
    every: dict[str, Any] = {"organisation": world.county, "name": "示例", "scopes": SCOPES}
    revoked, revoked_text = issue_key(**every, now=now)
    revoke_key(key=revoked, now=now)
    real = issue_key(**every, now=now)[1]
    sandboxed, sandboxed_text = issue_key(**every, now=now)
    # As if somebody had written into the table: a key of real books that says it is for tests.
    ApiKey.objects.filter(id=sandboxed.id).update(kind="TEST")
    return {
        "none": Partner(""),
        "wrong": Partner(real[:-1] + ("0" if real[-1] != "0" else "1")),
        "said to be for tests": Partner(real.replace("nuanliu_", "nuanliu_test_")),
        "written into the table": Partner(sandboxed_text.replace("nuanliu_", "nuanliu_test_")),
        "expired": Partner(issue_key(**every, days=1, now=now - dt.timedelta(days=2))[1]),
        "revoked": Partner(revoked_text),
    }


def test_an_operation_without_a_row_is_found(document: Node, things: dict[str, str]) -> None:
    document["paths"]["/api/v1/planted"] = {"get": {"security": [{"key": ["admin"]}]}}
    found = {one.name: one.scopes for one in operations(document, things)}
    assert found.keys() - rows().keys() == {"GET /planted"} and found["GET /planted"] == "admin"


def test_a_key_that_is_none_opens_nothing(world: World, document: Node, things: dict[str, str]) -> None:
    callers = _bad_keys(world)
    before = rows_everywhere()
    for operation, (kind, partner) in itertools.product(operations(document, things), callers.items()):
        if operation.scopes != PUBLIC:
            answer = said(ask(partner, operation))
            assert answer == "401 unauthenticated", (operation.name, kind, answer)
    assert rows_everywhere() == before


def test_a_key_opens_nothing_from_another_network(world: World, document: Node, things: dict[str, str]) -> None:
    text = issue_key(
        organisation=world.county, name="x", scopes=SCOPES, networks=["203.0.113.0/24"], now=timezone.now()
    )[1]
    with nothing_written():
        for operation in operations(document, things):
            if operation.scopes != PUBLIC:
                assert said(ask(Partner(text), operation)) == "403 key_network_refused", operation.name


def test_a_key_with_every_other_scope_opens_nothing(world: World, document: Node, things: dict[str, str]) -> None:
    found = list(operations(document, things))
    needed = {operation.scopes for operation in found} - {PUBLIC, ANY}
    without = {
        scopes: partner_of(world.county, *(set(SCOPES) - set(scopes.split())), now=timezone.now()) for scopes in needed
    }
    with nothing_written():
        for operation in found:
            if operation.scopes in without:
                answer = said(ask(without[operation.scopes], operation))
                assert answer == "403 scope_missing", (operation.name, answer)


@pytest.mark.parametrize("caller", CALLERS)
def test_others_are_answered_as_their_row_says(
    world: World, document: Node, things: dict[str, str], caller: str
) -> None:
    partner, expected = _caller(world, caller), rows()
    ours = {thing for name, thing in things.items() if len(thing) > 12 and name not in {"sha256", "programmes.key"}}
    for operation in operations(document, things):
        answer, row = ask(partner, operation), expected[operation.name]
        assert said(answer) == row[caller], (operation.name, answer.content[:300])
        if caller in OUTSIDERS and not answer.streaming:
            text = answer.content.decode("utf-8", "replace").replace(f"/api/v1{operation.address}", "")
            asked = json.dumps(operation.body, ensure_ascii=False) + operation.address
            leaked = [thing for thing in ours if thing in text and thing not in asked]
            assert leaked == [], operation.name


def _caller(world: World, caller: str) -> Partner:
    """Give a key with every scope to the province above, to a body that is none of the county's, or its sandbox."""
    now = timezone.now()
    if caller == "stranger":
        return partner_of(far_away(), now=now)
    if caller in ("parent", "sibling"):
        return partner_of(world.province if caller == "parent" else world.stranger_county, now=now)
    made = partner_of(world.county, now=now).post("/keys", {"name": "x", "kind": "TEST", "scopes": list(SCOPES)})
    return Partner(made.json()["key"])


# What all bodies share, whoever registered it: the catalogue, what a body above registered for those below, papers, and
# for who has the scope `admin` how to add an item.
SHARED = {
    *("GET /bank-layouts", "GET /imports/template.xlsx", "GET /papers", "GET /kit-recipes"),
    *("GET /grievance-kinds", "GET /hardship-kinds"),
    *("GET /items", "GET /items/{key}", "GET /items/{key}/history", "POST /items"),
    *("GET /kit-recipes/{key}", "GET /kit-recipes/{key}/history", "GET /programmes", "GET /programmes/{key}"),
    "GET /programmes/{key}/history",
    *("GET /label-sheets", "GET /label-sheets/{name}/calibration.pdf"),
}
# What is the caller's own: made by the call, or in its own books. That nothing of the county stands in it is asked of
# every answer.
OWN = {
    *("POST /bundles", "POST /donors", "POST /funds", "POST /households", "POST /keys"),
    *("POST /knitters", "POST /organisations", "POST /periods", "POST /printers", "POST /programmes", "POST /scans"),
    *("POST /suppliers", "POST /warehouses", "POST /volunteer-hours", "GET /sandbox", "POST /sandbox/reset"),
    *("GET /donations", "GET /donors", "GET /fund-statement", "GET /funds", "GET /households", "GET /keys"),
    *("GET /ledgers/{name}", "GET /management-cost", "GET /organisations", "GET /purchases", "GET /stock"),
    *("GET /suppliers", "GET /warehouses", "POST /home-visits", "POST /volunteers"),
    "POST /duplicates/search",
}
# For a federation at the top of a tree, of which an installation may have several: what all share, and how it runs.
OF_THE_TOP = {"GET /metrics", "PATCH /items/{key}", "POST /cost-rules"}


def test_every_row_says_no_or_why_not() -> None:
    found = {
        name
        for name, row in rows().items()
        for caller in OUTSIDERS
        if row[caller].startswith("2") and row[caller] != "200 EMPTY" and row["scopes"] != PUBLIC
    }
    assert found == SHARED | OWN | OF_THE_TOP
    assert not [name for name in OF_THE_TOP if rows()[name]["sibling"].startswith("2")]
