"""What was booked by mistake is mirrored: by two people, once, and only while it is unused."""

import pytest

from logistics.funds.reversals import EntryNotReversible, EntryUsedAlready, approve_reversal, propose_reversal
from logistics.journal.actions import EntryReversedAlready
from logistics.journal.models import JournalEntry
from logistics.journal.reads import purse_balance
from logistics.ledgers.traces import trace_of_gift
from logistics.parties.proposals import EvidenceRequired, ProposalApprovedByProposer, reject
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.money import EVIDENCE, earned_interest, paid_cost, proposed_reversal, reversed_entry


def test_a_mistaken_gift_goes_back_whole_and_its_trace_says_so(world: World) -> None:
    kept, mistaken = world.give_money(1_000), world.give_money(5_000)
    reversal = reversed_entry(world, mistaken.entry)
    assert reversal.entry is not None
    assert (reversal.entry.reverses_id, reversal.entry.approver_id) == (mistaken.entry_id, world.approver.id)
    assert purse_balance(world.warm_fund.purse_id) == 1_000
    stages = trace_of_gift(mistaken).by_stage()
    assert (stages["RETURNED"], sum(stages.values())) == (5_000, 5_000)
    assert trace_of_gift(kept).by_stage()["UNSPENT"] == 1_000
    assert_books_close()


def test_what_is_used_is_not_reversed(world: World) -> None:
    gift = world.give_money(1_000)
    paid_cost(world, 1)
    reversal = proposed_reversal(world, gift.entry)
    with nothing_written(), pytest.raises(EntryUsedAlready):
        approve_reversal(actor=world.as_actor(world.approver), reversal=reversal, now=world.now)


def test_who_proposed_a_reversal_may_not_approve_it(world: World) -> None:
    reversal = proposed_reversal(world, world.give_money(1_000).entry)
    with nothing_written(), pytest.raises(ProposalApprovedByProposer):
        approve_reversal(actor=world.as_actor(world.officer), reversal=reversal, now=world.now)


def test_an_entry_is_reversed_once_and_after_a_rejection_still(world: World) -> None:
    entry = world.give_money(1_000).entry
    first = proposed_reversal(world, entry)
    with nothing_written(), pytest.raises(EntryReversedAlready):
        proposed_reversal(world, entry)
    reject(first, actor=world.as_actor(world.approver), now=world.now)
    reversed_entry(world, entry)
    with nothing_written(), pytest.raises(EntryReversedAlready):
        proposed_reversal(world, entry)


def test_interest_and_costs_are_reversed_too(world: World) -> None:
    gift = world.give_money(1_000)
    cost, interest = paid_cost(world, 400), earned_interest(world, 30)
    for row in (cost, interest):
        assert row.entry is not None
        reversed_entry(world, row.entry)
    assert purse_balance(world.warm_fund.purse_id) == 1_000
    assert trace_of_gift(gift).by_stage()["UNSPENT"] == 1_000
    assert_books_close()


def test_what_has_rows_of_its_own_is_not_reversed_alone(world: World) -> None:
    world.stock_kits(1)
    purchase = JournalEntry.objects.get(kind="PURCHASE")
    with nothing_written(), pytest.raises(EntryNotReversible):
        proposed_reversal(world, purchase)
    mirror = reversed_entry(world, world.give_money(5).entry).entry
    assert mirror is not None
    with nothing_written(), pytest.raises(EntryNotReversible):
        proposed_reversal(world, mirror)


def test_it_needs_evidence_and_counts_once(world: World) -> None:
    entry = world.give_money(1_000).entry
    said = {"actor": world.as_actor(world.officer), "entry": entry, "reason": "误录", "reference": "r-1"}
    with nothing_written(), pytest.raises(EvidenceRequired):
        propose_reversal(**said, evidence_sha256="", now=world.now)
    first, is_new = propose_reversal(**said, evidence_sha256=EVIDENCE, now=world.now)
    again, is_new_again = propose_reversal(**said, evidence_sha256=EVIDENCE, now=world.now.replace(hour=9))
    assert (first.id, is_new, is_new_again) == (again.id, True, False)
