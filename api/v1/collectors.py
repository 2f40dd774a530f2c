"""Who may collect for a family, and the one-time code that a family says at the door."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import MomentField, StrictSerializer, TextField
from logistics.deliveries.one_time_codes import issue_one_time_code
from logistics.households.collector_models import Collector
from logistics.households.collectors import (
    NAME_LENGTH_MAX,
    authorise_collector,
    collectors_of,
    withdraw_collector,
)
from logistics.households.identity import masked_name
from logistics.households.reads import get_household
from logistics.parcels.reads import get_parcel

WRITE = ("households:write",)


class CollectorInput(StrictSerializer):
    """Whom a family lets collect for it."""

    name = TextField(length=NAME_LENGTH_MAX)
    relation = TextField(length=24, required=False, allow_blank=True, default="")


class CollectorAnswer(serializers.Serializer):
    """An authorised collector. `card` is the code on a card of their own, which a scan may name instead."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="Masked.")
    relation = serializers.CharField(allow_blank=True)
    card = serializers.CharField()
    authorised_at = MomentField()


class CollectorsAnswer(serializers.Serializer):
    """All who may collect now."""

    items = serializers.ListField(child=CollectorAnswer())


class Collectors(Door):
    """Who may collect for a family."""

    scopes = {"GET": ("households:read", *WRITE), "POST": WRITE}

    @documented(
        "List collectors of a household",
        "Who may collect for the family now, names masked; of merged households, whom either authorised.",
        answers={200: CollectorsAnswer},
        tag="households",
    )
    def get(self, request: Request, household_id: uuid.UUID) -> Response:
        """List."""
        household = get_household(household_id=household_id, organisation=self.actor.organisation)
        return Response({"items": [_said(row) for row in collectors_of([household.id])[household.id]]})

    @documented(
        "Authorise a collector",
        "At most five a family. A scan's `collector` is the name, or the code of the card that is issued here.",
        request=CollectorInput,
        answers={201: CollectorAnswer},
        problems=(409, 413, 415, 422),
        tag="households",
        is_repeatable=True,
    )
    def post(self, request: Request, household_id: uuid.UUID) -> Response:
        """Authorise."""
        household = get_household(household_id=household_id, organisation=self.actor.organisation)
        data = self.read(CollectorInput)
        row = authorise_collector(actor=self.actor, household=household, now=timezone.now(), **data)
        return Response(_said(row), status=201)


class WithdrawnCollectors(Door):
    """Collectors who may no longer collect."""

    scopes = {"POST": WRITE}

    @documented(
        "Withdraw a collector",
        "The card counts no more.",
        answers={200: CollectorAnswer},
        problems=(409, 415),
        tag="households",
        is_repeatable=True,
    )
    def post(self, request: Request, household_id: uuid.UUID, collector_id: uuid.UUID) -> Response:
        """Withdraw."""
        household = get_household(household_id=household_id, organisation=self.actor.organisation)
        row = withdraw_collector(actor=self.actor, household=household, collector_id=collector_id, now=timezone.now())
        return Response(_said(row))


class OneTimeCodeAnswer(serializers.Serializer):
    """Six digits to be told to the family. They are shown once."""

    code = serializers.CharField()
    expires_at = MomentField()


class OneTimeCodes(Door):
    """The one-time code of a parcel."""

    scopes = {"POST": ("parcels:write",)}
    # The digits are shown once: no stored answer may repeat them. Asked again, a new code takes the place of the old.
    is_once = False

    @documented(
        "Issue a one-time code",
        "Takes the place of earlier ones. It counts for seven days and five wrong tries; a device without a network "
        "takes it down, and it is judged when the scan arrives.",
        answers={201: OneTimeCodeAnswer},
        problems=(409, 415),
        tag="parcels",
    )
    def post(self, request: Request, key: str) -> Response:
        """Issue."""
        parcel = get_parcel(key=key, organisation=self.actor.organisation)
        row, digits = issue_one_time_code(actor=self.actor, parcel=parcel, now=timezone.now())
        return Response(
            {"code": digits, "expires_at": MomentField().to_representation(row.expires_at)},
            status=201,
            headers={"Cache-Control": "no-store"},
        )


def _said(row: Collector) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": masked_name(row.name),
        "relation": row.relation,
        "card": row.card_code.text,
        "authorised_at": MomentField().to_representation(row.authorised_at),
    }
