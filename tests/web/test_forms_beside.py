"""Every form of every page, filled with a row of the county beside: answered as if there were none, to the letter."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

from django.apps import apps
from django.db import transaction
from django.test import Client

from tests.api.home_rows import Rows, nobodys, rows_of
from tests.api.references import FIELDS
from tests.api.test_neighbours import CANARY
from tests.cast import PASSWORD, World
from tests.looking import rows_everywhere
from tests.neighbours import at_home
from tests.web.test_access_of_pages import pages

# What a field of a form names, where it does not say so by itself.
NAMES = {
    **FIELDS,
    **{"over": "organisation", "ward": "member", "child": "member", "goods": "goods", "whom": "member"},
    **{"parcel_code": "parcel", "code": "parcel", "beneficiary": "reference", "reader": "person"},
}
# Lists to choose from name a row by its own id.
TABLES = {
    "programme": "parties.Programme",
    "fund": "funds.Fund",
    "warehouse": "stock.Warehouse",
    "supplier": "parties.Supplier",
    "recipe": "stock.KitRecipe",
    "organisation": "parties.Organisation",
}
# Anybody tells any body of the installation what went wrong.
OPEN_TO_ALL = ("/tell",)
NOT_OURS = ("csrfmiddlewaretoken", "once", "next")
# Goods are of all bodies: a kit's name is among them.
SHARED_WORDS = re.compile(rf'<option value="kit-{CANARY}">[^<]*</option>')
_PASSING = re.compile(
    r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|\d\d:\d\d(:\d\d)?'
)


@dataclass
class Form:
    """A form as a page shows it: where it goes, how, and what stands in it."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get").lower()))
        if not self.forms:
            return
        values, name = self.forms[-1].values, said.get("name", "")
        if tag == "select":
            self.list = name
            values.setdefault(name, "")
        elif tag == "option" and self.list and not values[self.list]:
            values[self.list] = said.get("value", "")
        elif tag in ("input", "textarea") and name:
            values.setdefault(name, said.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.list = ""


def _forms(client: Client, own: Rows) -> Iterator[Form]:
    for page in pages(own):
        point = transaction.savepoint()
        answer = client.get(page.address)
        transaction.savepoint_rollback(point)
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"] and "sign" not in page.route:
            reader = _Reader()
            reader.feed(answer.content.decode())
            for form in reader.forms:
                form.action = (form.action or page.address).partition("?")[0]
                yield form


def _asked(client: Client, form: Form, name: str, value: str) -> tuple[str, dict[str, int]]:
    """Send a form with a value in it and take back what it wrote; returns the answer, and how many rows there were."""
    values = {key: said or "x" for key, said in form.values.items()} | {name: value}
    point = transaction.savepoint()
    answer = (client.post if form.method == "post" else client.get)(form.action, values)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    counts = rows_everywhere()
    transaction.savepoint_rollback(point)
    said = f"{answer.status_code} {answer.headers.get('Location', '')} {body.decode('utf-8', 'replace')}"
    said = SHARED_WORDS.sub("", said).replace(value, "~").replace(quote(value), "~")
    return _PASSING.sub("#", said), counts


def _with_ids(rows: Rows) -> Rows:
    ids = {f"{kind}#": str(apps.get_model(label).objects.get(code=rows[kind]).pk) for kind, label in TABLES.items()}
    return Rows({**rows, **ids, "goods": f"{rows['warehouse']}/{rows['lot']}"})


def test_a_form_with_a_row_of_another_body_is_as_good_as_with_none(world: World) -> None:
    theirs = _with_ids(rows_of(at_home(world, world.county, CANARY)))
    own = rows_of(at_home(world, world.stranger_county, "beside"))
    none = nobodys(theirs) | {f"{kind}#": str(uuid.uuid4()) for kind in TABLES}
    none["goods"] = f"{none['warehouse']}/{none['lot']}"
    client = Client(raise_request_exception=False, headers={"Accept-Language": "zh-CN"})
    assert client.login(username="beside", password=PASSWORD)
    told, seen = {}, set()
    for form in _forms(client, own):
        for name in sorted(set(form.values) - set(NOT_OURS)):
            kind = NAMES.get(re.split(r"[-_]", name)[-1]) or NAMES.get(name)
            place = (re.sub(r"[0-9a-f-]{36}", "#", form.action), form.method, name)
            if kind is None or place in seen or form.action in OPEN_TO_ALL:
                continue
            seen.add(place)
            for way in (kind, f"{kind}#"):
                if way in theirs:
                    answers = [_asked(client, form, name, rows[way]) for rows in (theirs, none)]
                    if answers[0] != answers[1] or CANARY in answers[0][0]:
                        told[place, way] = answers[0][0][:200]
    assert len(seen) > 60, "as many fields name rows"
    assert not told, told
