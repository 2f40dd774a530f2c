"""Households and their members: masked, unless somebody says why."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, DayField, StrictSerializer, TextField, TruthField
from api.pages import page_of
from logistics.households.access import standing_households
from logistics.households.actions import MEMBERS_MAX, MemberInput, record_household
from logistics.households.models import Sex
from logistics.households.reads import HouseholdView, household_view_for
from logistics.households.visibility import eyes_of

HARDSHIPS_EACH_MAX = 10
HARDSHIP_CODE_LENGTH_MAX = 24


class HardshipCodesField(serializers.ListField):
    """Codes of kinds of hardship that stand from today on, such as `ORPHAN`."""

    def __init__(self, **more: Any) -> None:
        super().__init__(child=TextField(length=HARDSHIP_CODE_LENGTH_MAX), max_length=HARDSHIPS_EACH_MAX, **more)


class DivisionCodeField(serializers.RegexField):
    """The code of a county, township or village."""

    def __init__(self, **more: Any) -> None:
        super().__init__(r"^\d{6}(\d{3}|\d{6})?$", max_length=12, help_text="GB/T 2260: 6, 9 or 12 digits.", **more)


class MemberField(StrictSerializer):
    """A member of a household."""

    name = TextField(length=60)
    sex = ChoiceTextField(choices=Sex.choices, required=False, allow_blank=True, default="")
    born_on = DayField(required=False, allow_null=True, default=None)
    identity_number = TextField(length=18, required=False, allow_blank=True, default="")
    relation = TextField(length=24, required=False, allow_blank=True, default="")
    has_consent = TruthField(required=False, default=False)
    telephone = TextField(length=24, required=False, allow_blank=True, default="")
    is_head = TruthField(required=False, default=False)
    hardships = HardshipCodesField(required=False, default=list)


class HouseholdInput(StrictSerializer):
    """A family as a liaison writes it down."""

    township = TextField(length=60)
    division_code = DivisionCodeField()
    head_name = TextField(length=60)
    address = TextField(length=200, required=False, allow_blank=True, default="")
    telephone = TextField(length=24, required=False, allow_blank=True, default="")
    members = serializers.ListField(child=MemberField(), required=False, default=list, max_length=MEMBERS_MAX)
    hardships = HardshipCodesField(required=False, default=list)


class MemberAnswer(serializers.Serializer):
    """A member; names and numbers are masked by default."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    name = serializers.CharField()
    identity_number = serializers.CharField(allow_blank=True)
    sex = serializers.CharField(allow_blank=True)
    born_on = serializers.DateField(allow_null=True)
    relation = serializers.CharField(allow_blank=True)
    has_consent = serializers.BooleanField()
    telephone = serializers.CharField(allow_blank=True)
    is_head = serializers.BooleanField()
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What a person should look at: `residence_permit`."
    )


class HouseholdAnswer(serializers.Serializer):
    """A family; names and numbers are masked by default."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    township = serializers.CharField()
    division_code = serializers.CharField()
    head_name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    telephone = serializers.CharField(allow_blank=True)
    is_masked = serializers.BooleanField()
    members = serializers.ListField(child=MemberAnswer())


READ = ("households:read", "households:write")


class Households(Door):
    """Households."""

    scopes = {"GET": READ, "POST": ("households:write",)}
    is_list = True
    query = ("division_code",)
    is_bulk = True

    @documented(
        "List households",
        "Masked.",
        answers={200: paged(HouseholdAnswer, "Household")},
        tag="households",
        query={"division_code": "A division's code or its beginning.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = standing_households(self.actor.organisation).prefetch_related("members")
        if "division_code" in request.query_params:
            rows = rows.filter(division_code__startswith=request.query_params["division_code"])
        return page_of(request, rows, lambda row: said_household(household_view_for(row, eyes_of(self.actor))))

    @documented(
        "Record a household",
        "Names, numbers and addresses are encrypted at rest; the answer is masked.",
        request=HouseholdInput,
        answers={201: HouseholdAnswer, 200: HouseholdAnswer},
        problems=(409, 413, 415, 422),
        tag="households",
        is_repeatable=True,
        is_bulk=True,
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data = self.read(HouseholdInput)
        members = [MemberInput(**{**member, "hardships": tuple(member["hardships"])}) for member in data.pop("members")]
        row = record_household(
            organisation=self.actor.organisation,
            members=members,
            now=timezone.now(),
            cause=self.actor.cause(timezone.now()),
            **data,
        )
        return Response(said_household(household_view_for(row, eyes_of(self.actor))), status=201)


def said_household(view: HouseholdView) -> dict[str, Any]:
    """Say a family as its view shows it."""
    return {
        "id": str(view.household_id),
        "reference": view.reference,
        "township": view.township,
        "division_code": view.division_code,
        "head_name": view.head_name,
        "address": view.address,
        "telephone": view.telephone,
        "is_masked": view.is_masked,
        "members": [
            {
                "id": str(member.member_id),
                "reference": member.reference,
                "name": member.name,
                "identity_number": member.identity_number,
                "sex": member.sex,
                "born_on": member.born_on.isoformat() if member.born_on else None,
                "relation": member.relation,
                "has_consent": member.has_consent,
                "telephone": member.telephone,
                "is_head": member.is_head,
                "warnings": member.warnings,
            }
            for member in view.members
        ],
    }
