"""Money that moves beyond gifts, purchases and grants: proposed by the officer, approved by the approver."""

import itertools

from logistics.funds.costs import approve_cost, approve_interest, propose_cost, propose_interest
from logistics.funds.models import Fund
from logistics.funds.money_models import Cost, Interest, Reversal
from logistics.funds.reversals import approve_reversal, propose_reversal
from logistics.journal.models import JournalEntry
from tests.cast import World

EVIDENCE = "e" * 64
_numbers = itertools.count(1)


def proposed_cost(world: World, amount_minor: int, category: str = "BANK_FEE", fund: Fund | None = None) -> Cost:
    """Let the officer propose a cost of the warm fund."""
    return propose_cost(
        actor=world.as_actor(world.officer),
        fund=fund or world.warm_fund,
        category=category,
        amount_minor=amount_minor,
        incurred_at=world.now,
        evidence_sha256=EVIDENCE,
        reference=f"cost-{next(_numbers)}",
        now=world.now,
    )[0]


def paid_cost(world: World, amount_minor: int, category: str = "BANK_FEE", fund: Fund | None = None) -> Cost:
    """Propose and approve a cost."""
    cost = proposed_cost(world, amount_minor, category, fund)
    return approve_cost(actor=world.as_actor(world.approver), cost=cost, now=world.now)


def earned_interest(world: World, amount_minor: int, fund: Fund | None = None) -> Interest:
    """Propose and approve interest on the money of a fund."""
    interest, _ = propose_interest(
        actor=world.as_actor(world.officer),
        fund=fund or world.warm_fund,
        amount_minor=amount_minor,
        earned_at=world.now,
        evidence_sha256=EVIDENCE,
        reference=f"interest-{next(_numbers)}",
        now=world.now,
    )
    return approve_interest(actor=world.as_actor(world.approver), interest=interest, now=world.now)


def proposed_reversal(world: World, entry: JournalEntry) -> Reversal:
    """Let the officer propose to reverse an entry."""
    return propose_reversal(
        actor=world.as_actor(world.officer),
        entry=entry,
        reason="录入有误",
        evidence_sha256=EVIDENCE,
        reference=f"reversal-{next(_numbers)}",
        now=world.now,
    )[0]


def reversed_entry(world: World, entry: JournalEntry) -> Reversal:
    """Propose and approve the reversal of an entry."""
    reversal = proposed_reversal(world, entry)
    return approve_reversal(actor=world.as_actor(world.approver), reversal=reversal, now=world.now)
