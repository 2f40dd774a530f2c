"""Distribution lists: drafted, approved and frozen, allocated."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import scopes_of
from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, DayField, IdField, MomentField, StrictSerializer, TextField, WholeField
from api.pages import LIMIT_MAX, page_of
from api.problems import QueryUnknown, ScopeMissing
from api.v1.applications import NEEDS, PROBLEMS
from logistics.grants.allocations import allocate_grants, release_grant
from logistics.lists.access import visible_allocations, visible_lists
from logistics.lists.allocations import ENTRIES_PER_CALL_MAX, get_allocation
from logistics.lists.approving import DECISION_LENGTH_MAX, approve_list, reject_list
from logistics.lists.drafts import draft_list
from logistics.lists.models import Allocation, DistributionList, ListEntry
from logistics.lists.notices import get_notice
from logistics.lists.offers import OFFERS_MAX, offers_at_hand
from logistics.lists.reads import get_list, part_names, places_of_draft, places_of_list, progress_of
from logistics.lists.shown_drafts import shown_draft
from logistics.parcels.allocations import allocate_parcels, release_parcel
from logistics.parties.proposals import ProposalState

SHA256_LENGTH, PLACES_MAX = 64, 1_000_000
_ALLOCATE: Mapping[str, Callable[..., Any]] = {"PARCEL": allocate_parcels, "GRANT": allocate_grants}
_RELEASE: Mapping[str, Callable[..., Allocation]] = {"PARCEL": release_parcel, "GRANT": release_grant}


class ListInput(StrictSerializer):
    """From which notice a list is drafted, and what there is to give: what is at hand unless it is said."""

    notice = IdField()
    offers = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        max_length=OFFERS_MAX,
        help_text="`{fund, item, warehouse, quantity}` for goods, `{fund, amount_minor, quantity}` for money.",
    )


class ListDecisionInput(StrictSerializer):
    """The decision, by another than drafted, filed or reviewed anything on the list."""

    decision = ChoiceTextField(choices=["APPROVE", "REJECT"])
    reason = TextField(length=DECISION_LENGTH_MAX, required=False, allow_blank=True, default="")
    seen_sha256 = TextField(
        length=SHA256_LENGTH,
        required=False,
        allow_blank=True,
        default="",
        help_text="`draft_sha256` as it was read: if the draft has changed since, it is refused.",
    )


class AllocateInput(StrictSerializer):
    """What to plan for the next places."""

    kind = ChoiceTextField(choices=["PARCEL", "GRANT"])
    limit = WholeField(least=1, most=ENTRIES_PER_CALL_MAX, required=False, default=ENTRIES_PER_CALL_MAX)


class ReleaseInput(StrictSerializer):
    """Why an allocation is released."""

    reason = TextField(length=200)


class ListAnswer(serializers.Serializer):
    """A list; its places are asked for apart."""

    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True, help_text="null until it is approved.")
    organisation = serializers.CharField()
    programme = serializers.CharField()
    round = serializers.CharField()
    notice = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ProposalState.choices)
    ranked_on = DayField()
    offers = serializers.ListField(child=serializers.DictField())
    count = serializers.IntegerField()
    entries_sha256 = serializers.CharField(allow_blank=True)
    decided_at = MomentField(allow_null=True)
    decision_reason = serializers.CharField(allow_blank=True)


class ListProgressAnswer(serializers.Serializer):
    """How far a list has come, in places."""

    places = serializers.IntegerField()
    to_serve = serializers.IntegerField()
    allocated = serializers.IntegerField()
    held_up = serializers.IntegerField()


class OneListAnswer(ListAnswer):
    """A list with how far it has come, or the hash of the draft as it is now."""

    draft_sha256 = serializers.CharField(allow_null=True)
    progress = ListProgressAnswer(allow_null=True)


class PlaceAnswer(serializers.Serializer):
    """One place: the points, why it stands before the next, and what it gets or why nothing."""

    place = serializers.IntegerField()
    reference = serializers.CharField()
    points = serializers.IntegerField()
    before = serializers.DictField(help_text="In `zh` and `en`; hardships are not named here.")
    offer = serializers.IntegerField(allow_null=True, help_text="Which of the list's offers, from 0.")
    unserved = serializers.DictField(help_text="In `zh` and `en`; empty for who gets something.")
    held_up = serializers.DictField()
    allocated = serializers.CharField(allow_blank=True)


class PlacesAnswer(serializers.Serializer):
    """Places of a list."""

    items = serializers.ListField(child=PlaceAnswer())


class AllocationAnswer(serializers.Serializer):
    """What a place of a list was promised."""

    id = serializers.UUIDField()
    list = serializers.UUIDField()
    place = serializers.IntegerField()
    application = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Allocation.Kind.choices)
    subject = serializers.UUIDField(help_text="The parcel or the grant.")
    allocated_at = MomentField()
    released_at = MomentField(allow_null=True)


class AllocatedAnswer(serializers.Serializer):
    """What was planned, and how far the list has come."""

    planned = serializers.IntegerField()
    progress = ListProgressAnswer()


class DistributionLists(Door):
    """Distribution lists."""

    scopes = {"GET": NEEDS, "POST": NEEDS}
    is_list = True

    @documented(
        "List distribution lists",
        "Newest first.",
        answers={200: paged(ListAnswer, "DistributionList")},
        tag="lists",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_lists(self.actor.organisation), _said)

    @documented(
        "Draft a list",
        "From a notice; another person approves it when the notice is over and objections are answered.",
        request=ListInput,
        answers={201: ListAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Draft."""
        data, now = self.read(ListInput), timezone.now()
        notice = get_notice(notice_id=data["notice"], organisation=self.actor.organisation)
        at_hand = offers_at_hand(notice.organisation, notice.programme, on=timezone.localdate(now))
        offers = data.get("offers") or [offer.to_json() for offer in at_hand]
        return Response(_said(draft_list(actor=self.actor, notice=notice, offers=offers, now=now)), status=201)


