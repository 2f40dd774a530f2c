"""The feed of events, for those who poll, and the catalogue of what there is to hear of."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import scopes_of
from api.doors import Door, documented
from api.pages import LIMIT_MAX, limit_of
from api.problems import QueryUnknown
from logistics.outbox.catalogue import CATALOGUE, kinds_heard_with
from logistics.outbox.feed import events_after, said_event
from logistics.parties.access import organisation_ids_below

NUMBER_DIGITS_MAX = 18
# Whoever may read of something may hear of it.
HEARERS = tuple(sorted({kind.scope for kind in CATALOGUE.values()}))


class EventAnswer(serializers.Serializer):
    """An event, as the webhooks say it too."""

    id = serializers.CharField(help_text="The webhook-id.")
    number = serializers.IntegerField()
    type = serializers.CharField()
    timestamp = serializers.DateTimeField()
    subject = serializers.UUIDField()
    data = serializers.DictField()  # type: ignore[assignment]  # -- the name that Standard Webhooks gives it


class FeedAnswer(serializers.Serializer):
    """The next events; ask for what comes after `next`, also when there were none."""

    items = serializers.ListField(child=EventAnswer())
    next = serializers.IntegerField()


class EventKindAnswer(serializers.Serializer):
    """One kind of event: `schema` is the JSON Schema of its data."""

    type = serializers.CharField()
    scope = serializers.CharField()
    title = serializers.DictField()
    schema = serializers.DictField()


class EventKindsAnswer(serializers.Serializer):
    """All kinds."""

    items = serializers.ListField(child=EventKindAnswer())


class Events(Door):
    """The feed."""

    scopes, query = {"GET": HEARERS}, ("after", "limit")

    @documented(
        "List events",
        "What happened in the caller's organisation and below it, in order and complete: numbers are given after the"
        " commit, so nothing ever appears behind a reader. Holds the kinds that the caller's scopes may read.",
        answers={200: FeedAnswer},
        tag="webhooks",
        query={"after": "The last number that was seen; 0 from the start.", "limit": f"At most {LIMIT_MAX}."},
    )
    def get(self, request: Request) -> Response:
        """List."""
        after = _number(request)
        rows = events_after(
            after,
            organisation_ids=organisation_ids_below(self.actor.organisation),
            kinds=kinds_heard_with(scopes_of(request)),
            limit=limit_of(request),
        )
        items = [said_event(row.event, row.id) for row in rows]
        return Response({"items": items, "next": rows[-1].id if rows else after})


class EventKinds(Door):
    """The catalogue."""

    is_public = True

    @documented(
        "List event types",
        "What there is to hear of: in the feed and by webhooks.",
        answers={200: EventKindsAnswer},
        tag="webhooks",
        is_public=True,
    )
    def get(self, request: Request) -> Response:
        """List."""
        items = [
            {
                "type": kind.kind,
                "scope": kind.scope,
                "title": {"zh": kind.zh, "en": kind.en},
                "schema": kind.schema(),
            }
            for kind in CATALOGUE.values()
        ]
        return Response({"items": items})


def _number(request: Request) -> int:
    text = request.query_params.get("after", "0")
    if not text.isascii() or not text.isdigit() or len(text) > NUMBER_DIGITS_MAX:
        raise QueryUnknown(parameter="after")
    return int(text)
