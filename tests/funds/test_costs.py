"""Costs and interest: one named fund, evidence, two people, and a cap that is agreed."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from logistics.funds.actions import HolderDifferent, register_fund, revise_fund
from logistics.funds.agreements import record_agreement
from logistics.funds.caps import ManagementCostOverCap, fund_cap
from logistics.funds.costs import (
    CostCategoryUnknown,
    MoneyOutOfBounds,
    approve_cost,
    propose_cost,
)
from logistics.funds.interest import propose_interest
from logistics.funds.money_models import Cost
from logistics.journal.purses import FundOverspent
from logistics.journal.reads import purse_balance
from logistics.kernel.eligibility import Terms
from logistics.ledgers.traces import trace_of_gift
from logistics.parties.proposals import (
    EvidenceRequired,
    HappenedInFuture,
    ProposalApprovedByProposer,
    ProposalDecided,
    reject,
)
from logistics.parties.references import ReferenceReused
from tests.cast import World
from tests.journal.test_races import WRITERS, _at_once
from tests.looking import assert_books_close, nothing_written
from tests.money import EVIDENCE, earned_interest, paid_cost, proposed_cost

TODAY = dt.date(2026, 1, 12)


def _proposing(world: World, **other: object) -> dict[str, object]:
    said: dict[str, object] = {
        "actor": world.as_actor(world.officer),
        "fund": world.warm_fund,
        "category": "TRANSPORT",
        "amount_minor": 500,
        "incurred_at": world.now,
        "evidence_sha256": EVIDENCE,
        "reference": "cost-x",
        "now": world.now,
    }
    return said | other


def test_a_cost_leaves_the_bank_when_another_person_has_approved_it(world: World) -> None:
    gift = world.give_money(10_000)
    cost = proposed_cost(world, 1_200, "PRINTING")
    assert (cost.entry, purse_balance(world.warm_fund.purse_id)) == (None, 10_000)
    cost = approve_cost(actor=world.as_actor(world.approver), cost=cost, now=world.now)
    entry = cost.entry
    assert entry is not None
    assert (entry.kind, entry.evidence_sha256) == ("COST", EVIDENCE)
    assert (entry.actor_id, entry.approver_id) == (world.officer.id, world.approver.id)
    (row,) = entry.transfers.select_related("debit")
    assert (row.debit.kind, row.debit.detail, row.quantity) == ("EXPENSE", "PRINTING", 1_200)
    trace = trace_of_gift(gift)
    assert sum(share.value_minor for share in trace.shares) == gift.amount_minor
    assert trace.by_stage()["COSTS"] == 1_200
    assert_books_close()


def test_who_proposed_a_cost_may_not_approve_it(world: World) -> None:
    world.give_money(10_000)
    cost = proposed_cost(world, 100)
    with nothing_written(), pytest.raises(ProposalApprovedByProposer):
        approve_cost(actor=world.as_actor(world.officer), cost=cost, now=world.now)


def test_a_cost_is_decided_once(world: World) -> None:
    world.give_money(10_000)
    cost = paid_cost(world, 100)
    with nothing_written(), pytest.raises(ProposalDecided):
        approve_cost(actor=world.as_actor(world.administrator), cost=cost, now=world.now)
    other = reject(proposed_cost(world, 100), actor=world.as_actor(world.officer), now=world.now)
    with nothing_written(), pytest.raises(ProposalDecided):
        approve_cost(actor=world.as_actor(world.approver), cost=other, now=world.now)
    assert purse_balance(world.warm_fund.purse_id) == 9_900


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"category": "BRIBE"}, CostCategoryUnknown),
        ({"amount_minor": 0}, MoneyOutOfBounds),
        ({"currency": "XXX"}, MoneyOutOfBounds),
        ({"evidence_sha256": "E" * 64}, EvidenceRequired),
        ({"evidence_sha256": ""}, EvidenceRequired),
        ({"incurred_at": dt.datetime(2026, 1, 14, 3, tzinfo=dt.UTC)}, HappenedInFuture),
    ],
)
def test_it_refuses_a_cost_that_says_too_little(world: World, other: dict[str, object], refusal: type) -> None:
    with nothing_written(), pytest.raises(refusal):
        propose_cost(**_proposing(world, **other))  # type: ignore[arg-type] -- as the test says


def test_a_reference_stands_for_one_cost_for_ever(world: World) -> None:
    first, is_new = propose_cost(**_proposing(world))  # type: ignore[arg-type]
    again, is_new_again = propose_cost(**_proposing(world))  # type: ignore[arg-type]
    assert (first.id, is_new, is_new_again) == (again.id, True, False)
    with nothing_written(), pytest.raises(ReferenceReused):
        propose_cost(**_proposing(world, amount_minor=501))  # type: ignore[arg-type]


def test_a_cost_beyond_the_fund_is_refused(world: World) -> None:
    world.give_money(99)
    cost = proposed_cost(world, 100)
    with nothing_written(), pytest.raises(FundOverspent):
        approve_cost(actor=world.as_actor(world.approver), cost=cost, now=world.now)
    cost.refresh_from_db()
    assert cost.state == "PROPOSED"


def test_interest_joins_its_fund_and_is_no_gift(world: World) -> None:
    gift = world.give_money(10_000)
    interest = earned_interest(world, 37)
    assert interest.entry is not None
    (row,) = interest.entry.transfers.select_related("credit")
    assert (row.credit.kind, row.credit.detail, row.start, row.stop) == ("INCOME", "INTEREST", 10_000, 10_037)
    assert purse_balance(world.warm_fund.purse_id) == 10_037
    assert sum(share.value_minor for share in trace_of_gift(gift).shares) == 10_000
    assert_books_close()


def test_interest_joins_another_fund_where_that_is_recorded(world: World) -> None:
    terms = {"programme": world.warm, "owner": world.county, "holder": world.county, "terms": Terms(), "now": world.now}
    held = register_fund(code="held", name_zh="代管", basis="AGENCY", interest_fund=world.warm_fund, **terms)
    world.give_money(10_000, fund=held)
    earned_interest(world, 50, held)
    assert (purse_balance(held.purse_id), purse_balance(world.warm_fund.purse_id)) == (10_000, 50)
    with nothing_written(), pytest.raises(HolderDifferent):
        register_fund(
            code="far", name_zh="远", basis="OWN", interest_fund=held, **(terms | {"holder": world.stranger_county})
        )


def test_interest_needs_the_bank_s_statement(world: World) -> None:
    with nothing_written(), pytest.raises(EvidenceRequired):
        propose_interest(
            actor=world.as_actor(world.officer),
            fund=world.warm_fund,
            amount_minor=1,
            earned_at=world.now,
            evidence_sha256="",
            reference="i",
            now=world.now,
        )


def _agree(world: World, per_mille: int | None, number: str = "A-1") -> None:
    record_agreement(
        actor=world.as_actor(world.officer),
        fund=world.warm_fund,
        number=number,
        signed_on=TODAY,
        document_sha256=EVIDENCE,
        management_cap_per_mille=per_mille,
        now=world.now,
    )


def test_management_stops_at_the_agreed_cap_to_the_fen(world: World) -> None:
    _agree(world, None, "A-0")
    _agree(world, 50)
    world.give_money(10_019)
    paid_cost(world, 400, "MANAGEMENT")
    paid_cost(world, 5_000, "TRANSPORT")
    cap = fund_cap(world.warm_fund, "CNY", TODAY)
    assert cap is not None
    assert (cap.base_minor, cap.cap_minor, cap.spent_minor, cap.source) == (10_019, 500, 400, "A-1")
    with nothing_written(), pytest.raises(ManagementCostOverCap), transaction.atomic():
        proposed_cost(world, 101, "MANAGEMENT")
    paid_cost(world, 100, "MANAGEMENT")
    assert_books_close()


def test_the_stricter_of_agreement_and_terms_counts(world: World) -> None:
    world.give_money(10_000)
    _agree(world, 50)
    revise_fund(
        fund=world.warm_fund,
        terms=replace(Terms(), management_cap_per_mille=20),
        in_force_from=TODAY,
        consent_sha256="c" * 64,
        now=world.now,
    )
    world.warm_fund.purse.refresh_from_db()
    assert not world.warm_fund.purse.is_restricted
    with nothing_written(), pytest.raises(ManagementCostOverCap, match="#2"), transaction.atomic():
        proposed_cost(world, 201, "MANAGEMENT")
    paid_cost(world, 200, "MANAGEMENT")


def test_of_two_approvals_at_once_one_keeps_the_cap(committed_world: World) -> None:
    world = committed_world
    _agree(world, 50)
    world.give_money(10_000)
    costs = [proposed_cost(world, 500, "MANAGEMENT") for _ in range(WRITERS)]
    actor = world.as_actor(world.approver)
    results = _at_once(lambda number: approve_cost(actor=actor, cost=costs[number], now=world.now))
    assert sum(isinstance(result, ManagementCostOverCap) for result in results) == WRITERS - 1
    assert purse_balance(world.warm_fund.purse_id) == 9_500


RAW = (
    "UPDATE funds_cost SET amount_minor = 1",
    "UPDATE funds_cost SET state = 'REJECTED'",
    "UPDATE funds_cost SET decided_by_id = proposed_by_id",
    "DELETE FROM funds_cost",
)


@pytest.mark.parametrize("statement", RAW)
def test_raw_sql_changes_no_decided_cost(world: World, statement: str) -> None:
    world.give_money(10_000)
    paid_cost(world, 100)
    with nothing_written(), pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        _run(statement)


def test_raw_sql_changes_no_proposal_and_approves_none_for_its_proposer(world: World) -> None:
    proposed_cost(world, 100)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        _run("UPDATE funds_cost SET amount_minor = 1")
    with pytest.raises(DatabaseError, match="approved_by_another"), transaction.atomic():
        _run("UPDATE funds_cost SET state = 'APPROVED', decided_by_id = proposed_by_id")
    assert Cost.objects.get().state == "PROPOSED"


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
