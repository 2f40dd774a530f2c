"""Interest, costs and reversals."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, CodeField, IdField, MomentField, MoneyField, TextField
from api.pages import page_of
from api.v1.proposals import READ, WRITE, ProposalAnswer, ProposalInput, deciding_doors, reading_door, said_proposal
from logistics.funds.costs import approve_cost, propose_cost
from logistics.funds.interest import approve_interest, propose_interest
from logistics.funds.money_models import Cost, CostCategory, Interest, Reversal
from logistics.funds.reads import get_fund, get_fund_at_hand
from logistics.funds.reversals import approve_reversal, propose_reversal
from logistics.journal.reads import get_entry
from logistics.parties.access import organisation_ids_below
from logistics.parties.proposals import visible_proposals

PROBLEMS = (409, 413, 415, 422)


class InterestInput(ProposalInput):
    """What a bank paid on a fund's money."""

    fund = CodeField()
    money = MoneyField()
    earned_at = MomentField()


class InterestAnswer(ProposalAnswer):
    """Interest: on the money of `fund`, joining `joins`."""

    fund = serializers.CharField()
    joins = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()


class CostInput(ProposalInput):
    """What one named fund pays for."""

    fund = CodeField()
    category = ChoiceTextField(choices=CostCategory.choices)
    money = MoneyField()
    incurred_at = MomentField()
    payee = TextField(length=120, required=False, allow_blank=True, default="")


class CostAnswer(ProposalAnswer):
    """A cost of one fund."""

    fund = serializers.CharField()
    category = serializers.ChoiceField(choices=CostCategory.choices)
    payee = serializers.CharField(allow_blank=True)
    amount = serializers.IntegerField()
    currency = serializers.CharField()


class ReversalInput(ProposalInput):
    """An entry that was a mistake."""

    entry = IdField()
    reason = TextField(length=500)


class ReversalAnswer(ProposalAnswer):
    """A reversal: `reverses` is the entry that was a mistake, `entry` its mirror image."""

    reverses = serializers.UUIDField()


class Interests(Door):
    """Interest."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = posts_to_books = True

    @documented(
        "List interest", "Newest first.", answers={200: paged(InterestAnswer, "Interest")}, tag="funds", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = visible_proposals(Interest, self.actor.organisation).select_related("fund", "joins", "organisation")
        return page_of(request, rows, _interest)

    @documented(
        "Propose interest",
        "What a bank paid, as its statement proves. It joins the fund, or the one that the fund names for it, when "
        "another key or person approves.",
        request=InterestInput,
        answers={201: InterestAnswer, 200: InterestAnswer},
        problems=PROBLEMS,
        tag="funds",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Propose."""
        data = self.read(InterestInput)
        row, is_new = propose_interest(
            actor=self.actor,
            fund=get_fund(code=data["fund"], organisation=self.actor.organisation),
            amount_minor=data["money"]["amount"],
            currency=data["money"]["currency"],
            earned_at=data["earned_at"],
            evidence_sha256=data["evidence_sha256"],
            reference=data["reference"],
            reason=data["reason"],
            now=timezone.now(),
        )
        return Response(_interest(row), status=201 if is_new else 200)


class Costs(Door):
    """Costs."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = posts_to_books = True

    @documented("List costs", "Newest first.", answers={200: paged(CostAnswer, "Cost")}, tag="funds", query=PAGING)
    def get(self, request: Request) -> Response:
        """List."""
        rows = visible_proposals(Cost, self.actor.organisation).select_related("fund", "organisation")
        return page_of(request, rows, _cost)

    @documented(
        "Propose a cost",
        "One named fund pays when another key or person approves, from the bank of whoever was handed its money, else "
        "of its holder. `MANAGEMENT` beyond the cap that was agreed for the "
        "fund is refused with `management_cost_over_cap`.",
        request=CostInput,
        answers={201: CostAnswer, 200: CostAnswer},
        problems=PROBLEMS,
        tag="funds",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Propose."""
        data = self.read(CostInput)
        row, is_new = propose_cost(
            actor=self.actor,
            fund=get_fund_at_hand(code=data["fund"], organisation=self.actor.organisation),
            category=data["category"],
            amount_minor=data["money"]["amount"],
            currency=data["money"]["currency"],
            incurred_at=data["incurred_at"],
            payee=data["payee"],
            evidence_sha256=data["evidence_sha256"],
            reference=data["reference"],
            reason=data["reason"],
            now=timezone.now(),
        )
        return Response(_cost(row), status=201 if is_new else 200)


class Reversals(Door):
    """Reversals."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = posts_to_books = True

    @documented(
        "List reversals", "Newest first.", answers={200: paged(ReversalAnswer, "Reversal")}, tag="ledgers", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_proposals(Reversal, self.actor.organisation), _reversal)

    @documented(
        "Propose a reversal",
        "Of a gift, an opening balance, interest, a cost or a refund that was a mistake and of which nothing is used. "
        "The mirror image is booked in the open period when another key or person approves.",
        request=ReversalInput,
        answers={201: ReversalAnswer, 200: ReversalAnswer},
        problems=PROBLEMS,
        tag="ledgers",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Propose."""
        data = self.read(ReversalInput)
        row, is_new = propose_reversal(
            actor=self.actor,
            entry=get_entry(entry_id=data["entry"], organisation_ids=organisation_ids_below(self.actor.organisation)),
            reason=data["reason"],
            evidence_sha256=data["evidence_sha256"],
            reference=data["reference"],
            now=timezone.now(),
        )
        return Response(_reversal(row), status=201 if is_new else 200)


def _interest(row: Interest) -> dict[str, Any]:
    return said_proposal(row, fund=row.fund.code, joins=row.joins.code, amount=row.amount_minor, currency=row.currency)


def _cost(row: Cost) -> dict[str, Any]:
    return said_proposal(
        row,
        fund=row.fund.code,
        category=row.category,
        payee=row.payee,
        amount=row.amount_minor,
        currency=row.currency,
    )


def _reversal(row: Reversal) -> dict[str, Any]:
    return said_proposal(row, reverses=str(row.reverses_id))


OneInterest = reading_door(Interest, "interest", say=_interest, answer=InterestAnswer, tag="funds")
ApprovedInterest, RejectedInterest = deciding_doors(
    Interest,
    "interest",
    approve=lambda actor, row: approve_interest(actor=actor, interest=row, now=timezone.now()),
    say=_interest,
    answer=InterestAnswer,
    tag="funds",
)
OneCost = reading_door(Cost, "a cost", say=_cost, answer=CostAnswer, tag="funds")
ApprovedCosts, RejectedCosts = deciding_doors(
    Cost,
    "a cost",
    approve=lambda actor, row: approve_cost(actor=actor, cost=row, now=timezone.now()),
    say=_cost,
    answer=CostAnswer,
    tag="funds",
)
OneReversal = reading_door(Reversal, "a reversal", say=_reversal, answer=ReversalAnswer, tag="ledgers")
ApprovedReversals, RejectedReversals = deciding_doors(
    Reversal,
    "a reversal",
    approve=lambda actor, row: approve_reversal(actor=actor, reversal=row, now=timezone.now()),
    say=_reversal,
    answer=ReversalAnswer,
    tag="ledgers",
)
