"""Opening balances: what was there at go-live, by two people, once, and never as a gift."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from logistics.deliveries.closing import close_period
from logistics.journal.models import Lot
from logistics.journal.periods import propose_period
from logistics.journal.reads import purse_balance
from logistics.ledgers.traces import trace_of_gift, trace_of_parcel
from logistics.parcels.actions import plan_parcels
from logistics.parties.proposals import EvidenceRequired, ProposalApprovedByProposer
from logistics.stock.actions import AmountOutOfBounds, QuantityOutOfBounds, register_warehouse
from logistics.stock.openings import (
    OpeningEmpty,
    OpeningLineInput,
    OpeningStands,
    OpeningTooLate,
    OpeningValueMismatch,
    approve_opening,
    propose_opening,
)
from logistics.stock.reads import WarehouseMissing
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.money import EVIDENCE, opened, reversed_entry


def _line(world: World, quantity: int = 10, value: int | None = 1_000, basis: str = "INVOICE") -> OpeningLineInput:
    return OpeningLineInput(world.gloves, world.warehouse, quantity, basis, value, dt.date(2027, 5, 1), "B-7")


def _propose(world: World, **other: object):  # type: ignore[no-untyped-def]
    said: dict[str, object] = {
        "actor": world.as_actor(world.officer),
        "fund": world.warm_fund,
        "amount_minor": 5_000,
        "lines": [_line(world)],
        "opened_at": world.now,
        "evidence_sha256": EVIDENCE,
        "reference": "opening",
        "now": world.now,
    }
    return propose_opening(**(said | other))  # type: ignore[arg-type] -- as the test says


def test_money_and_goods_open_in_one_entry(world: World) -> None:
    opening = opened(world, 5_000, _line(world), _line(world, 3, None, "NONE"))
    entry = opening.entry
    assert entry is not None
    assert (entry.kind, entry.approver_id, entry.evidence_sha256) == ("OPENING", world.approver.id, EVIDENCE)
    assert {row.credit.kind for row in entry.transfers.select_related("credit")} == {"OPENING"}
    assert purse_balance(world.warm_fund.purse_id) == 5_000
    lots = Lot.objects.filter(origin=entry, item_id=world.gloves.id).order_by("id")
    assert [(lot.quantity, lot.value_minor, lot.basis, lot.batch) for lot in lots] == [
        (10, 1_000, "INVOICE", "B-7"),
        (3, 0, "NONE", "B-7"),
    ]
    assert_books_close()


def test_a_parcel_of_opening_goods_says_so_and_adds_up(world: World) -> None:
    opened(world, 700, _line(world))
    gift = world.give_money(300)
    world.buy((world.vest, 1, 1_000))
    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1), (world.vest, 1)],
        count=1,
        now=world.now,
    )
    trace = trace_of_parcel(parcel)
    assert [(share.kind, share.value_minor) for share in trace.others] == [("OPENING", 800)]
    assert [(share.donation_id, share.value_minor) for share in trace.gifts] == [(gift.id, 300)]
    assert trace.value_minor == parcel.value_minor == 1_100
    assert sum(share.value_minor for share in trace_of_gift(gift).shares) == 300


def test_another_person_approves(world: World) -> None:
    opening, _ = _propose(world)
    with nothing_written(), pytest.raises(ProposalApprovedByProposer):
        approve_opening(actor=world.as_actor(world.officer), opening=opening, now=world.now)


def test_a_fund_opens_once_until_the_mistake_is_reversed(world: World) -> None:
    opening = opened(world, 5_000)
    with nothing_written(), pytest.raises(OpeningStands):
        _propose(world)
    assert opening.entry is not None
    reversed_entry(world, opening.entry)
    again = opened(world, 4_000)
    assert (again.number, purse_balance(world.warm_fund.purse_id)) == (2, 4_000)
    opened(world, 1, fund=world.girls_fund)
    assert_books_close()


def _close_december(world: World) -> None:
    period = propose_period(
        organisation_id=world.county.id, ends_on=dt.date(2025, 12, 31), proposed_by_id=world.officer.id, now=world.now
    )
    close_period(actor=world.as_actor(world.approver), period=period, now=world.now)


def test_after_the_first_closing_there_is_no_opening(world: World) -> None:
    opening, _ = _propose(world)
    _close_december(world)
    with nothing_written(), pytest.raises(OpeningTooLate):
        _propose(world, fund=world.girls_fund)
    with nothing_written(), pytest.raises(OpeningTooLate):
        approve_opening(actor=world.as_actor(world.approver), opening=opening, now=world.now)


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"amount_minor": 0, "lines": []}, OpeningEmpty),
        ({"amount_minor": -1}, AmountOutOfBounds),
        ({"currency": "XXX"}, AmountOutOfBounds),
        ({"evidence_sha256": ""}, EvidenceRequired),
    ],
)
def test_it_refuses_what_is_no_opening(world: World, other: dict[str, object], refusal: type) -> None:
    with nothing_written(), pytest.raises(refusal):
        _propose(world, **other)


def test_it_refuses_a_line_that_cannot_be_true(world: World) -> None:
    elsewhere = register_warehouse(organisation=world.stranger_county, code="far", name_zh="邻县仓库")
    for line, refusal in (
        (_line(world, 0), QuantityOutOfBounds),
        (_line(world, 1, None), OpeningValueMismatch),
        (_line(world, 1, 5, "NONE"), OpeningValueMismatch),
        (_line(world, 1, 0), AmountOutOfBounds),
        (OpeningLineInput(world.gloves, elsewhere, 1, "INVOICE", 5), WarehouseMissing),
    ):
        with nothing_written(), pytest.raises(refusal):
            _propose(world, lines=[line])


def test_raw_sql_changes_no_line_that_was_proposed(world: World) -> None:
    _propose(world)
    for statement in ("UPDATE stock_openingline SET quantity = 99", "UPDATE stock_opening SET amount_minor = 99"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
