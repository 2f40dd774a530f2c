"""Acknowledgements of gifts: issued, voided, reissued, and as paper."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import MomentField, StrictSerializer, TextField
from api.problems import QueryUnknown
from logistics.donations.acknowledgements import (
    REASON_LENGTH_MAX,
    issue_acknowledgement,
    reissue_acknowledgement,
    void_acknowledgement,
)
from logistics.donations.models import Donation
from logistics.donations.paper_reads import AcknowledgementState, Paper, get_paper, papers_of
from logistics.donations.reads import get_donation
from logistics.press.papers.gift_papers import ACKNOWLEDGEMENT, CERTIFICATE, acknowledgement_pdf

WRITE = {"POST": ("donations:write",), "GET": ("donations:read", "donations:write")}
NUMBER_DIGITS_MAX = 9


class WhyInput(StrictSerializer):
    """Why."""

    reason = TextField(length=REASON_LENGTH_MAX)


class AcknowledgementAnswer(serializers.Serializer):
    """A numbered paper of a gift and what became of it."""

    id = serializers.UUIDField()
    number = serializers.CharField(help_text="As printed: organisation, year of issue, running number without a gap.")
    state = serializers.ChoiceField(choices=[state.value for state in AcknowledgementState])
    issued_at = serializers.DateTimeField()
    voided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    replaced_by = serializers.CharField(allow_null=True)
    pdf_url = serializers.CharField()


class AcknowledgementsAnswer(serializers.Serializer):
    """Every paper of a gift, the first one first."""

    items = serializers.ListField(child=AcknowledgementAnswer())


class Acknowledgements(Door):
    """The papers of a gift."""

    scopes = WRITE

    @documented(
        "List acknowledgements of a gift",
        "Every numbered paper that was issued for the gift, also the void ones.",
        answers={200: AcknowledgementsAnswer},
        tag="donations",
    )
    def get(self, request: Request, donation_id: uuid.UUID) -> Response:
        """List."""
        return Response({"items": [said(paper) for paper in papers_of(_gift(self, donation_id))]})

    @documented(
        "Issue an acknowledgement",
        "Gives the next number of the organisation and year: 201. Where a paper counts already, it is answered again: "
        "200. Not the official bill, not for tax.",
        answers={201: AcknowledgementAnswer, 200: AcknowledgementAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request, donation_id: uuid.UUID) -> Response:
        """Issue."""
        gift = _gift(self, donation_id)
        _, is_new = issue_acknowledgement(actor=self.actor, donation=gift, now=timezone.now())
        return Response(said(get_paper(donation=gift)), status=201 if is_new else 200)


class VoidedAcknowledgements(Door):
    """Papers that no longer count."""

    scopes = {"POST": ("donations:write",)}

    @documented(
        "Void an acknowledgement",
        "The gift's latest paper no longer counts; its number stays taken and the paper stays on record.",
        request=WhyInput,
        answers={200: AcknowledgementAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request, donation_id: uuid.UUID) -> Response:
        """Void."""
        gift, reason = _gift(self, donation_id), self.read(WhyInput)["reason"]
        row = get_paper(donation=gift).row
        void_acknowledgement(actor=self.actor, acknowledgement=row, reason=reason, now=timezone.now())
        return Response(said(get_paper(donation=gift)))


class ReissuedAcknowledgements(Door):
    """Papers issued in place of others."""

    scopes = {"POST": ("donations:write",)}

    @documented(
        "Reissue an acknowledgement",
        "Voids the gift's latest paper and issues the next one, with a number of its own. Both stay on record.",
        request=WhyInput,
        answers={201: AcknowledgementAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request, donation_id: uuid.UUID) -> Response:
        """Reissue."""
        gift, reason = _gift(self, donation_id), self.read(WhyInput)["reason"]
        row = get_paper(donation=gift).row
        reissue_acknowledgement(actor=self.actor, acknowledgement=row, reason=reason, now=timezone.now())
        return Response(said(get_paper(donation=gift)), status=201)


class AcknowledgementFiles(Door):
    """The paper itself."""

    scopes = {"GET": ("donations:read", "donations:write")}
    query = ("number", "paper")

    @documented(
        "Download an acknowledgement",
        "The gift's latest paper as tagged PDF (PDF/UA-1); a void one says so in red.",
        answers={200: OpenApiTypes.BINARY},
        problems=(422,),
        tag="donations",
        query={
            "number": "Another paper of this gift, by its running number.",
            "paper": "ACKNOWLEDGEMENT (the default) or CERTIFICATE.",
        },
    )
    def get(self, request: Request, donation_id: uuid.UUID) -> HttpResponse:
        """Download."""
        number, form = request.query_params.get("number"), request.query_params.get("paper", ACKNOWLEDGEMENT)
        if form not in {ACKNOWLEDGEMENT, CERTIFICATE}:
            raise QueryUnknown(parameter="paper")
        if number is not None and not (number.isascii() and number.isdigit() and len(number) <= NUMBER_DIGITS_MAX):
            raise QueryUnknown(parameter="number")
        paper = get_paper(donation=_gift(self, donation_id), number=int(number) if number else None)
        name = f"{form.lower()}-{paper.row.year}-{paper.row.number:06d}.pdf"
        return HttpResponse(
            acknowledgement_pdf(paper, form),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def said(paper: Paper) -> dict[str, Any]:
    """Say a paper; never the donor's name."""
    return {
        "id": str(paper.row.id),
        "number": paper.number,
        "state": paper.state,
        "issued_at": MomentField().to_representation(paper.row.issued_at),
        "voided_at": MomentField().to_representation(paper.voided_at) if paper.voided_at else None,
        "reason": paper.reason,
        "replaced_by": paper.replaced_by,
        "pdf_url": f"/api/v1/donations/{paper.row.donation_id}/acknowledgement.pdf?number={paper.row.number}",
    }


def _gift(door: Door, donation_id: uuid.UUID) -> Donation:
    return get_donation(donation_id=donation_id, organisation=door.actor.organisation)
