"""What is told of rounds and packs."""

from typing import Any

from rest_framework import serializers

from api.fields import MomentField
from logistics.deliveries.round_models import DistributionRound, LeftAs, RoundKind, RoundState
from logistics.deliveries.round_reads import left_over, progress_of
from logistics.kernel.delivery_states import STATES

_MOMENT = MomentField()
# Parcels that one answer names; the rest stand in the pack.
LEFT_SHOWN_MAX = 500


class RoundAnswer(serializers.Serializer):
    """An outing or ceremony."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RoundKind.values)
    name = serializers.CharField()
    place = serializers.CharField()
    day = serializers.DateField()
    state = serializers.ChoiceField(choices=RoundState.values)
    parcels = serializers.IntegerField()
    people = serializers.ListField(child=serializers.UUIDField())
    organisation = serializers.CharField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class ProgressAnswer(serializers.Serializer):
    """How many parcels are where."""

    total = serializers.IntegerField()
    delivered = serializers.IntegerField()
    attempted = serializers.IntegerField(help_text="Somebody was there, and it is still out.")
    waiting = serializers.IntegerField()
    refused = serializers.IntegerField()
    other = serializers.IntegerField(help_text="Returned, damaged, lost, cancelled or disputed.")


class LeftAnswer(serializers.Serializer):
    """A parcel that is not over, or was left over at closing."""

    parcel = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    left_as = serializers.ChoiceField(choices=LeftAs.values, allow_null=True)


class OneRoundAnswer(RoundAnswer):
    """A round with how far it is."""

    progress = ProgressAnswer()
    left = serializers.ListField(child=LeftAnswer(), max_length=LEFT_SHOWN_MAX)


class PackLotAnswer(serializers.Serializer):
    """A dated lot by the code on its label."""

    code = serializers.CharField()
    lot = serializers.UUIDField()
    expires_on = serializers.DateField()


class PackLineAnswer(serializers.Serializer):
    """A line of contents: what is put in, by the item's own code and the barcode printed on it."""

    item = serializers.CharField(allow_null=True, help_text="Null in parcels planned before lines kept it.")
    barcode = serializers.CharField(allow_null=True, help_text="EAN-13 or another GTIN, where the item has one.")
    name = serializers.DictField()
    quantity = serializers.IntegerField()


class PackParcelAnswer(serializers.Serializer):
    """A parcel as a device needs it."""

    code = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    programme = serializers.DictField()
    township = serializers.CharField(allow_blank=True)
    contents = serializers.ListField(child=PackLineAnswer())
    household_reference = serializers.CharField(allow_null=True)
    card = serializers.CharField(allow_null=True, help_text="SHA-256 of the household card's twenty characters.")
    other_cards = serializers.ListField(
        child=serializers.CharField(),
        help_text="The same of each other card that stands for the family: one that was entered twice and merged has"
        " two.",
    )
    collector_cards = serializers.ListField(
        child=serializers.CharField(),
        help_text="The same of each card of those who may collect for the family; who is known by name alone is judged"
        " when the scan arrives.",
    )
    lots = serializers.ListField(child=PackLotAnswer())
    required_proofs = serializers.ListField(child=serializers.CharField())
    needs_two = serializers.BooleanField()
    recalled = serializers.BooleanField()


class PackAnswer(serializers.Serializer):
    """What a device carries on a round."""

    round = RoundAnswer()
    made_at = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    parcels = serializers.ListField(child=PackParcelAnswer())
    revoked = serializers.ListField(child=serializers.CharField())
    mark = serializers.CharField(help_text="The installation's mark: other codes belong elsewhere.")
    host = serializers.CharField()


def said_round(row: DistributionRound) -> dict[str, Any]:
    """Say a round."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "name": row.name,
        "place": row.place,
        "day": row.held_on.isoformat(),
        "state": row.state,
        "parcels": row.parcel_count,
        "people": row.people,
        "organisation": row.organisation.code,
        "opened_at": row.opened_at and _MOMENT.to_representation(row.opened_at),
        "closed_at": row.closed_at and _MOMENT.to_representation(row.closed_at),
        "note": row.note,
    }


def said_one_round(row: DistributionRound) -> dict[str, Any]:
    """Say a round with its progress and what is left over."""
    progress = progress_of(row)
    names = ("total", "delivered", "attempted", "waiting", "refused", "other")
    left = [
        {
            "parcel": place.parcel.code.text,
            "state": place.parcel.state,
            "left_as": place.left_as or None,
        }
        for place in left_over(row)[:LEFT_SHOWN_MAX]
    ]
    return {**said_round(row), "progress": {name: getattr(progress, name) for name in names}, "left": left}
