"""Households that may be one: pairs with their score and reasons, merged, kept apart, taken apart again."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, STEP_PROBLEMS, Door, documented, documented_step, paged
from api.fields import MomentField
from api.pages import page_of
from api.problems import QueryUnknown
from api.v1.duplicate_forms import (
    MergeAnswer,
    MergeInput,
    PairAnswer,
    PairReasonInput,
    PairViewAnswer,
)
from api.v1.households import said_household
from api.v1.labels import JobAnswer, said_job
from logistics.households.duplicate_models import DuplicatePair, HouseholdMerge, PairState
from logistics.households.duplicates import (
    get_pair,
    keep_apart,
    pair_view_for,
    require_decider,
    visible_pairs,
)
from logistics.households.merges import Choices, get_merge, merge_pair, undo_merge, visible_merges
from logistics.households.visibility import eyes_of
from logistics.parties.models import Organisation
from logistics.press.duplicate_searches import ask_to_search

READ, WRITE = ("households:read", "households:write"), ("households:write",)
_moment = MomentField().to_representation


class _PairDoor(Door):
    """A door for keys and for those who decide about pairs."""

    scopes = {"GET": READ, "POST": WRITE}

    @property
    def own(self) -> Organisation:
        """Return where the caller stands. Refuses DuplicatesNotYours to a person whose role does not decide."""
        require_decider(self.actor)
        return self.actor.organisation

    def pair(self, pair_id: uuid.UUID) -> DuplicatePair:
        """Return the pair. Refuses PairMissing, also for another organisation's."""
        return get_pair(pair_id=pair_id, organisation=self.own)


class Duplicates(_PairDoor):
    """Pairs."""

    is_list, query = True, ("state",)

    @documented(
        "List duplicates",
        "Pairs of households that may be one, newest first, each with its score and reasons.",
        answers={200: paged(PairAnswer, "Pair")},
        tag="duplicates",
        query={"state": f"One of {', '.join(PairState.values)}.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows, state = visible_pairs(self.own).order_by("-id"), request.query_params.get("state")
        if state is not None and state not in PairState.values:
            raise QueryUnknown(parameter="state")
        return page_of(request, rows.filter(state=state) if state else rows, _said)


class DuplicateSearches(_PairDoor):
    """Searches for duplicates."""

    scopes = {"POST": WRITE}

    @documented(
        "Search for duplicates",
        "Compares all households of one's own organisation and of those below it, in a job; one that waits already is "
        "the answer.",
        answers={202: JobAnswer},
        problems=STEP_PROBLEMS,
        tag="duplicates",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Queue."""
        job = ask_to_search(organisation=self.own, asked_by_id=self.actor.holder_id, now=timezone.now())
        return Response(said_job(job), status=202, headers={"Location": f"/api/v1/jobs/{job.id}"})


class OneDuplicate(_PairDoor):
    """One pair."""

    @documented(
        "Read a duplicate",
        "Both households side by side, masked as far as the caller sees them.",
        answers={200: PairViewAnswer},
        tag="duplicates",
    )
    def get(self, request: Request, pair_id: uuid.UUID) -> Response:
        """Read."""
        row = self.pair(pair_id)
        view = pair_view_for(row, eyes_of(self.actor))
        more = {
            "households": [said_household(view.first), said_household(view.second)],
            "differing": view.differing,
            "same_persons": sorted(view.same_persons),
        }
        return Response({**_said(row), **more})


class MergedDuplicates(_PairDoor):
    """Pairs that are one."""

    scopes = {"POST": WRITE}

    @documented_step(
        "Merge a duplicate",
        "One household is taken into the other; parcels and books stay where they are, both count as one, and the "
        "cards of both are accepted. It can be undone.",
        request=MergeInput,
        answer=MergeAnswer,
        status=201,
        tag="duplicates",
    )
    def post(self, request: Request, pair_id: uuid.UUID) -> Response:
        """Merge."""
        row, data = self.pair(pair_id), self.read(MergeInput)
        choices = Choices(data["survivor"], dict(data.get("fields_kept", {})))
        made = merge_pair(actor=self.actor, pair=row, choices=choices, reason=data["reason"], now=timezone.now())
        return Response(_merge(made), status=201)


class ApartDuplicates(_PairDoor):
    """Pairs that are two."""

    scopes = {"POST": WRITE}

    @documented_step(
        "Keep a duplicate apart",
        "The two are two: the pair does not come again.",
        request=PairReasonInput,
        answer=PairAnswer,
        tag="duplicates",
    )
    def post(self, request: Request, pair_id: uuid.UUID) -> Response:
        """Keep apart."""
        row, reason = self.pair(pair_id), self.read(PairReasonInput)["reason"]
        keep_apart(actor=self.actor, pair=row, reason=reason, now=timezone.now())
        return Response(_said(self.pair(pair_id)))


class Merges(_PairDoor):
    """Merges."""

    scopes, is_list = {"GET": READ}, True

    @documented(
        "List merges of households",
        "Newest first.",
        answers={200: paged(MergeAnswer, "Merge")},
        tag="duplicates",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_merges(self.own), _merge)


class UndoneMerges(_PairDoor):
    """Merges that were taken back."""

    scopes = {"POST": WRITE}

    @documented_step(
        "Undo a merge of households",
        "Both stand as before and are kept apart; what was corrected since stays.",
        request=PairReasonInput,
        answer=MergeAnswer,
        tag="duplicates",
    )
    def post(self, request: Request, merge_id: uuid.UUID) -> Response:
        """Undo."""
        row, reason = get_merge(merge_id=merge_id, organisation=self.own), self.read(PairReasonInput)["reason"]
        return Response(_merge(undo_merge(actor=self.actor, merge=row, reason=reason, now=timezone.now())))


def _said(row: DuplicatePair) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "organisation": row.organisation.code,
        "state": row.state,
        "score": row.score,
        "agreements": row.agreements,
        "first": str(row.first_id),
        "second": str(row.second_id),
        "found_at": _moment(row.found_at),
        "decided_at": _moment(row.decided_at) if row.decided_at else None,
    }


def _merge(row: HouseholdMerge) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "pair": str(row.pair_id),
        "survivor": str(row.survivor_id),
        "absorbed": str(row.absorbed_id),
        "merged_at": _moment(row.merged_at),
        "undone_at": _moment(row.undone_at) if row.undone_at else None,
    }
