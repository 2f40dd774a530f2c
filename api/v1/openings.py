"""Opening balances."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import (
    ChoiceTextField,
    CodeField,
    DayField,
    LineTotalField,
    MomentField,
    MoneyField,
    StrictSerializer,
    TextField,
    WholeField,
)
from api.pages import page_of
from api.v1.proposals import READ, WRITE, ProposalAnswer, ProposalInput, deciding_doors, reading_door, said_proposal
from logistics.funds.reads import get_fund
from logistics.parties.proposals import visible_proposals
from logistics.stock.money_models import Opening
from logistics.stock.openings import OPENING_LINES_MAX, OpeningLineInput, approve_opening, propose_opening
from logistics.stock.reads import get_item, get_warehouse
from logistics.stock.valuation import ValueBasis

PROBLEMS = (409, 413, 415, 422)


class OpeningLineField(StrictSerializer):
    """Goods that were there."""

    item = CodeField()
    warehouse = CodeField()
    quantity = WholeField(least=1)
    line_total = LineTotalField(required=False, allow_null=True, default=None)
    basis = ChoiceTextField(choices=ValueBasis.choices)
    expires_on = DayField(required=False, allow_null=True, default=None)
    batch = TextField(length=64, required=False, allow_blank=True, default="")


class OpeningInput(ProposalInput):
    """What one fund held when its holder began to keep its books here."""

    fund = CodeField()
    opened_at = MomentField()
    money = MoneyField(required=False, allow_null=True, default=None)
    lines = serializers.ListField(child=OpeningLineField(), required=False, default=list, max_length=OPENING_LINES_MAX)


class OpeningAnswer(ProposalAnswer):
    """An opening balance."""

    fund = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    lines = serializers.ListField(child=serializers.DictField())


class Openings(Door):
    """Opening balances."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = posts_to_books = True

    @documented(
        "List openings", "Newest first.", answers={200: paged(OpeningAnswer, "Opening")}, tag="funds", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = visible_proposals(Opening, self.actor.organisation).select_related("fund", "organisation")
        return page_of(request, rows.prefetch_related("lines__item", "lines__warehouse"), _opening)

    @documented(
        "Propose an opening",
        "Money and goods that a fund held at go-live, once a fund and only before its holder's first period closes. "
        "In traces their origin is the opening balance, never a gift.",
        request=OpeningInput,
        answers={201: OpeningAnswer, 200: OpeningAnswer},
        problems=PROBLEMS,
        tag="funds",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Propose."""
        data, own = self.read(OpeningInput), self.actor.organisation
        money = data["money"] or {"amount": 0, "currency": "CNY"}
        lines = [
            OpeningLineInput(
                item=get_item(code=line["item"], pointer=f"/lines/{position}/item"),
                warehouse=get_warehouse(code=line["warehouse"], organisation=own),
                quantity=line["quantity"],
                basis=line["basis"],
                line_total_minor=line["line_total"],
                expires_on=line["expires_on"],
                batch=line["batch"],
            )
            for position, line in enumerate(data["lines"])
        ]
        row, is_new = propose_opening(
            actor=self.actor,
            fund=get_fund(code=data["fund"], organisation=own),
            amount_minor=money["amount"],
            currency=money["currency"],
            lines=lines,
            opened_at=data["opened_at"],
            evidence_sha256=data["evidence_sha256"],
            reference=data["reference"],
            reason=data["reason"],
            now=timezone.now(),
        )
        return Response(_opening(row), status=201 if is_new else 200)


def _opening(row: Opening) -> dict[str, Any]:
    return said_proposal(
        row,
        fund=row.fund.code,
        amount=row.amount_minor,
        currency=row.currency,
        lines=[
            {
                "item": line.item.code,
                "warehouse": line.warehouse.code,
                "quantity": line.quantity,
                "line_total": line.line_total_minor,
                "basis": line.basis,
                "expires_on": line.expires_on.isoformat() if line.expires_on else None,
                "batch": line.batch,
            }
            for line in row.lines.all()
        ],
    )


OneOpening = reading_door(Opening, "an opening", say=_opening, answer=OpeningAnswer, tag="funds")
ApprovedOpenings, RejectedOpenings = deciding_doors(
    Opening,
    "an opening",
    approve=lambda actor, row: approve_opening(actor=actor, opening=row, now=timezone.now()),
    say=_opening,
    answer=OpeningAnswer,
    tag="funds",
)
