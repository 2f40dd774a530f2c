"""Remembered queries give what their querysets give. They stand on parts of Django that no release promises to keep."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from logistics.deliveries import desk
from logistics.donations import actions as donations
from logistics.funds import reads as funds
from logistics.parties import reads as parties
from logistics.storage import remembered
from logistics.storage.remembered import VALUES_MAX, Remembered
from tests.cast import World

Given = tuple[Remembered[Any], list[str | uuid.UUID]]
BROKEN = (
    "Django no longer keeps {what}, on which storage/remembered.py stands. Let Remembered.rows return"
    " list(self._ask(values)) until it is mended: every answer stays right, scans and gifts cost more."
)
ASKED: dict[str, Callable[[World], Given]] = {
    "parcels": lambda world: (desk._PARCELS, [parcel.code.text for parcel in world.plan(2)]),
    "programmes": lambda world: (parties._PROGRAMMES, [world.warm.code]),
    "donors": lambda world: (parties._DONORS, [world.county.id, world.donor.name]),
    "gifts": lambda world: (donations._STANDING, [world.partner.holder_id, world.give_money().reference]),
    "funds": lambda world: (funds._FUNDS, [world.warm_fund.code, world.girls_fund.code]),
}


@pytest.mark.parametrize("name", list(ASKED))
def test_it_gives_the_rows_of_the_queryset(world: World, name: str) -> None:
    world.stock_kits(2)
    query, values = ASKED[name](world)
    usual = list(query._ask(values))
    with CaptureQueriesContext(connection) as queries:
        rows = query.rows(values)
    assert len(rows) == len(usual) > 0 and len(queries) == 1
    for ours, theirs in zip(rows, usual, strict=True):
        assert _said(ours) == _said(theirs), BROKEN.format(what="a row's values or its related rows as it did")


def test_django_still_has_what_it_stands_on(world: World) -> None:
    try:
        written = remembered._write(funds._FUNDS._ask, (str,))
    except (ImportError, AttributeError, KeyError, TypeError, IndexError, ValueError) as error:
        pytest.fail(BROKEN.format(what=f"what _write asks for ({error!r})"))
    assert written.names[0] == "id" and len(written.populators) == 5, BROKEN.format(what="the order of the columns")
    assert [written.params[place] for place in written.places] == ["\x01value 0\x01"]


def test_a_long_list_goes_to_the_queryset(world: World) -> None:
    codes = [world.warm_fund.code, *(f"NONE-{number}" for number in range(VALUES_MAX))]
    assert [fund.id for fund in funds._FUNDS.rows(codes)] == [world.warm_fund.id]
    assert funds._FUNDS.rows([]) == []


def _said(row: Model, *above: Model) -> dict[str, object]:
    """Say a row with every value, what was left out, and the rows that came with it; a row knows whose it is too."""
    own = {name: value for name, value in vars(row).items() if name != "_state"}
    related = {name: one for name, one in row._state.fields_cache.items() if one not in above}
    with_it = {name: _said(one, row, *above) if isinstance(one, Model) else one for name, one in related.items()}
    return {"model": type(row), "own": own, "related": with_it, "adding": row._state.adding, "db": row._state.db}
