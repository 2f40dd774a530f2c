"""What waits for somebody."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.pages import answer_page, cursor_of, limit_of
from api.problems import QueryUnknown
from api.v1.parcels import ParcelAnswer, said
from logistics.ledgers.exceptions import KINDS, kinds_of_exceptions, parcels_with_exceptions


class ExceptionAnswer(ParcelAnswer):
    """A parcel that waits, and why."""

    exceptions = serializers.ListField(child=serializers.ChoiceField(choices=KINDS))


class Exceptions(Door):
    """Exceptions."""

    scopes, is_list, query = {"GET": ("parcels:read", "parcels:write")}, True, ("kind",)

    @documented(
        "List exceptions",
        "Parcels that wait for somebody, newest first: disputed, not to be booked yet, late, without the bytes of a "
        "proof, to be returned, or to be tried again.",
        answers={200: paged(ExceptionAnswer, "Exception")},
        tag="parcels",
        query={"kind": f"One of {', '.join(KINDS)}; any without.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        kind, own, now = request.query_params.get("kind", ""), self.actor.organisation, timezone.now()
        if kind and kind not in KINDS:
            raise QueryUnknown(parameter="kind")
        limit, cursor = limit_of(request), cursor_of(request)
        rows = parcels_with_exceptions(own, kind=kind, now=now)
        found = list((rows.filter(id__lt=cursor) if cursor else rows)[: limit + 1])
        page, last = found[:limit], found[limit - 1].id if len(found) > limit else None
        kinds = kinds_of_exceptions(page, own, now=now)
        return answer_page(request, [{**said(row), "exceptions": kinds.get(row.id, [])} for row in page], last)
