"""Agreements about funds."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import (
    CodeField,
    DayField,
    IdField,
    StrictSerializer,
    TextField,
    WholeField,
)
from api.pages import page_of
from api.v1.proposals import READ, WRITE
from logistics.funds.agreements import record_agreement
from logistics.funds.cost_rules import PER_MILLE
from logistics.funds.money_models import Agreement
from logistics.funds.reads import get_fund, visible_funds
from logistics.parties.reads import get_donor


class AgreementInput(StrictSerializer):
    """What a donor and we signed about one fund."""

    fund = CodeField()
    number = TextField(length=64)
    donor = IdField(required=False, allow_null=True, default=None)
    signed_on = DayField()
    document_sha256 = TextField(length=64, help_text="SHA-256 of what was signed, in lower-case hexadecimal.")
    purpose = TextField(length=500, required=False, allow_blank=True, default="")
    management_cap_per_mille = WholeField(
        least=0,
        most=PER_MILLE,
        required=False,
        allow_null=True,
        default=None,
        help_text="How much of the gifts management may cost, in thousandths; null where nothing was agreed.",
    )


class AgreementAnswer(serializers.Serializer):
    """An agreement."""

    id = serializers.UUIDField()
    fund = serializers.CharField()
    number = serializers.CharField()
    donor = serializers.CharField(allow_null=True, help_text="The donor's reference, never the name.")
    signed_on = serializers.DateField()
    document_sha256 = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)
    management_cap_per_mille = serializers.IntegerField(allow_null=True)


class Agreements(Door):
    """Agreements."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = True
    query = ("fund",)

    @documented(
        "List agreements",
        "Newest first.",
        answers={200: paged(AgreementAnswer, "Agreement")},
        tag="funds",
        query={"fund": "A fund's code.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = Agreement.objects.filter(fund__in=visible_funds(self.actor.organisation).order_by().values("id"))
        if "fund" in request.query_params:
            rows = rows.filter(fund__code=request.query_params["fund"])
        return page_of(request, rows.select_related("fund", "donor").order_by("-id"), _agreement)

    @documented(
        "Record an agreement",
        "With the hash of what was signed. A cap on management cost in it is refused beyond; of several caps of a fund "
        "the strictest counts. The same agreement again answers 200.",
        request=AgreementInput,
        answers={201: AgreementAnswer, 200: AgreementAnswer},
        problems=(409, 413, 415, 422),
        tag="funds",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data, own = self.read(AgreementInput), self.actor.organisation
        row, is_new = record_agreement(
            actor=self.actor,
            fund=get_fund(code=data["fund"], organisation=own),
            number=data["number"],
            donor=get_donor(donor_id=data["donor"], organisation=own) if data["donor"] else None,
            signed_on=data["signed_on"],
            document_sha256=data["document_sha256"],
            purpose=data["purpose"],
            management_cap_per_mille=data["management_cap_per_mille"],
            now=timezone.now(),
        )
        return Response(_agreement(row), status=201 if is_new else 200)


def _agreement(row: Agreement) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "fund": row.fund.code,
        "number": row.number,
        "donor": row.donor.reference if row.donor else None,
        "signed_on": row.signed_on.isoformat(),
        "document_sha256": row.document_sha256,
        "purpose": row.purpose,
        "management_cap_per_mille": row.management_cap_per_mille,
    }
