"""Members of a family: who joins it, and corrections by merge patch with the family's ETag and a reason."""

import uuid

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import ChoiceTextField, DayField, StrictSerializer, TextField, TruthField
from api.problems import IfMatchStale
from api.v1.changes import ChangeInput, etag_of, matched
from logistics.households.actions import MemberInput
from logistics.households.changes import RELATION_LENGTH_MAX, correct_member
from logistics.households.joining import register_member
from logistics.households.models import Sex
from logistics.households.reads import get_household, get_member
from logistics.journal.revisions import RevisionStale
from logistics.storage.rows import new_id


class MemberChangeInput(ChangeInput):
    """What of a member is corrected, and why."""

    name = TextField(length=60, required=False)
    sex = ChoiceTextField(choices=Sex.choices, required=False, allow_blank=True, allow_null=True)
    born_on = DayField(required=False, allow_null=True)
    identity_number = TextField(length=18, required=False, allow_blank=True, allow_null=True)
    relation = TextField(length=RELATION_LENGTH_MAX, required=False, allow_blank=True, allow_null=True)
    has_consent = TruthField(required=False)
    telephone = TextField(length=24, required=False, allow_blank=True, allow_null=True)
    is_head = TruthField(required=False)


class NewMemberInput(StrictSerializer):
    """Who joins a family. Consents, hardships and guardians follow by calls of their own."""

    name = TextField(length=60)
    sex = ChoiceTextField(choices=Sex.choices, required=False, allow_blank=True, default="")
    born_on = DayField(required=False, allow_null=True, default=None)
    identity_number = TextField(length=18, required=False, allow_blank=True, default="")
    relation = TextField(length=RELATION_LENGTH_MAX, required=False, allow_blank=True, default="")
    telephone = TextField(length=24, required=False, allow_blank=True, default="")


class MemberCorrected(serializers.Serializer):
    """Which member it is; the family is read again where it is needed."""

    id = serializers.UUIDField()
    reference = serializers.CharField()


class Members(Door):
    """The members of a household."""

    scopes = {"POST": ("households:write",)}

    @documented(
        "Add a member to a household",
        "A child was born, a grandmother moved in. The answer names nobody.",
        request=NewMemberInput,
        answers={201: MemberCorrected},
        problems=(409, 413, 415, 422),
        tag="households",
        is_repeatable=True,
    )
    def post(self, request: Request, household_id: uuid.UUID) -> Response:
        """Add."""
        household = get_household(household_id=household_id, organisation=self.actor.organisation)
        member = MemberInput(**self.read(NewMemberInput))
        row = register_member(actor=self.actor, household=household, member=member, token=new_id(), now=timezone.now())
        return Response({"id": str(row.id), "reference": row.reference}, status=201)


class OneMember(Door):
    """One member."""

    scopes = {"PATCH": ("households:write",)}

    @documented(
        "Correct a member of a household",
        "A JSON merge patch with the household's `If-Match` and a `reason`; the history keeps who, when and why, and "
        "of what was said before and after only commitments are sealed. Permits that were given stand.",
        request=MemberChangeInput,
        answers={200: MemberCorrected},
        problems=(412, 413, 415, 422, 428),
        tag="households",
    )
    def patch(self, request: Request, household_id: uuid.UUID, member_id: uuid.UUID) -> Response:
        """Correct."""
        household = get_household(household_id=household_id, organisation=self.actor.organisation)
        member = get_member(member_id=member_id, household=household)
        number = matched(request, household)
        data = self.read(MemberChangeInput, is_patch=True)
        reason = data.pop("reason", "")
        changes = {key: "" if value is None and key != "born_on" else value for key, value in data.items()}
        actor, now = self.actor, timezone.now()
        try:
            row = correct_member(actor=actor, member=member, changes=changes, reason=reason, number=number, now=now)
        except RevisionStale:
            raise IfMatchStale from None
        return Response({"id": str(row.id), "reference": row.reference}, headers={"ETag": etag_of(household)})
