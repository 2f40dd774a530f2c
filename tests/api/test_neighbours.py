"""Who names a row of the county beside is answered as if there were none: at every place of every request.

Each request is a sound one of the asker's own, with one place that names another's row, and once more with a row that
nobody has. The two answers are the same to the letter, save for the name that was asked for.
"""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.api.conftest import Clerk, Partner, partner_of
from tests.api.home_rows import BODIES, SHARED, Rows, device_of, nobodys, rows_of
from tests.api.references import Node, Template, templates
from tests.architecture.house import own_models
from tests.cast import World
from tests.looking import NOISE
from tests.neighbours import at_home

_numbers = itertools.count(1)
CANARY = "canary"
# What changes from one answer to the next.
_PASSING = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|"20\d\d-[^"]*"|[A-Z]-[0-9A-Z]{8}')
# A public notice is read, and objected to, by anyone.
OPEN_TO_ALL = {
    "GET /public-notices/{notice_id}/entries public-notices.notice_id",
    "POST /public-notices/{notice_id}/objections public-notices.notice_id",
}
OF_DEVICES = ("/devices/me", "/devices/sign-in")
# Of these the play has none: that they are not found says nothing here, and `access.csv` asks for them.
ABSENT = {
    *("allocations.allocation_id", "findings.finding_id", "hand-downs.hand_down_id", "imports.job_id"),
    *("refunds.proposal_id", "returned-sheets.paper_id", "stock.move_id"),
}
WITHOUT_PAPERS = ("/acknowledgement", "/official-bill")


class Play:
    """Two bodies that share nothing, and somebody of the one who asks for what the other has."""

    def __init__(self, world: World) -> None:
        self.theirs = rows_of(at_home(world, world.county, CANARY))
        beside = at_home(world, world.stranger_county, "beside")
        self.own, self.none = rows_of(beside), nobodys(self.theirs)
        key, person = partner_of(beside.county, now=timezone.now()), Clerk(beside.officer)
        self.people, self.devices = (key, person), (device_of(beside)[0],)

    def askers(self, template: Template) -> tuple[Partner, ...]:
        """Return who comes in at a door at all."""
        return self.devices if template.operation.split(" ")[1].startswith(OF_DEVICES) else self.people


def _ask(caller: Partner, template: Template, own: Rows, other: Rows) -> tuple[HttpResponse, str]:
    address, body = template.filled(own, other)
    method = template.operation.split(" ")[0]
    headers = caller._headers({"Idempotency-Key": f"beside-{next(_numbers)}"} if method == "POST" else {})
    sent: dict[str, Any] = {} if method == "GET" else {"data": json.dumps(body), "content_type": "application/json"}
    if method == "PATCH":
        headers["If-Match"] = "*"
    answer = getattr(caller.client, method.lower())(f"/api/v1{address}", headers=headers, **sent)
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = text.decode("utf-8", "replace").replace(other[template.kind], "~")
    said = re.sub(r'"(request_id|instance)":"[^"]*"', "", said)
    return answer, f"{answer.status_code} {_PASSING.sub('#', said)}"


def _rows_now() -> dict[str, list[str]]:
    """Read every row of every table, save for what a look leaves behind."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in own_models()} - NOISE - {"parties_device"}):
            cursor.execute(f"SELECT * FROM {table}")
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def _places(document: Node) -> Iterator[Template]:
    return (template for template in templates(document, BODIES) if template.kind not in SHARED)


def _said_and_changed(
    caller: Partner, template: Template, play: Play, other: Rows, before: dict[str, list[str]]
) -> tuple[str, set[str]]:
    """Ask, and take back what that wrote; returns the answer, and in which tables a row from before is another now."""
    point = transaction.savepoint()
    answer, said = _ask(caller, template, play.own, other)
    now = before if answer.status_code == 404 else _rows_now()
    transaction.savepoint_rollback(point)
    return said, {name for name, rows in before.items() if not set(rows) <= set(now[name])}


@pytest.fixture
def play(world: World) -> Play:
    """The two bodies with all that they have."""
    return Play(world)


def test_a_row_of_another_body_is_as_good_as_none(play: Play) -> None:
    document = json.loads(Client().get("/api/v1/openapi.json").content)
    before, told, unread = _rows_now(), {}, set()
    for template in _places(document):
        for caller in play.askers(template):
            theirs, none = (
                _said_and_changed(caller, template, play, other, before) for other in (play.theirs, play.none)
            )
            if template.name not in OPEN_TO_ALL and (theirs != none or CANARY in theirs[0]):
                told[template.name] = (theirs, none)
            if '"code":"invalid"' in theirs[0]:
                unread.add(template.name)
    assert not told, told
    assert unread == set(), "the row was not even looked for: BODIES needs a sound request"


def test_all_that_is_named_stands_in_the_own_books(play: Play) -> None:
    """Without this a walk past doors that refuse everybody would find nothing."""
    document = json.loads(Client().get("/api/v1/openapi.json").content)
    missing: dict[str, str] = {}
    sound = {json.dumps([one.operation, one.body]): one for one in _places(document)}
    for template in sound.values():
        if template.kind in ABSENT or any(part in template.operation for part in WITHOUT_PAPERS):
            continue
        point = transaction.savepoint()
        said = [_ask(caller, template, play.own, play.own)[1] for caller in play.askers(template)]
        transaction.savepoint_rollback(point)
        if all(one.startswith(("400", "404")) or '"code":"invalid"' in one for one in said):
            missing[template.name] = said[-1][:200]
    assert not missing, missing
