"""Costs that one named fund pays: proposed by one, approved by another, then booked."""

import datetime as dt

from logistics.funds.caps import require_within_caps
from logistics.funds.models import Fund
from logistics.funds.money_models import Cost, CostCategory
from logistics.funds.reads import bank_of_body, bank_that_pays
from logistics.journal.actions import open_account, post_entry
from logistics.journal.models import Account, AccountKind, EntryKind
from logistics.journal.postings import Movement, Posting, side_of
from logistics.journal.purses import money_pieces
from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.kernel.refusals import Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.proposals import approved, propose, to_approve
from logistics.storage.transactions import action


class MoneyOutOfBounds(Unacceptable):
    code = "money_out_of_bounds"
    zh = "金额须在 1 到 {most} 分之间，币种须受支持。"
    en = "An amount is between 1 and {most} minor units of a known currency."


class CostCategoryUnknown(Unacceptable):
    code = "cost_category_unknown"
    zh = "没有费用类别 {category}。"
    en = "There is no category of costs {category}."


@action
def propose_cost(
    *,
    actor: Actor,
    fund: Fund,
    category: str,
    amount_minor: int,
    currency: str = "CNY",
    incurred_at: dt.datetime,
    evidence_sha256: str,
    reference: str,
    payee: str = "",
    reason: str = "",
    now: dt.datetime,
) -> tuple[Cost, bool]:
    """Propose that one fund pays for something beyond goods and grants. Returns (proposal, is new).

    Whoever was handed money of the fund pays from its own bank, else the holder does. Refuses FundNotHandedDown,
    CostCategoryUnknown, MoneyOutOfBounds, ManagementCostOverCap, EvidenceRequired, HappenedInFuture,
    ReferenceReused.
    """
    require_money(amount_minor, currency)
    if category not in CostCategory.values:
        raise CostCategoryUnknown(category=category[:40], pointer="/category")
    payer = bank_that_pays(fund=fund, organisation=actor.organisation)
    row, is_new = propose(
        Cost,
        [fund.code, category, payee, amount_minor, currency],
        actor=actor,
        organisation=Organisation.objects.get(id=payer.organisation_id),
        reference=reference,
        reason=reason,
        evidence_sha256=evidence_sha256,
        happened_at=incurred_at,
        now=now,
        fund=fund,
        category=category,
        payee=payee,
        amount_minor=amount_minor,
        currency=currency,
    )
    if is_new and category == CostCategory.MANAGEMENT:
        require_within_caps(fund, amount_minor, currency, now)
    return row, is_new


@action
def approve_cost(*, actor: Actor, cost: Cost, now: dt.datetime) -> Cost:
    """Approve and book a cost: bank to expense, within the fund's money there and the fund's caps.

    Refuses ProposalDecided, ProposalApprovedByProposer, FundOverspent, ManagementCostOverCap.
    """
    row = to_approve(cost, actor)
    fund = row.fund
    bank = side_of(bank_of_body(fund=fund, organisation_id=row.organisation_id))
    expense = side_of(expense_account(row.organisation, row.category))
    money = money_pieces(purse_id=fund.purse_id, currency=row.currency, bank=bank, amount_minor=row.amount_minor)
    if row.category == CostCategory.MANAGEMENT:
        # Behind the lock of the fund's money: of two at once the second sees what the first has spent.
        require_within_caps(fund, row.amount_minor, row.currency, now)
    entry = post_entry(
        posting=Posting(
            kind=EntryKind.COST,
            organisation_id=row.organisation_id,
            idempotency_key=f"cost:{row.id}",
            occurred_at=row.happened_at,
            actor_id=row.proposed_by_id,
            approver_id=actor.holder_id,
            evidence_sha256=row.evidence_sha256,
            movements=tuple(Movement(piece, credit=bank, debit=expense) for piece in money),
        ),
        now=now,
    )
    return approved(row, actor=actor, entry=entry, now=now)


def expense_account(organisation: Organisation, category: str) -> Account:
    """Open the account of one category of costs of a body."""
    return open_account(
        kind=AccountKind.EXPENSE,
        subject_id=organisation.id,
        organisation_id=organisation.id,
        reference=organisation.code,
        detail=category,
    )


def require_money(amount_minor: int, currency: str) -> None:
    """Refuse MoneyOutOfBounds for nothing, for too much, and for an unknown currency."""
    if not 0 < amount_minor <= AMOUNT_MINOR_MAX or currency not in CURRENCIES:
        raise MoneyOutOfBounds(most=AMOUNT_MINOR_MAX, pointer="/money")
