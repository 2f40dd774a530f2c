"""What is known of a family besides its names: shown as far as the caller sees it, hardships noted and ended."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented, documented_step
from api.fields import DayField, MomentField
from api.v1.family_fact_answers import (
    FactsAnswer,
    HardshipEndInput,
    HardshipInput,
    HardshipKindsAnswer,
    NotedAnswer,
)
from api.v1.unmasking import UNMASKING, reason_given
from logistics.households.actions import opened_eyes
from logistics.households.hardships import (
    end_hardship,
    hardship_kinds,
    note_hardship,
)
from logistics.households.models import Household
from logistics.households.reads import get_household, get_member
from logistics.households.visibility import eyes_of
from logistics.households.whole import FamilyWhole, family_whole

READ, WRITE = ("households:read", "households:write"), ("households:write",)
_moment, _day = MomentField().to_representation, DayField().to_representation


class FamilyDoor(Door):
    """A door of one family's facts."""

    scopes = {"POST": WRITE}

    def family(self, household_id: uuid.UUID) -> Household:
        """Return the household. Refuses HouseholdMissing, also for another organisation's."""
        return get_household(household_id=household_id, organisation=self.actor.organisation)


class HardshipKinds(Door):
    """Kinds of hardship."""

    scopes = {"GET": READ}

    @documented(
        "List kinds of hardship",
        "Which the installation uses, in its order.",
        answers={200: HardshipKindsAnswer},
        tag="households",
    )
    def get(self, request: Request) -> Response:
        """List."""
        items = [
            {"code": kind.code, "name": {"zh": kind.name_zh, "en": kind.name_en}, "is_of_person": kind.is_of_person}
            for kind in hardship_kinds()
        ]
        return Response({"items": items})


class FamilyFacts(FamilyDoor):
    """What is known of a family."""

    scopes, query = {"GET": READ}, tuple(UNMASKING)

    @documented(
        "Read the facts of a household",
        "Hardships, guardians, consents and photos as far as the caller's role or key sees each; with `unmask=true` "
        "and a `reason`, which is logged, as much as a reason opens.",
        answers={200: FactsAnswer},
        problems=(422,),
        tag="households",
        query=UNMASKING,
    )
    def get(self, request: Request, household_id: uuid.UUID) -> Response:
        """Read."""
        household, reason = self.family(household_id), reason_given(request)
        if reason is None:
            return Response(_said(family_whole(household, eyes_of(self.actor))))
        eyes = opened_eyes(household=household, actor=self.actor, reason=reason, now=timezone.now())
        return Response(_said(family_whole(household, eyes)))


class Hardships(FamilyDoor):
    """Hardships of a family."""

    @documented_step(
        "Note a hardship of a household",
        "The same kind that stands already for the same person changes nothing.",
        request=HardshipInput,
        answer=NotedAnswer,
        status=201,
        tag="households",
    )
    def post(self, request: Request, household_id: uuid.UUID) -> Response:
        """Note."""
        household, data = self.family(household_id), self.read(HardshipInput)
        named = data.pop("member", None)
        member = get_member(member_id=named, household=household) if named else None
        code = data.pop("kind")
        row = note_hardship(
            actor=self.actor, household=household, kind_code=code, member=member, now=timezone.now(), **data
        )
        return Response({"id": str(row.id)}, status=201)


class EndedHardships(FamilyDoor):
    """Hardships that are over."""

    @documented_step(
        "End a hardship of a household",
        "From the day after it does not stand; it stays on record.",
        request=HardshipEndInput,
        answer=NotedAnswer,
        tag="households",
    )
    def post(self, request: Request, household_id: uuid.UUID, hardship_id: uuid.UUID) -> Response:
        """End."""
        household, data = self.family(household_id), self.read(HardshipEndInput)
        row = end_hardship(actor=self.actor, household=household, hardship_id=hardship_id, now=timezone.now(), **data)
        return Response({"id": str(row.id)})


def _said(whole: FamilyWhole) -> dict[str, Any]:
    return {
        "household": str(whole.view.household_id),
        "hidden": whole.hidden,
        "hardships": [
            {
                "id": str(one.hardship_id),
                "member": str(one.member_id) if one.member_id else None,
                "kind": one.kind_code,
                "since_on": _day(one.since_on),
                "until_on": _day(one.until_on) if one.until_on else None,
                "evidence": one.evidence,
            }
            for one in whole.hardships
        ],
        "guardians": [
            {
                "id": str(one.guardian_id),
                "ward": str(one.ward_id),
                "member": str(one.member_id) if one.member_id else None,
                "name": one.name,
                "telephone": one.telephone,
                "relation": one.relation,
                "since_on": _day(one.since_on),
            }
            for one in whole.guardians
        ],
        "consents": [
            {
                "member": str(one.member_id),
                "scope": one.scope,
                "given_by": one.given_by,
                "guardian": str(one.guardian_id) if one.guardian_id else None,
                "given_on": _day(one.given_on),
            }
            for one in whole.consents
        ],
        "photos": [
            {"id": str(one.photo_id), "kept_at": _moment(one.kept_at), "note": one.note} for one in whole.photos
        ],
    }
