"""Master data: who takes part - organisations, programmes, donors and suppliers."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, CodeField, NamesField, StrictSerializer, TextField, TruthField
from api.pages import page_of
from logistics.kernel.proofs import REQUIRED_KINDS
from logistics.parties.actions import (
    register_donor,
    register_organisation,
    register_programme,
    register_supplier,
)
from logistics.parties.models import (
    Donor,
    DonorKind,
    LabelTemplate,
    Level,
    Named,
    Organisation,
    OrganisationKind,
    Programme,
    Supplier,
)
from logistics.parties.reads import (
    get_organisation,
    visible_donors,
    visible_organisations,
    visible_programmes,
    visible_suppliers,
)

ADMIN = {"POST": ("admin",)}


class NamesAnswer(serializers.Serializer):
    """A name in both languages."""

    zh = serializers.CharField()
    en = serializers.CharField(allow_blank=True)


class MasterAnswer(serializers.Serializer):
    """A row of master data."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = NamesAnswer()


class MasterInput(StrictSerializer):
    """What every row of master data has."""

    code = CodeField()
    name = NamesField()


def said(row: Named, **more: Any) -> dict[str, Any]:
    """Say a row of master data."""
    return {"id": str(row.id), "code": row.code, "name": {"zh": row.name_zh, "en": row.name_en}, **more}


def named(data: dict[str, Any]) -> dict[str, Any]:
    """Turn code and name into an action's words."""
    return {"code": data["code"], "name_zh": data["name"]["zh"], "name_en": data["name"]["en"]}


class OrganisationInput(MasterInput):
    """A body in the tree, below the caller's own or a named one."""

    kind = ChoiceTextField(choices=OrganisationKind.choices)
    level = ChoiceTextField(choices=Level.choices)
    parent = CodeField(required=False)  # type: ignore[assignment]  # -- the contract's name
    division_code = TextField(length=12, required=False, allow_blank=True, default="")
    telephone = TextField(length=24, required=False, allow_blank=True, default="")


class OrganisationAnswer(MasterAnswer):
    """A body in the tree."""

    kind = serializers.CharField()
    level = serializers.CharField()
    telephone = serializers.CharField(allow_blank=True)
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]  # -- the contract's name
    division_code = serializers.CharField(allow_blank=True)
    is_demonstration = serializers.BooleanField()