class OneDistributionList(Door):
    """One distribution list."""

    scopes = {"GET": NEEDS}

    @documented("Read a distribution list", "With its progress.", answers={200: OneListAnswer}, tag="lists")
    def get(self, request: Request, list_id: uuid.UUID) -> Response:
        """Read."""
        row = get_list(list_id=list_id, organisation=self.actor.organisation)
        is_draft = row.state == ProposalState.PROPOSED
        more = {
            "draft_sha256": shown_draft(row, now=timezone.now(), is_anew=True).sha256 if is_draft else None,
            "progress": _progress(row) if row.state == ProposalState.APPROVED else None,
        }
        return Response({**_said(row), **more})


class ListPlaces(Door):
    """Places of a list."""

    scopes = {"GET": NEEDS}
    query = ("from", "count")

    @documented(
        "List the places of a list",
        "In order, of a draft as it is now, of an approved list as it was frozen.",
        answers={200: PlacesAnswer},
        tag="lists",
        query={"from": "The first place, from 1.", "count": "How many, at most 500."},
    )
    def get(self, request: Request, list_id: uuid.UUID) -> Response:
        """List."""
        row = get_list(list_id=list_id, organisation=self.actor.organisation)
        start = _whole(request, "from", 1, PLACES_MAX) - 1
        count = _whole(request, "count", 50, LIMIT_MAX)
        names = part_names(shows_hardships=False)
        if row.state == ProposalState.PROPOSED:
            found = places_of_draft(shown_draft(row, now=timezone.now()).draft, names, start=start, count=count)
        else:
            found = places_of_list(row, names, start=start, count=count)
        items = [
            {
                "place": place.number,
                "reference": place.reference,
                "points": place.points,
                "before": _both(place.before),
                "offer": place.offer,
                "unserved": _both(place.unserved),
                "held_up": _both(place.held_up),
                "allocated": place.allocated,
            }
            for place in found
        ]
        return Response({"items": items})


