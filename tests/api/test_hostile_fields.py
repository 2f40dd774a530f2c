"""Every field of every request with what breaks careless servers, and every filter with another body's row."""

import copy
import itertools
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.api.conftest import Partner, partner_of
from tests.api.home_rows import BODIES, nobodys, rows_of
from tests.api.references import FIELDS, Node, Template, templates
from tests.api.test_neighbours import _PASSING, CANARY
from tests.cast import World
from tests.neighbours import at_home

SECONDS_MAX = 2.0
# The ends of calendars in the zones where they leave them, numbers beyond columns, texts no database takes.
HOSTILE: tuple[Any, ...] = (
    *("0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-29"),
    *(10**30, -(2**63), 2**63, 1e300, True, None, "a\u0000b", "\u202e" * 3, "9" * 5_000, [], {}, [[[[]]]]),
    *("١٢٣", "=1+1", "../../etc/passwd", "%00", "' OR 1=1 --"),
)
_numbers = itertools.count(1)


@pytest.fixture
def document(db: None) -> Node:
    """The document as it is served."""
    return dict(json.loads(Client().get("/api/v1/openapi.json").content))


def _sound(document: Node) -> Iterator[Template]:
    seen = set()
    for template in templates(document, BODIES):
        name = template.operation
        if template.body is not None and name.startswith(("POST", "PATCH")) and name not in seen:
            seen.add(name)
            yield template


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _places(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _places(value, (*path, number))
    if path:
        yield path


def _with(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(body)
    node = changed
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return changed


def _send(partner: Partner, method: str, address: str, body: Any) -> Any:
    headers = {**partner._headers({}), "Idempotency-Key": f"hostile-{next(_numbers)}", "If-Match": "*"}
    send = getattr(partner.client, method.lower())
    point = transaction.savepoint()
    answer = send(f"/api/v1{address}", json.dumps(body), content_type="application/json", headers=headers)
    transaction.savepoint_rollback(point)
    return answer


def test_no_field_of_any_request_breaks_a_door(world: World, document: Node) -> None:
    own = rows_of(at_home(world, world.county, "own"))
    partner, broken, asked = partner_of(world.county, now=timezone.now()), {}, 0
    for template in _sound(document):
        address, body = template.filled(own, own)
        method = template.operation.split(" ")[0]
        for path in _places(body):
            for value in HOSTILE:
                began = time.process_time()
                answer = _send(partner, method, address, _with(body, path, value))
                asked += 1
                is_late = time.process_time() - began > SECONDS_MAX
                if answer.status_code >= 500 or answer.status_code == 429 or is_late:
                    broken[template.operation, path, str(value)[:40]] = (answer.status_code, is_late)
    assert asked > 5_000
    assert not broken, broken


def test_a_filter_that_names_another_body_s_row_finds_as_little_as_one_that_names_none(
    world: World, document: Node
) -> None:
    theirs = rows_of(at_home(world, world.county, CANARY))
    beside = at_home(world, world.stranger_county, "beside")
    own, none = rows_of(beside), nobodys(theirs)
    partner, told, seen = partner_of(beside.county, now=timezone.now()), {}, 0
    for path, methods in document["paths"].items():
        whole = next((one for one in templates(document, BODIES) if one.operation == f"GET {path[7:]}"), None)
        address = (whole.filled(own, own)[0]) if whole else path.removeprefix("/api/v1")
        for parameter in methods.get("get", {}).get("parameters", []):
            name = parameter["name"]
            kind = FIELDS.get(name) or OF_QUERIES.get(name)
            if parameter["in"] != "query" or kind is None:
                continue
            seen += 1
            answers = []
            for rows in (theirs, none):
                answer = partner.get(f"{address}?{name}={rows[kind]}")
                text = b"".join(answer.streaming_content) if answer.streaming else answer.content
                said = text.decode("utf-8", "replace").replace(rows[kind], "~")
                said = re.sub(r'"request_id":"[^"]*"', "", said)
                answers.append(f"{answer.status_code} {_PASSING.sub('#', said)}")
            if answers[0] != answers[1] or CANARY in answers[0]:
                told[path, name] = answers
    assert seen > 20, "as many filters name a row"
    assert not told, told


OF_QUERIES = {"card": "card", "code": "parcel", "parcels": "parcel", "operator": "person", "reference": "reference"}
