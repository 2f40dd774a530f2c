"""Donors' consents to another use of a fund."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import DayField, IdField, StrictSerializer, TextField
from api.pages import page_of
from api.v1.proposals import READ, WRITE
from logistics.funds.consents import record_consent
from logistics.funds.money_models import Consent
from logistics.funds.reads import get_fund
from logistics.parties.reads import get_donor


class ConsentInput(StrictSerializer):
    """A donor's consent."""

    donor = IdField(required=False, allow_null=True, default=None)
    given_on = DayField()
    document_sha256 = TextField(length=64, help_text="SHA-256 of what the donor signed, in lower-case hexadecimal.")
    purpose = TextField(length=500, required=False, allow_blank=True, default="")


class ConsentAnswer(serializers.Serializer):
    """A donor's consent."""

    id = serializers.UUIDField()
    fund = serializers.CharField()
    donor = serializers.CharField(allow_null=True, help_text="The donor's reference, never the name.")
    given_on = serializers.DateField()
    document_sha256 = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)


class Consents(Door):
    """Consents."""

    scopes, is_list = {"GET": READ, "POST": WRITE}, True

    @documented(
        "List a fund's consents",
        "Newest first.",
        answers={200: paged(ConsentAnswer, "Consent")},
        tag="funds",
        query=PAGING,
    )
    def get(self, request: Request, code: str) -> Response:
        """List."""
        fund = get_fund(code=code, organisation=self.actor.organisation)
        rows = Consent.objects.filter(fund=fund).select_related("fund", "donor").order_by("-id")
        return page_of(request, rows, _said)

    @documented(
        "Record a donor's consent",
        "By the hash of the document; a revision of the fund's terms names it. The same consent again answers 200.",
        request=ConsentInput,
        answers={201: ConsentAnswer, 200: ConsentAnswer},
        problems=(409, 413, 415, 422),
        tag="funds",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str) -> Response:
        """Record."""
        data, own = self.read(ConsentInput), self.actor.organisation
        row, is_new = record_consent(
            actor=self.actor,
            fund=get_fund(code=code, organisation=own),
            donor=get_donor(donor_id=data["donor"], organisation=own) if data["donor"] else None,
            given_on=data["given_on"],
            document_sha256=data["document_sha256"],
            purpose=data["purpose"],
            now=timezone.now(),
        )
        return Response(_said(row), status=201 if is_new else 200)


def _said(row: Consent) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "fund": row.fund.code,
        "donor": row.donor.reference if row.donor else None,
        "given_on": row.given_on.isoformat(),
        "document_sha256": row.document_sha256,
        "purpose": row.purpose,
    }
