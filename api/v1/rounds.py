"""Distribution rounds: plan, open, close, and what a device carries on one."""

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import parse_etags
from django.views.decorators.gzip import gzip_page
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, CodeField, DayField, IdField, MomentField, StrictSerializer, TextField
from api.pages import page_of
from api.v1.round_answers import OneRoundAnswer, PackAnswer, RoundAnswer, said_one_round, said_round
from logistics.deliveries.round_models import DistributionRound, LeftAs, RoundKind
from logistics.deliveries.round_packs import pack_of, valid_until
from logistics.deliveries.round_reads import get_round, parcels_to_hand_over, visible_rounds
from logistics.deliveries.rounds import (
    NOTE_LENGTH_MAX,
    ROUND_PARCELS_MAX,
    ROUND_PEOPLE_MAX,
    add_to_round,
    close_round,
    drop_round,
    open_round,
    plan_round,
)
from logistics.kernel.codes import TEXT_LENGTH_MAX
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcels
from logistics.parties.models import Organisation

READ, WRITE = ("parcels:read",), ("parcels:write",)
_MOMENT = MomentField()


class RoundFilter(StrictSerializer):
    """Which parcels by what they have in common; those that are on another round are left out."""

    batch = TextField(length=24, required=False)
    township = TextField(length=60, required=False)
    programme = CodeField(required=False)


