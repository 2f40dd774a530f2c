"""Who answers for a member, and what the member agrees to; both can be ended."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import documented_step
from api.v1.family_fact_answers import NotedAnswer
from api.v1.family_facts import FamilyDoor
from api.v1.member_paper_forms import (
    ConsentsNotedAnswer,
    GuardianInput,
    MemberConsentInput,
    PaperEndInput,
)
from logistics.households.consents import record_member_consent, withdraw_member_consent
from logistics.households.guardians import (
    end_guardian,
    get_guardian,
    note_guardian,
)
from logistics.households.models import Member
from logistics.households.reads import get_member


class _MemberDoor(FamilyDoor):
    """A door of one member's papers."""

    def member(self, household_id: uuid.UUID, member_id: uuid.UUID) -> Member:
        """Return the member. Refuses HouseholdMissing, MemberMissing, also for others' families."""
        return get_member(member_id=member_id, household=self.family(household_id))


class Guardians(_MemberDoor):
    """Guardians of a member."""

    @documented_step(
        "Note a guardian",
        "At least eighteen, never the ward; at most four. Who stands already changes nothing.",
        request=GuardianInput,
        answer=NotedAnswer,
        status=201,
        tag="households",
    )
    def post(self, request: Request, household_id: uuid.UUID, member_id: uuid.UUID) -> Response:
        """Note."""
        ward, data = self.member(household_id, member_id), self.read(GuardianInput)
        named = data.pop("member", None)
        member = self.member(household_id, named) if named else None
        row = note_guardian(actor=self.actor, ward=ward, member=member, now=timezone.now(), **data)
        return Response({"id": str(row.id)}, status=201)


class EndedGuardians(_MemberDoor):
    """Guardians who are none any more."""

    @documented_step(
        "End a guardian",
        "Consents that were given stand.",
        request=PaperEndInput,
        answer=NotedAnswer,
        tag="households",
    )
    def post(self, request: Request, household_id: uuid.UUID, member_id: uuid.UUID, guardian_id: uuid.UUID) -> Response:
        """End."""
        ward, data = self.member(household_id, member_id), self.read(PaperEndInput)
        row = end_guardian(actor=self.actor, ward=ward, guardian_id=guardian_id, now=timezone.now(), **data)
        return Response({"id": str(row.id)})


class MemberConsents(_MemberDoor):
    """Consents of a member."""

    @documented_step(
        "Record a member's consent",
        "By the member, or by a guardian on record, who must under fourteen. What stands already changes nothing.",
        request=MemberConsentInput,
        answer=ConsentsNotedAnswer,
        status=201,
        tag="households",
    )
    def post(self, request: Request, household_id: uuid.UUID, member_id: uuid.UUID) -> Response:
        """Record."""
        member, data = self.member(household_id, member_id), self.read(MemberConsentInput)
        named = data.pop("guardian", None)
        guardian = get_guardian(ward=member, guardian_id=named) if named else None
        rows = record_member_consent(actor=self.actor, member=member, guardian=guardian, now=timezone.now(), **data)
        return Response({"member": str(member.id), "scopes": [row.scope for row in rows]}, status=201)


class WithdrawnMemberConsents(_MemberDoor):
    """Consents that were taken back."""

    @documented_step(
        "Withdraw a member's consent",
        "From today on; what was done before stands.",
        request=PaperEndInput,
        answer=NotedAnswer,
        tag="households",
    )
    def post(self, request: Request, household_id: uuid.UUID, member_id: uuid.UUID, scope: str) -> Response:
        """Withdraw."""
        member, data = self.member(household_id, member_id), self.read(PaperEndInput)
        row = withdraw_member_consent(actor=self.actor, member=member, scope=scope, now=timezone.now(), **data)
        return Response({"id": str(row.id)})