class DecidedLists(Door):
    """Lists decided."""

    scopes = {"POST": NEEDS}

    @documented(
        "Decide on a list",
        "APPROVE numbers and freezes it; REJECT leaves its notice for another list.",
        request=ListDecisionInput,
        answers={200: ListAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, list_id: uuid.UUID) -> Response:
        """Decide."""
        data, now = self.read(ListDecisionInput), timezone.now()
        row = get_list(list_id=list_id, organisation=self.actor.organisation)
        if data["decision"] == "REJECT":
            return Response(_said(reject_list(actor=self.actor, draft=row, reason=data["reason"], now=now)))
        seen = data["seen_sha256"]
        done = approve_list(actor=self.actor, draft=row, reason=data["reason"], seen_sha256=seen, now=now)
        return Response(_said(done))


class AllocatedLists(Door):
    """Lists allocated."""

    scopes = {"POST": ("parcels:write", "grants:write")}
    posts_to_books = True

    @documented(
        "Allocate a list",
        "Plans the next parcels (at most 1,000) or grants (at most 200) in the order of places. Whom somebody serves"
        " already is held up, and the list goes on.",
        request=AllocateInput,
        answers={200: AllocatedAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, list_id: uuid.UUID) -> Response:
        """Allocate."""
        data = self.read(AllocateInput)
        require_scope(request, data["kind"])
        row = get_list(list_id=list_id, organisation=self.actor.organisation)
        made = _ALLOCATE[data["kind"]](actor=self.actor, row=row, limit=data["limit"], now=timezone.now())
        return Response({"planned": len(made), "progress": _progress(row)})


class Allocations(Door):
    """Allocations."""

    scopes = {"GET": NEEDS}
    is_list = True

    @documented(
        "List allocations",
        "Newest first.",
        answers={200: paged(AllocationAnswer, "Allocation")},
        tag="lists",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_allocations(self.actor.organisation), _allocation)


class ReleasedAllocations(Door):
    """Allocations released."""

    scopes = {"POST": ("parcels:write", "grants:write")}
    posts_to_books = True

    @documented(
        "Release an allocation",
        "A parcel that is not packed is cancelled, a grant that is not approved is dropped; the place waits again.",
        request=ReleaseInput,
        answers={200: AllocationAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, allocation_id: uuid.UUID) -> Response:
        """Release."""
        data = self.read(ReleaseInput)
        row = get_allocation(allocation_id=allocation_id, organisation=self.actor.organisation)
        require_scope(request, row.kind)
        done = _RELEASE[row.kind](actor=self.actor, allocation=row, reason=data["reason"], now=timezone.now())
        return Response(_allocation(done))


def _said(row: DistributionList) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "number": row.reference or None,
        "organisation": row.organisation.code,
        "programme": row.programme.code,
        "round": row.round_name,
        "notice": str(row.notice_id),
        "state": row.state,
        "ranked_on": row.ranked_on.isoformat(),
        "offers": row.offers,
        "count": row.count,
        "entries_sha256": row.entries_sha256,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "decision_reason": row.decision_reason,
    }


def _progress(row: DistributionList) -> dict[str, int]:
    return dict(vars(progress_of(row)))


def _allocation(row: Allocation) -> dict[str, Any]:
    entry: ListEntry = row.entry
    return {
        "id": str(row.id),
        "list": str(row.list_id),
        "place": entry.place,
        "application": str(entry.application_id),
        "kind": row.kind,
        "subject": str(row.subject_id),
        "allocated_at": row.allocated_at.isoformat(),
        "released_at": row.released_at.isoformat() if row.released_at else None,
    }


def require_scope(request: Request, kind: str) -> None:
    """Refuse ScopeMissing to a key that may write the other kind of promise only."""
    needed = {"PARCEL": "parcels:write", "GRANT": "grants:write"}[kind]
    if needed not in scopes_of(request):
        raise ScopeMissing(needed=[needed])


def _whole(request: Request, name: str, otherwise: int, most: int) -> int:
    """Read a whole number from 1 of the query. Refuses QueryUnknown."""
    text = request.query_params.get(name, str(otherwise))
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:8]) <= most:
        raise QueryUnknown(parameter=name, most=most)
    return int(text)


def _both(words: tuple[str, str]) -> dict[str, str]:
    return {"zh": words[0], "en": words[1]} if words[0] else {}
