"""Periods: proposed by one, closed by another; what comes late is booked on the first open day."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from logistics.deliveries.closing import FactsUnposted, close_period
from logistics.journal.actions import reverse_entry
from logistics.journal.log import Leaf
from logistics.journal.models import FrozenBalance, JournalEntry, Period
from logistics.journal.periods import (
    ClosedByProposer,
    PeriodClosedAlready,
    PeriodNotOver,
    PeriodNotProposed,
    PeriodProposedAlready,
    balances_by,
    propose_period,
    withdraw_period,
)
from tests.api.conftest import partner_of
from tests.cast import World
from tests.journal.test_races import _at_once
from tests.looking import assert_books_close, nothing_written

JANUARY = dt.date(2026, 1, 31)
LATER = dt.datetime(2026, 2, 5, 2, 0, tzinfo=dt.UTC)


def _propose(world: World, ends_on: dt.date = JANUARY, now: dt.datetime = LATER) -> Period:
    return propose_period(organisation_id=world.county.id, ends_on=ends_on, proposed_by_id=world.officer.id, now=now)


def _close(world: World, ends_on: dt.date = JANUARY, now: dt.datetime = LATER) -> Period:
    return close_period(actor=world.as_actor(world.approver), period=_propose(world, ends_on, now), now=now)


def _newest(world: World) -> JournalEntry:
    return JournalEntry.objects.filter(organisation_id=world.county.id).order_by("-id")[0]


def test_what_happened_in_a_closed_period_is_booked_on_the_first_open_day(world: World) -> None:
    world.give_money(500)
    assert _newest(world).booked_on == dt.date(2026, 1, 12)
    _close(world)
    world.give_money(700, at=world.now)
    late = _newest(world)
    assert (late.booked_on, late.occurred_at) == (dt.date(2026, 2, 1), world.now)
    assert_books_close()


def test_a_scan_of_a_closed_month_keeps_its_time_and_is_booked_later(world: World) -> None:
    parcel = world.parcel()
    world.walk(parcel, "PACK", "SEAL", "DISPATCH")
    _close(world)
    world.record(world.scan(parcel, "HAND_OVER"))
    late = _newest(world)
    assert late.kind == "HAND_OVER"
    assert (timezone.localdate(late.occurred_at).month, late.booked_on) == (1, dt.date(2026, 2, 1))


def test_a_correction_is_a_reversal_in_the_open_period(world: World) -> None:
    gift = world.give_money(500)
    _close(world)
    mirror = reverse_entry(entry=gift.entry, now=LATER, reason_key="mistake")
    assert mirror.booked_on == dt.date(2026, 2, 5)
    gift.entry.refresh_from_db()
    assert gift.entry.booked_on == dt.date(2026, 1, 12)


def test_who_proposed_may_not_close(world: World) -> None:
    period = _propose(world)
    with nothing_written(), pytest.raises(ClosedByProposer):
        close_period(actor=world.as_actor(world.officer), period=period, now=LATER)
    period.refresh_from_db()
    assert period.state == "PROPOSED"


def test_a_period_closes_once_in_order_and_when_it_is_over(world: World) -> None:
    with nothing_written(), pytest.raises(PeriodNotOver):
        _propose(world, timezone.localdate(LATER))
    period = _propose(world)
    with nothing_written(), pytest.raises(PeriodProposedAlready):
        _propose(world, dt.date(2026, 1, 20))
    withdraw_period(period=period)
    closed = _close(world)
    for again in (
        lambda: close_period(actor=world.partner, period=closed, now=LATER),
        lambda: withdraw_period(period=closed),
    ):
        with nothing_written(), pytest.raises(PeriodNotProposed):
            again()
    with nothing_written(), pytest.raises(PeriodClosedAlready):
        _propose(world, JANUARY)
    second = _close(world, dt.date(2026, 2, 28), dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    assert second.starts_on == dt.date(2026, 2, 1)


def test_a_scan_that_the_books_could_not_take_blocks_closing(world: World) -> None:
    parcel = world.parcel()
    world.record(world.scan(parcel, "HAND_OVER"))
    period = _propose(world)
    with nothing_written(), pytest.raises(FactsUnposted) as refusal:
        close_period(actor=world.as_actor(world.approver), period=period, now=LATER)
    assert refusal.value.facts["parcels"] == [parcel.code.text]
    world.record(world.scan(parcel, "PACK", at=world.now))
    assert close_period(actor=world.as_actor(world.approver), period=period, now=LATER).state == "CLOSED"


def test_another_organisation_goes_on_booking(world: World) -> None:
    _close(world)
    propose_period(
        organisation_id=world.stranger_county.id, ends_on=JANUARY, proposed_by_id=world.stranger.id, now=LATER
    )


def test_balances_of_a_day_are_the_last_closing_and_what_came_since(world: World) -> None:
    world.stock_kits(3)
    counted = balances_by(organisation_id=world.county.id, on=JANUARY)
    assert counted
    period = _close(world)
    frozen = {(row.account_id, row.lot_id): (row.quantity, row.value_minor) for row in period.balances.all()}
    assert frozen == counted == balances_by(organisation_id=world.county.id, on=JANUARY)
    # Before the closing was known, its figures are counted from the entries: they are the same.
    assert balances_by(organisation_id=world.county.id, on=JANUARY, known_at=world.now) == counted
    before = world.now - dt.timedelta(seconds=1)
    assert balances_by(organisation_id=world.county.id, on=JANUARY, known_at=before) == {}
    world.now = LATER
    gift = world.give_money(900)
    since = balances_by(organisation_id=world.county.id, on=dt.date(2026, 2, 5))
    key = (world.warm_fund.bank_account_id, gift.entry.transfers.get().lot_id)
    assert since[key][0] - counted.get(key, (0, 0))[0] == 900


def test_a_closing_is_a_leaf_of_the_log(world: World) -> None:
    period = _close(world)
    assert str(period.id).encode() in bytes(Leaf.objects.get(kind="PERIOD").data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda period, entry: Period.objects.filter(id=period.id).update(ends_on=dt.date(2025, 1, 1)),
        lambda period, entry: Period.objects.filter(id=period.id)._raw_delete("default"),
        lambda period, entry: FrozenBalance.objects.filter(period=period).update(quantity=1),
        lambda period, entry: FrozenBalance.objects.filter(period=period)._raw_delete("default"),
        lambda period, entry: FrozenBalance.objects.create(
            period=period, account=entry.transfers.all()[0].debit, lot=_another_lot(entry), quantity=1, value_minor=1
        ),
        lambda period, entry: JournalEntry.objects.create(**_copy(entry, booked_on=JANUARY)),
    ],
    ids=["reopen", "delete", "change", "thin-out", "slip-in", "book-in-it"],
)
def test_the_database_refuses_to_touch_a_closed_period(world: World, damage: object) -> None:
    gift = world.give_money(500)
    period = _close(world)
    with nothing_written(), pytest.raises(DatabaseError, match=r"append_only|period_closed"), transaction.atomic():
        damage(period, gift.entry)  # type: ignore[operator] -- a test's own damage


def _another_lot(entry: JournalEntry) -> object:
    return entry.transfers.all()[0].lot


def _copy(entry: JournalEntry, **more: object) -> dict[str, object]:
    copied = {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}
    return {**copied, "id": uuid.uuid4(), "idempotency_key": "copy", **more}


def test_the_rule_itself_refuses_only_what_is_closed(world: World) -> None:
    gift = world.give_money(500)
    _close(world)
    JournalEntry.objects.create(**_copy(gift.entry, booked_on=dt.date(2026, 2, 1)))


def test_nothing_slips_into_a_period_while_it_closes(committed_world: World) -> None:
    world = committed_world

    def work(number: int) -> object:
        if number == 3:
            return _close(world)
        return [world.give_money(100, at=world.now) for _ in range(6)]

    _at_once(work)
    period = Period.objects.get(state="CLOSED")
    frozen = {(row.account_id, row.lot_id): (row.quantity, row.value_minor) for row in period.balances.all()}
    entries = JournalEntry.objects.filter(organisation_id=world.county.id)
    assert entries.count() == 7 * 6
    # What is booked in January is just what froze: nobody came later.
    counted: dict[object, tuple[int, int]] = {}
    for entry in entries.filter(booked_on__lte=JANUARY).prefetch_related("transfers"):
        for row in entry.transfers.all():
            for account, sign in ((row.debit_id, 1), (row.credit_id, -1)):
                before = counted.get((account, row.lot_id), (0, 0))
                counted[account, row.lot_id] = (
                    before[0] + sign * row.quantity,
                    before[1] + sign * row.value_minor,
                )
    assert frozen == counted
    assert_books_close()


def test_periods_through_the_api(world: World) -> None:
    first, second, outsider = (
        partner_of(one, now=timezone.now()) for one in (world.county, world.county, world.stranger_county)
    )
    refused = first.post("/periods", {"ends_on": "2099-12-31"})
    assert (refused.status_code, refused.json()["code"]) == (422, "period_not_over")
    proposed = first.post("/periods", {"ends_on": "2026-01-31"})
    assert (proposed.status_code, proposed.json()["state"]) == (201, "PROPOSED")
    path = f"/periods/{proposed.json()['id']}/close"
    assert first.post(path).json()["code"] == "closed_by_proposer"
    assert outsider.post(path).status_code == 404
    closed = second.post(path)
    assert (closed.status_code, closed.json()["state"]) == (200, "CLOSED")
    assert [row["ends_on"] for row in second.get("/periods").json()["items"]] == ["2026-01-31"]
    assert outsider.get("/periods").json()["items"] == []
