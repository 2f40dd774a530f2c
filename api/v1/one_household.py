"""One household: read, masked unless somebody says why; corrected with a reason; found by what people say of it."""

import uuid

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import StrictSerializer, TextField
from api.problems import IfMatchStale
from api.v1.changes import ChangeInput, etag_of, matched
from api.v1.households import READ, DivisionCodeField, HouseholdAnswer, said_household
from api.v1.unmasking import UNMASKING, reason_given
from logistics.households.actions import view_household
from logistics.households.changes import HOUSEHOLD_FIELDS, correct_household
from logistics.households.finding import FOUND_MAX, WORDS_LENGTH_MAX, families_found
from logistics.households.reads import get_household, household_view_for
from logistics.households.visibility import eyes_of
from logistics.journal.revisions import RevisionStale


class HouseholdChangeInput(ChangeInput):
    """What of a household is corrected, and why."""

    township = TextField(length=HOUSEHOLD_FIELDS["township"], required=False)
    division_code = DivisionCodeField(required=False)
    head_name = TextField(length=HOUSEHOLD_FIELDS["head_name"], required=False)
    address = TextField(length=HOUSEHOLD_FIELDS["address"], required=False, allow_blank=True, allow_null=True)
    telephone = TextField(length=HOUSEHOLD_FIELDS["telephone"], required=False, allow_blank=True, allow_null=True)


class HouseholdSearchInput(StrictSerializer):
    """What is known of a family: one name, number or reference, whole."""

    words = TextField(
        length=WORDS_LENGTH_MAX,
        help_text="A full name, a surname, an identity number, a telephone, the last four of either, or a reference.",
    )


class HouseholdSearchAnswer(serializers.Serializer):
    """The families that it may mean, masked."""

    items = serializers.ListField(child=HouseholdAnswer(), max_length=FOUND_MAX)
    has_more = serializers.BooleanField(help_text=f"Whether there are more than {FOUND_MAX}: say it more exactly.")


class OneHousehold(Door):
    """One household."""

    scopes = {"GET": READ, "PATCH": ("households:write",)}
    query = tuple(UNMASKING)

    @documented(
        "Read a household",
        "Masked, with its ETag; with `unmask=true` and a `reason`, which is logged, in the clear.",
        answers={200: HouseholdAnswer},
        problems=(422,),
        tag="households",
        query=UNMASKING,
    )
    def get(self, request: Request, household_id: uuid.UUID) -> Response:
        """Read."""
        row = get_household(household_id=household_id, organisation=self.actor.organisation)
        reason = reason_given(request)
        if reason is None:
            return Response(
                said_household(household_view_for(row, eyes_of(self.actor))), headers={"ETag": etag_of(row)}
            )
        return Response(
            said_household(view_household(household=row, actor=self.actor, reason=reason, now=timezone.now()))
        )

    @documented(
        "Correct a household",
        "A JSON merge patch with `If-Match` and a `reason`: a family moved, a telephone changed. The history keeps "
        "who, when and why; of what was said before and after only commitments are sealed.",
        request=HouseholdChangeInput,
        answers={200: HouseholdAnswer},
        problems=(412, 413, 415, 422, 428),
        tag="households",
    )
    def patch(self, request: Request, household_id: uuid.UUID) -> Response:
        """Correct."""
        household = get_household(household_id=household_id, organisation=self.actor.organisation)
        number = matched(request, household)
        data = self.read(HouseholdChangeInput, is_patch=True)
        reason = data.pop("reason", "")
        changes = {key: "" if value is None else value for key, value in data.items()}
        actor, now = self.actor, timezone.now()
        try:
            row = correct_household(
                actor=actor, household=household, changes=changes, reason=reason, number=number, now=now
            )
        except RevisionStale:
            raise IfMatchStale from None
        return Response(said_household(household_view_for(row, eyes_of(actor))), headers={"ETag": etag_of(row)})


class FoundHouseholds(Door):
    """Households by what people say of them."""

    scopes = {"POST": READ}
    is_once = False

    @documented(
        "Find households",
        "By keyed hashes of whole words; nothing is found by a part of them, and nothing by what the caller may not "
        "see at all. In the body, so that no name stands in an address.",
        request=HouseholdSearchInput,
        answers={200: HouseholdSearchAnswer},
        problems=(413, 415, 422),
        tag="households",
    )
    def post(self, request: Request) -> Response:
        """Find."""
        eyes = eyes_of(self.actor)
        rows, has_more = families_found(
            organisation=self.actor.organisation, words=self.read(HouseholdSearchInput)["words"], eyes=eyes
        )
        return Response(
            {"items": [said_household(household_view_for(row, eyes)) for row in rows], "has_more": has_more}
        )
