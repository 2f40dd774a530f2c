"""Funds, their terms and revisions."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, CodeField, DayField, NamesField, StrictSerializer, TextField
from api.pages import page_of
from api.v1.masters import MasterAnswer, MasterInput, named, said
from logistics.funds.actions import register_fund, revise_fund, terms_on
from logistics.funds.models import Basis, Fund, FundRevision
from logistics.funds.reads import get_fund, visible_funds
from logistics.kernel.eligibility import Terms
from logistics.parties.reads import get_organisation, get_programme
from logistics.partners.reads import owner_for


class FundInput(MasterInput):
    """Money and goods held for one programme and purpose."""

    name = NamesField(required=False)
    programme = CodeField()
    owner = CodeField(required=False)
    holder = CodeField(required=False)
    basis = ChoiceTextField(choices=Basis.choices)
    terms = serializers.DictField(
        required=False,
        default=dict,
        help_text="{sexes?, age_from?, age_to?, divisions?, items?, purposes?, from?, to?, management_cap_per_mille?}",
    )
    filing_number = TextField(length=64, required=False, allow_blank=True, default="")
    interest_fund = CodeField(
        required=False, help_text="The fund that the bank's interest joins; without it, this one."
    )


class FundAnswer(MasterAnswer):
    """A fund with the terms in force today."""

    programme = serializers.CharField()
    owner = serializers.CharField()
    holder = serializers.CharField()
    basis = serializers.CharField()
    terms = serializers.DictField()
    filing_number = serializers.CharField(allow_blank=True)
    interest_fund = serializers.CharField(allow_null=True)


class RevisionInput(StrictSerializer):
    """New terms by the donor's consent."""

    terms = serializers.DictField()
    in_force_from = DayField()
    consent_sha256 = TextField(length=64)


class RevisionAnswer(serializers.Serializer):
    """Terms from a day on."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    terms = serializers.DictField()
    in_force_from = serializers.DateField()
    consent_sha256 = serializers.CharField(allow_blank=True)


class Funds(Door):
    """Funds."""

    scopes = {
        "GET": ("admin", "ledgers:read", "donations:read", "donations:write", "stock:read", "stock:write"),
        "POST": ("admin",),
    }
    is_list = True

    @documented(
        "List funds",
        "Those that the caller's organisation or one below it owns or holds.",
        answers={200: paged(FundAnswer, "Fund")},
        tag="funds",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = visible_funds(self.actor.organisation).select_related("programme", "owner", "holder", "interest_fund")
        return page_of(request, rows, said_fund)

    @documented(
        "Register a fund",
        "Opens its purse. Terms that name sexes, ages or places make it restricted.",
        request=FundInput,
        answers={201: FundAnswer},
        problems=(409, 413, 415, 422),
        tag="funds",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        data, own = self.read(FundInput), self.actor.organisation
        row = register_fund(
            **named({"name": {"zh": data["code"], "en": ""}, **data}),
            programme=get_programme(code=data["programme"], organisation=own),
            owner=owner_for(data["owner"], own) if data.get("owner") else own,
            holder=get_organisation(code=data["holder"], within=own) if data.get("holder") else own,
            basis=data["basis"],
            terms=Terms.from_json(data["terms"]),
            filing_number=data["filing_number"],
            interest_fund=get_fund(code=data["interest_fund"], organisation=own) if data.get("interest_fund") else None,
            now=timezone.now(),
            cause=self.actor.cause(timezone.now()),
        )
        return Response(said_fund(row), status=201)


class Revisions(Door):
    """The dated revisions of a fund's terms."""

    scopes = {"GET": ("admin", "ledgers:read"), "POST": ("admin",)}
    is_list = True

    @documented(
        "List a fund's revisions",
        "Each with the hash of the donor's consent.",
        answers={200: paged(RevisionAnswer, "Revision")},
        tag="funds",
        query=PAGING,
    )
    def get(self, request: Request, code: str) -> Response:
        """List."""
        fund = get_fund(code=code, organisation=self.actor.organisation)
        return page_of(request, FundRevision.objects.filter(fund=fund).order_by("id"), _revision)

    @documented(
        "Revise a fund's terms",
        "From a day on, by the donor's recorded consent.",
        request=RevisionInput,
        answers={201: RevisionAnswer},
        problems=(409, 413, 415, 422),
        tag="funds",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str) -> Response:
        """Revise."""
        data = self.read(RevisionInput)
        row = revise_fund(
            fund=get_fund(code=code, organisation=self.actor.organisation),
            terms=Terms.from_json(data["terms"]),
            in_force_from=data["in_force_from"],
            consent_sha256=data["consent_sha256"],
            now=timezone.now(),
            recorded_by_id=self.actor.holder_id,
        )
        return Response(_revision(row), status=201)


def said_fund(row: Fund) -> dict[str, Any]:
    """Say a fund with the terms in force today."""
    return said(
        row,
        programme=row.programme.code,
        owner=row.owner.code,
        holder=row.holder.code,
        basis=row.basis,
        terms=terms_on(row, timezone.localdate())[1].to_json(),
        filing_number=row.filing_number,
        interest_fund=row.interest_fund.code if row.interest_fund else None,
    )


def _revision(row: FundRevision) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "number": row.number,
        "terms": row.terms,
        "in_force_from": row.in_force_from.isoformat(),
        "consent_sha256": row.consent_sha256,
    }
