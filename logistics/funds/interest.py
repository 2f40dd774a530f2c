"""What banks pay on the money of a fund: proposed by one, approved by another, then booked."""

import datetime as dt

from logistics.funds.costs import require_money
from logistics.funds.models import Fund
from logistics.funds.money_models import Interest
from logistics.journal.actions import open_account
from logistics.journal.models import AccountKind, EntryKind
from logistics.journal.postings import Posting, side_of
from logistics.journal.purses import receive_money
from logistics.parties.actors import Actor
from logistics.parties.proposals import approved, propose, to_approve
from logistics.storage.rows import new_id
from logistics.storage.transactions import action


@action
def propose_interest(
    *,
    actor: Actor,
    fund: Fund,
    amount_minor: int,
    currency: str = "CNY",
    earned_at: dt.datetime,
    evidence_sha256: str,
    reference: str,
    reason: str = "",
    now: dt.datetime,
) -> tuple[Interest, bool]:
    """Propose what a bank paid on a fund's money, as its statement proves. Returns (proposal, is new).

    Refuses MoneyOutOfBounds, EvidenceRequired, HappenedInFuture, ReferenceReused.
    """
    require_money(amount_minor, currency)
    joins = fund.interest_fund or fund
    return propose(
        Interest,
        [fund.code, amount_minor, currency],
        actor=actor,
        organisation=fund.holder,
        reference=reference,
        reason=reason,
        evidence_sha256=evidence_sha256,
        happened_at=earned_at,
        now=now,
        fund=fund,
        joins=joins,
        amount_minor=amount_minor,
        currency=currency,
    )


@action
def approve_interest(*, actor: Actor, interest: Interest, now: dt.datetime) -> Interest:
    """Approve and book interest: income to bank, the next units of the fund that it joins.

    Refuses ProposalDecided, ProposalApprovedByProposer.
    """
    row = to_approve(interest, actor)
    holder = row.joins.holder
    income = open_account(
        kind=AccountKind.INCOME,
        subject_id=holder.id,
        organisation_id=holder.id,
        reference=holder.code,
        detail=EntryKind.INTEREST,
    )
    posting = Posting(
        kind=EntryKind.INTEREST,
        organisation_id=holder.id,
        idempotency_key=f"interest:{row.id}",
        occurred_at=row.happened_at,
        entry_id=new_id(),
        actor_id=row.proposed_by_id,
        approver_id=actor.holder_id,
        evidence_sha256=row.evidence_sha256,
    )
    (entry,) = receive_money(
        purse_id=row.joins.purse_id,
        currency=row.currency,
        bank=side_of(row.joins.bank_account),
        gifts=[(posting, side_of(income), row.amount_minor)],
        now=now,
    )
    return approved(row, actor=actor, entry=entry, now=now)
