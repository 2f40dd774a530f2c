"""Gifts that go back to their donors."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import (
    CodeField,
    MomentField,
    MoneyField,
    StrictSerializer,
    TextField,
    WholeField,
)
from api.pages import page_of
from api.v1.proposals import READ, ProposalAnswer, ProposalInput, deciding_doors, reading_door, said_proposal
from logistics.donations.reads import get_donation
from logistics.donations.refund_models import Refund
from logistics.donations.refunds import REFUND_LINES_MAX, approve_refund, lines_of, propose_refund
from logistics.parties.proposals import visible_proposals

PROBLEMS = (409, 413, 415, 422)


class RefundLineField(StrictSerializer):
    """So many units of one line of a gift of goods."""

    item = CodeField()
    batch = TextField(length=64, required=False, allow_blank=True, default="")
    quantity = WholeField(least=1)


class RefundInput(ProposalInput):
    """A gift given back: `money` of a gift of money, `lines` of a gift of goods."""

    refunded_at = MomentField()
    money = MoneyField(required=False, allow_null=True, default=None)
    lines = serializers.ListField(child=RefundLineField(), required=False, default=list, max_length=REFUND_LINES_MAX)
    reason = TextField(length=500)


class RefundAnswer(ProposalAnswer):
    """A gift given back, all or a part."""

    donation = serializers.UUIDField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    lines = serializers.ListField(child=serializers.DictField())


class Refunds(Door):
    """Refunds."""

    scopes = {"GET": (*READ, "donations:read", "donations:write")}
    is_list = True

    @documented(
        "List refunds", "Newest first.", answers={200: paged(RefundAnswer, "Refund")}, tag="donations", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = visible_proposals(Refund, self.actor.organisation)
        return page_of(request, rows.select_related("donation", "organisation"), _refund)


class DonationRefunds(Door):
    """Refunds of one gift."""

    scopes = {"POST": ("donations:write",)}
    posts_to_books = True

    @documented(
        "Propose a refund",
        "Gives a gift back, all or a part: only of its own units that are not used. Booked when another key or person "
        "approves.",
        request=RefundInput,
        answers={201: RefundAnswer, 200: RefundAnswer},
        problems=PROBLEMS,
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request, donation_id: uuid.UUID) -> Response:
        """Propose."""
        data = self.read(RefundInput)
        gift = get_donation(donation_id=donation_id, organisation=self.actor.organisation)
        wanted = [(line["item"], line["batch"], line["quantity"]) for line in data["lines"]]
        if data["money"] and data["money"]["currency"] != gift.currency:
            raise serializers.ValidationError({"money": [f"The gift is in {gift.currency}."]})
        row, is_new = propose_refund(
            actor=self.actor,
            donation=gift,
            amount_minor=data["money"]["amount"] if data["money"] else 0,
            lines=lines_of(gift, wanted),
            refunded_at=data["refunded_at"],
            reason=data["reason"],
            evidence_sha256=data["evidence_sha256"],
            reference=data["reference"],
            now=timezone.now(),
        )
        return Response(_refund(row), status=201 if is_new else 200)


def _refund(row: Refund) -> dict[str, Any]:
    return said_proposal(
        row,
        donation=str(row.donation_id),
        amount=row.amount_minor,
        currency=row.donation.currency,
        lines=[{"lot": lot, "quantity": quantity} for lot, quantity in row.lines],
    )


OneRefund = reading_door(
    Refund, "a refund", say=_refund, answer=RefundAnswer, tag="donations", scope=Refunds.scopes["GET"]
)
ApprovedRefunds, RejectedRefunds = deciding_doors(
    Refund,
    "a refund",
    approve=lambda actor, row: approve_refund(actor=actor, refund=row, now=timezone.now()),
    say=_refund,
    answer=RefundAnswer,
    tag="donations",
    scope=("donations:write",),
)