class Organisations(Door):
    """Organisations."""

    scopes, is_list = ADMIN, True

    @documented(
        "List organisations",
        "The caller's own and everything below it.",
        answers={200: paged(OrganisationAnswer, "Organisation")},
        tag="master data",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_organisations(self.actor.organisation), said_organisation)

    @documented(
        "Register an organisation",
        "Below `parent`, or below the caller's own.",
        request=OrganisationInput,
        answers={201: OrganisationAnswer},
        problems=(409, 413, 415, 422),
        tag="master data",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        data = self.read(OrganisationInput)
        own = self.actor.organisation
        parent = get_organisation(code=data["parent"], within=own) if data.get("parent") else own
        row = register_organisation(
            **named(data),
            kind=data["kind"],
            level=data["level"],
            parent=parent,
            division_code=data["division_code"],
            telephone=data["telephone"],
            cause=self.actor.cause(timezone.now()),
        )
        return Response(said_organisation(row), status=201)


def said_organisation(row: Organisation) -> dict[str, Any]:
    """Say a body in the tree."""
    parent = str(row.parent_id) if row.parent_id else None
    return said(
        row,
        kind=row.kind,
        level=row.level,
        parent=parent,
        division_code=row.division_code,
        telephone=row.telephone,
        is_demonstration=row.is_demonstration,
    )


class ProgrammeInput(MasterInput):
    """A public-benefit programme."""

    is_for_persons = TruthField(required=False, default=False)
    required_proofs = serializers.ListField(
        child=ChoiceTextField(choices=REQUIRED_KINDS), required=False, default=list, max_length=len(REQUIRED_KINDS)
    )
    thanks = TextField(length=60, required=False, allow_blank=True, default="")
    label_template = ChoiceTextField(
        choices=LabelTemplate.choices,
        required=False,
        default=LabelTemplate.FULL,
        help_text="DISCREET labels do not say what is in the parcel, nor what it weighs.",
    )


class ProgrammeAnswer(MasterAnswer):
    """A public-benefit programme."""

    is_open = serializers.BooleanField()
    is_for_persons = serializers.BooleanField()
    required_proofs = serializers.ListField(child=serializers.CharField())
    label_template = serializers.CharField()


class Programmes(Door):
    """Programmes."""

    scopes, is_list = ADMIN, True

    @documented(
        "List programmes",
        "Those of the caller's organisation, of those above it and of those below it.",
        answers={200: paged(ProgrammeAnswer, "Programme")},
        tag="master data",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_programmes(self.actor.organisation), said_programme)

    @documented(
        "Register a programme",
        "It belongs to the caller's organisation.",
        request=ProgrammeInput,
        answers={201: ProgrammeAnswer},
        problems=(409, 413, 415, 422),
        tag="master data",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        data = self.read(ProgrammeInput)
        row = register_programme(
            organisation=self.actor.organisation,
            **named(data),
            is_for_persons=data["is_for_persons"],
            required_proofs=data["required_proofs"],
            thanks=data["thanks"],
            label_template=data["label_template"],
            cause=self.actor.cause(timezone.now()),
        )
        return Response(said_programme(row), status=201)


def said_programme(row: Programme) -> dict[str, Any]:
    """Say a programme."""
    return said(
        row,
        is_open=row.is_open,
        is_for_persons=row.is_for_persons,
        required_proofs=row.required_proofs,
        label_template=row.label_template,
    )


class DonorInput(StrictSerializer):
    """Who gives."""

    name = TextField(length=120)
    kind = ChoiceTextField(choices=DonorKind.choices)
    may_be_named = TruthField(required=False, default=False)


class DonorAnswer(serializers.Serializer):
    """Who gives."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    may_be_named = serializers.BooleanField()


class Donors(Door):
    """Donors."""

    scopes = {"GET": ("donations:read", "donations:write", "admin"), "POST": ("donations:write", "admin")}
    is_list = True

    @documented(
        "List donors",
        "Those of the caller's organisation and below.",
        answers={200: paged(DonorAnswer, "Donor")},
        tag="master data",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_donors(self.actor.organisation), said_donor)

    @documented(
        "Register a donor",
        "A person or an organisation.",
        request=DonorInput,
        answers={201: DonorAnswer},
        problems=(409, 413, 415, 422),
        tag="master data",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        row = register_donor(
            organisation=self.actor.organisation, **self.read(DonorInput), cause=self.actor.cause(timezone.now())
        )
        return Response(said_donor(row), status=201)


def said_donor(row: Donor) -> dict[str, Any]:
    """Say who gives."""
    return {
        "id": str(row.id),
        "reference": row.reference,
        "name": row.name,
        "kind": row.kind,
        "may_be_named": row.may_be_named,
    }


class Suppliers(Door):
    """Suppliers."""

    scopes, is_list = ADMIN, True

    @documented(
        "List suppliers",
        "Those that the caller's organisation may buy from.",
        answers={200: paged(MasterAnswer, "Supplier")},
        tag="master data",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_suppliers(self.actor.organisation), said)

    @documented(
        "Register a supplier",
        "Who sells goods to the caller's organisation.",
        request=MasterInput,
        answers={201: MasterAnswer},
        problems=(409, 413, 415, 422),
        tag="master data",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        row: Supplier = register_supplier(
            organisation=self.actor.organisation,
            **named(self.read(MasterInput)),
            cause=self.actor.cause(timezone.now()),
        )
        return Response(said(row), status=201)