class ChosenInput(StrictSerializer):
    """Parcels: either `parcels` by their codes, or `filter`."""

    parcels = serializers.ListField(
        child=TextField(length=TEXT_LENGTH_MAX), required=False, max_length=ROUND_PARCELS_MAX
    )
    filter = RoundFilter(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse both ways of choosing, and neither."""
        if ("parcels" in attrs) == bool(attrs.get("filter")):
            raise serializers.ValidationError({"parcels": ["Name codes, or a filter: one of the two."]})
        return attrs


class RoundInput(ChosenInput):
    """A round: either `parcels` by their codes, or `filter`."""

    kind = ChoiceTextField(choices=RoundKind.values, required=False, default=RoundKind.OUTING)
    name = TextField(length=60)
    place = TextField(length=60)
    day = DayField()
    people = serializers.ListField(child=IdField(), required=False, default=list, max_length=ROUND_PEOPLE_MAX)


class LeftField(StrictSerializer):
    """A parcel that is left over, and what becomes of it."""

    parcel = TextField(length=TEXT_LENGTH_MAX)
    left_as = ChoiceTextField(choices=LeftAs.values)


class ClosingInput(StrictSerializer):
    """What is left over, parcel by parcel; `rest` speaks for those that are not named."""

    left = serializers.ListField(child=LeftField(), required=False, default=list, max_length=ROUND_PARCELS_MAX)
    rest = ChoiceTextField(choices=LeftAs.values, required=False)
    note = TextField(length=NOTE_LENGTH_MAX, required=False, allow_blank=True, default="")


class DropInput(StrictSerializer):
    """Why a round is not held."""

    reason = TextField(length=NOTE_LENGTH_MAX)


class Rounds(Door):
    """Rounds."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = True

    @documented(
        "List rounds",
        "Outings and ceremonies of one's own organisation and of those below it, newest first.",
        answers={200: paged(RoundAnswer, "Rounds")},
        query=PAGING,
        tag="rounds",
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_rounds(self.actor.organisation), said_round)

    @documented(
        "Plan round",
        "An outing or ceremony with its parcels, by their codes or by a filter. A parcel is on one round at a time.",
        request=RoundInput,
        answers={201: OneRoundAnswer},
        problems=(409, 413, 415, 422),
        tag="rounds",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Plan."""
        values = self.read(RoundInput)
        row = plan_round(
            actor=self.actor,
            kind=values["kind"],
            name=values["name"],
            place=values["place"],
            held_on=values["day"],
            people=values["people"],
            parcels=_chosen(values, self.actor.organisation),
            now=timezone.now(),
        )
        return Response(said_one_round(row), status=201)


class RoundDoor(Door):
    """A door of one round."""

    def round(self, round_id: uuid.UUID) -> DistributionRound:
        """Return the round of the address. Refuses RoundMissing, also for another organisation's."""
        return get_round(round_id=round_id, organisation=self.actor.organisation)


class OneRound(RoundDoor):
    """One round."""

    scopes = {"GET": READ}

    @documented(
        "Get round",
        "A round with its progress and what is left over.",
        answers={200: OneRoundAnswer},
        tag="rounds",
    )
    def get(self, request: Request, round_id: uuid.UUID) -> Response:
        """Read."""
        return Response(said_one_round(self.round(round_id)))


class OpenRounds(RoundDoor):
    """Open rounds."""

    scopes = {"POST": WRITE}

    @documented(
        "Open round",
        "A planned round begins.",
        request=None,
        answers={200: OneRoundAnswer},
        problems=(409, 415, 422),
        tag="rounds",
        is_repeatable=True,
    )
    def post(self, request: Request, round_id: uuid.UUID) -> Response:
        """Open."""
        row = open_round(actor=self.actor, distribution=self.round(round_id), now=timezone.now())
        return Response(said_one_round(row))


class RoundParcels(RoundDoor):
    """Parcels on a round."""

    scopes = {"POST": WRITE}

    @documented(
        "Add parcels to round",
        "More parcels for a planned round, by their codes or by a filter; those that are on it already stay.",
        request=ChosenInput,
        answers={200: OneRoundAnswer},
        problems=(409, 413, 415, 422),
        tag="rounds",
        is_repeatable=True,
    )
    def post(self, request: Request, round_id: uuid.UUID) -> Response:
        """Add."""
        row, chosen = self.round(round_id), _chosen(self.read(ChosenInput), self.actor.organisation)
        row = add_to_round(actor=self.actor, distribution=row, parcels=chosen, now=timezone.now())
        return Response(said_one_round(row))


class DroppedRounds(RoundDoor):
    """Dropped rounds."""

    scopes = {"POST": WRITE}

    @documented(
        "Drop round",
        "A planned round is not held; its parcels are free for another.",
        request=DropInput,
        answers={200: OneRoundAnswer},
        problems=(409, 415, 422),
        tag="rounds",
        is_repeatable=True,
    )
    def post(self, request: Request, round_id: uuid.UUID) -> Response:
        """Drop."""
        reason = self.read(DropInput)["reason"]
        row = drop_round(actor=self.actor, distribution=self.round(round_id), reason=reason, now=timezone.now())
        return Response(said_one_round(row))


class ClosedRounds(RoundDoor):
    """Closed rounds."""

    scopes = {"POST": WRITE}

    @documented(
        "Close round",
        "An open round ends. Whatever was not handed over is named: still out, or to be returned.",
        request=ClosingInput,
        answers={200: OneRoundAnswer},
        problems=(409, 413, 415, 422),
        tag="rounds",
        is_repeatable=True,
    )
    def post(self, request: Request, round_id: uuid.UUID) -> Response:
        """Close."""
        values, row = self.read(ClosingInput), self.round(round_id)
        keys = [line["parcel"] for line in values["left"]]
        parcels = get_parcels(keys=keys, organisation=self.actor.organisation) if keys else []
        left = {parcel.id: line["left_as"] for parcel, line in zip(parcels, values["left"], strict=True)}
        closed = close_round(
            actor=self.actor,
            distribution=row,
            left=left,
            rest=values.get("rest", ""),
            note=values["note"],
            now=timezone.now(),
        )
        return Response(said_one_round(closed))


@method_decorator(gzip_page, name="dispatch")
class Packs(RoundDoor):
    """What a device carries on a round."""

    scopes = {"GET": READ}

    @documented(
        "Get round pack",
        "Everything that a device needs to answer scans of a round without a network: no name, no address. Household"
        " cards stand as hashes. Ask with `If-None-Match`; an unchanged pack is answered 304.",
        answers={200: PackAnswer, 304: None},
        tag="rounds",
    )
    def get(self, request: Request, round_id: uuid.UUID) -> Response:
        """Read."""
        row, now = self.round(round_id), timezone.now()
        said = {"round": said_round(row), **pack_of(row, self.actor.organisation)}
        etag = f'"{_hashed(said)}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if etag in {tag.removeprefix("W/") for tag in known}:
            return Response(status=304, headers=headers)
        moments = {"made_at": now, "valid_until": valid_until(row, now)}
        return Response({**_said_moments(moments), **said}, headers=headers)


def _hashed(said: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _said_moments(moments: dict[str, dt.datetime]) -> dict[str, str]:
    return {name: _MOMENT.to_representation(moment) for name, moment in moments.items()}


def _chosen(values: dict[str, Any], organisation: Organisation) -> list[Parcel]:
    if "parcels" in values:
        # A code that stands twice is one parcel.
        return get_parcels(keys=list(dict.fromkeys(values["parcels"])), organisation=organisation)
    return parcels_to_hand_over(organisation, **values["filter"])
