"""The same day and moment give the same bytes for ever, whatever happens afterwards."""

import datetime as dt
from collections.abc import Callable

import pytest

from logistics.codes.actions import replace_code, revoke_code
from logistics.deliveries.desk import facts_of
from logistics.deliveries.models import ScanEvent
from logistics.donations.goods import LineInput, record_goods_donation
from logistics.funds.changes import change_fund
from logistics.grants.actions import approve_grant, pay_grant, plan_grant, return_grant
from logistics.journal.actions import reverse_entry
from logistics.journal.revisions import Cause
from logistics.journal.sealing import seal_leaves
from logistics.kernel.delivery_states import conclude
from logistics.ledgers.formats import formats_of, written
from logistics.ledgers.known_parcels import fact_of, known_parcels, scans_known
from logistics.ledgers.reads import LEDGERS, get_ledger, named_cells
from logistics.ledgers.scope import Cell, LedgerScope
from logistics.parcels.actions import relabel_parcel
from logistics.parcels.models import Parcel
from logistics.parties.changes import change_organisation, change_programme
from logistics.stock.changes import change_item, change_warehouse
from logistics.stock.models import Item
from tests.cast import World
from tests.journal.test_periods import _close
from tests.looking import assert_books_close

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def _rows(name: str, scope: LedgerScope) -> list[dict[str, Cell]]:
    ledger = get_ledger(name)
    return [named_cells(ledger, row) for row in ledger.rows(scope)]


def _everything(scope: LedgerScope) -> dict[tuple[str, str], bytes]:
    return {(name, form): b"".join(written(name, form, scope)) for name in LEDGERS for form in formats_of(name)}


def _give_goods(world: World, reference: str) -> None:
    record_goods_donation(
        actor=world.partner,
        programme=world.warm,
        fund=world.warm_fund,
        donor=world.donor,
        warehouse=world.warehouse,
        received_at=world.now,
        reference=reference,
        lines=[LineInput(world.gloves, 5, "INVOICE", 1_000), LineInput(world.vest, 3, "NONE")],
        now=world.now,
    )


def _pay_grant(world: World, reference: str):  # type: ignore[no-untyped-def]
    grant, _ = plan_grant(
        actor=world.as_actor(world.officer),
        fund=world.warm_fund,
        household=world.family,
        amount_minor=500,
        reference=reference,
        now=world.now,
    )
    approve_grant(grant=grant, approver_id=world.approver.id, now=world.now)
    return pay_grant(actor=world.as_actor(world.officer), grant=grant, now=world.now)


def _first_act(world: World) -> dict[str, object]:
    """Everything that a quarter holds: gifts, purchases, kits, parcels in every state, a grant, a reversal."""
    world.stock_kits(6)
    _give_goods(world, "goods-1")
    world.give_money(5_000)
    parcels = world.plan(5)
    world.walk(parcels[0])
    world.walk(parcels[1], "PACK", "SEAL", "DISPATCH")
    world.walk(parcels[2], "PACK")
    world.walk(parcels[3], "PACK", "DISPATCH", "HAND_OVER", "RETURN")
    world.record(world.scan(parcels[4], "HAND_OVER"))
    grant = _pay_grant(world, "grant-1")
    standing, gift = world.give_money(300), world.give_money(700)
    reverse_entry(entry=gift.entry, now=world.now + HOUR, reason_key="mistake")
    seal_leaves(now=world.now + HOUR)
    return {"parcels": parcels, "grant": grant, "standing": standing}


def _second_act(world: World, first: dict[str, object]) -> None:
    """Everything that may happen afterwards, also to what stood before."""
    parcels: list[Parcel] = first["parcels"]  # type: ignore[assignment]
    early = world.now
    world.now = early + 2 * DAY
    reverse_entry(entry=first["standing"].entry, now=world.now, reason_key="late")  # type: ignore[attr-defined]
    world.record(world.scan(parcels[4], "PACK", at=early))
    # A scan of the first act that arrives late, and one that another device contradicts.
    world.record(world.scan(parcels[1], "HAND_OVER", at=early + HOUR))
    world.record(world.scan(parcels[0], "HAND_OVER"), actor=world.other_device())
    world.record(world.scan(parcels[2], "LOSE"))
    return_grant(grant=first["grant"], actor_id=world.officer.id, now=world.now)  # type: ignore[arg-type]
    revoke_code(code=parcels[0].code, reason="糊了", now=world.now)
    relabel_parcel(parcel=parcels[0], code=replace_code(code=parcels[0].code, reason="补打", now=world.now))
    world.stock_kits(2)
    _give_goods(world, "goods-2")
    _pay_grant(world, "grant-2")
    world.walk(world.plan(1)[0])
    seal_leaves(now=world.now)
    _rename(world)
    _close(world, now=dt.datetime(2026, 2, 5, 2, tzinfo=dt.UTC))
    assert_books_close()


