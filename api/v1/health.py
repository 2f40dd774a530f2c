"""Health, and the list of problems."""

from django.db import DatabaseError, connection
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.problems import every_problem
from logistics.ledgers.waiting import waiting_by_queue
from logistics.parties.access import require_root
from logistics.setup.metrics import MEDIA_TYPE, metrics_text
from logistics.storage.triggers import absent_triggers


class HealthAnswer(serializers.Serializer):
    """Whether it is well."""

    status = serializers.CharField()


class ProblemsAnswer(serializers.Serializer):
    """Every problem's code."""

    items = serializers.ListField(child=serializers.DictField())


class Live(Door):
    """Whether the process answers."""

    is_public = True
    authentication_classes = ()

    @documented("Is it alive", "Touches nothing.", answers={200: HealthAnswer}, tag="operators", is_public=True)
    def get(self, request: Request) -> Response:
        """Answer."""
        return Response({"status": "live"})


class Ready(Door):
    """Whether it can do its work."""

    is_public = True
    authentication_classes = ()

    @documented(
        "Is it ready",
        "The database answers and has its triggers.",
        answers={200: HealthAnswer, 503: HealthAnswer},
        tag="operators",
        is_public=True,
    )
    def get(self, request: Request) -> Response:
        """Answer."""
        try:
            is_ready = connection.is_usable() if connection.connection else True
            is_ready = is_ready and not absent_triggers()
        except DatabaseError:
            is_ready = False
        return Response({"status": "ready" if is_ready else "not ready"}, status=200 if is_ready else 503)


class Metrics(Door):
    """Counters."""

    scopes = {"GET": ("admin",)}

    @documented(
        "Get metrics",
        "Prometheus' text: answers by address and status, how long they took, and what waits in each queue. For a key "
        "of the federation at the top, since they count everybody's.",
        answers={200: OpenApiTypes.STR},
        tag="operators",
    )
    def get(self, request: Request) -> HttpResponse:
        """Write."""
        require_root(self.actor.organisation)
        return HttpResponse(metrics_text(waiting_by_queue()), content_type=MEDIA_TYPE)


class Problems(Door):
    """Every problem's code."""

    is_public = True
    authentication_classes = ()

    @documented(
        "List the problems",
        "Codes are stable for ever.",
        answers={200: ProblemsAnswer},
        tag="operators",
        is_public=True,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return Response({"items": every_problem()})