def _rename(world: World) -> None:
    """Change everything that is written of master data and stands in a ledger."""
    told = {"changes": {"name_zh": "改名", "name_en": "Renamed"}, "cause": Cause(reason="改了名字", now=world.now)}
    for item in Item.objects.all():
        change_item(item=item, **told)  # type: ignore[arg-type] -- the test's own words
    change_programme(programme=world.warm, **told)  # type: ignore[arg-type]
    change_warehouse(warehouse=world.warehouse, **told)  # type: ignore[arg-type]
    change_fund(fund=world.warm_fund, **{**told, "changes": {"name_zh": "改名", "filing_number": "备-9"}})  # type: ignore[arg-type]
    change_organisation(organisation=world.county, **{**told, "changes": {"kind": "FOUNDATION"}})  # type: ignore[arg-type]


@pytest.mark.parametrize("is_day_asked", [True, False])
def test_it_gives_the_same_bytes_whatever_happens_afterwards(world: World, is_day_asked: bool) -> None:
    first = _first_act(world)
    moment = world.now + 3 * HOUR
    day = dt.date(2026, 1, 12) if is_day_asked else None
    scopes = [
        LedgerScope(world.county, known_at=moment, as_of=day),
        LedgerScope(world.county, known_at=moment, as_of=day, fund=world.warm_fund, from_on=dt.date(2026, 1, 12)),
    ]
    before = [_everything(scope) for scope in scopes]
    _second_act(world, first)
    for scope, told in zip(scopes, before, strict=True):
        now = _everything(scope)
        assert [key for key in told if told[key] != now[key]] == []
    assert all(_rows(name, scopes[0]) for name in LEDGERS if name not in {"opening"})


def test_what_is_known_now_is_today_s_ledger(world: World) -> None:
    _second_act(world, _first_act(world))
    now = world.now + 30 * DAY
    for name in LEDGERS:
        fixed, today = LedgerScope(world.county, known_at=now), LedgerScope(world.county)
        assert get_ledger(name).summary(fixed) == get_ledger(name).summary(today), name
        # The reason in the books' own words is today's alone.
        left_out = {"unposted"}
        rows = [
            [{key: row[key] for key in row.keys() - left_out} for row in _rows(name, scope)] for scope in (fixed, today)
        ]
        assert rows[0] == rows[1], name


def test_the_stored_scans_conclude_what_the_parcel_remembers(world: World) -> None:
    _second_act(world, _first_act(world))
    for parcel in Parcel.objects.all():
        facts = [fact_of(event, parcel) for event in scans_known(LedgerScope(None)).filter(parcel=parcel)]
        assert set(facts) == set(facts_of(parcel))
        household = str(parcel.household_id)
        assert conclude(facts, household=household).state == parcel.state
        (known,) = known_parcels([parcel], LedgerScope(None))
        assert (known.delivered_at, known.packed_at) == (parcel.delivered_at, parcel.packed_at)
        assert bool(known.unposted) == bool(parcel.unposted_reason)


def test_a_scan_counts_from_the_day_on_which_the_books_took_it(world: World) -> None:
    parcel = world.parcel()
    world.walk(parcel, "PACK", "SEAL", "DISPATCH")
    _close(world)
    world.now = dt.datetime(2026, 2, 5, 3, tzinfo=dt.UTC)
    world.record(world.scan(parcel, "HAND_OVER", at=dt.datetime(2026, 1, 20, tzinfo=dt.UTC)))
    states = []
    for day in (dt.date(2026, 1, 31), dt.date(2026, 2, 1)):
        scope = LedgerScope(world.county, as_of=day)
        (row,) = _rows("distribution", scope)
        summary = get_ledger("distribution").summary(scope)
        states.append((row["state"], row["unposted"], summary["parcels_delivered"], summary["value_delivered"]))
    assert states == [("DISPATCHED", "", 0, 0), ("DELIVERED", "", 1, 20_000)]
    assert ScanEvent.objects.filter(outcome="RECORDED").count() == 4


@pytest.mark.parametrize(
    ("wait", "reason"),
    [
        (lambda world, parcel: world.record(world.scan(parcel, "HAND_OVER")), "pack_missing"),
        (lambda world, parcel: world.walk(parcel, "PACK"), ""),
    ],
)
def test_it_tells_what_the_books_had_not_taken(
    world: World, wait: Callable[[World, Parcel], object], reason: str
) -> None:
    wait(world, world.parcel())
    scope = LedgerScope(world.county, known_at=world.now + DAY)
    (row,) = _rows("distribution", scope)
    assert row["unposted"] == reason
    summary = get_ledger("distribution").summary(scope)
    assert (summary["unposted"], summary["parcels_delivered"]) == (int(bool(reason)), 0)


def test_a_fund_is_called_as_it_was_known_then(world: World) -> None:
    world.give_money(100)
    before, later = world.now + HOUR, world.now + DAY
    cause = Cause(reason="备案号更正", now=later)
    change_fund(fund=world.warm_fund, changes={"name_zh": "新名", "filing_number": "备-2"}, cause=cause)
    told = [
        next(row for row in _rows("funds", LedgerScope(world.county, known_at=moment)) if row["fund"] == "warm-2026")
        for moment in (before, later + HOUR)
    ]
    assert [row["filing_number"] for row in told] == [world.warm_fund.filing_number, "备-2"]
    assert [row["name"] for row in told] == [world.warm_fund.name_zh, "新名"]
