"""What devices are told of themselves, and officers of devices."""

import datetime as dt
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from api.device_keys import EnrolledDevice
from api.fields import MomentField
from logistics.deliveries.round_models import DistributionRound
from logistics.deliveries.round_reads import rounds_to_load
from logistics.parties.models import Device, Organisation, Person
from logistics.parties.operators import operators_for

_MOMENT = MomentField()


class ShortDevice(serializers.Serializer):
    """A device by the code on it and its name."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()


class BodyAnswer(serializers.Serializer):
    """The organisation that a device scans for, and whom to call there."""

    code = serializers.CharField()
    name = serializers.DictField()
    telephone = serializers.CharField()


class EnrolledAnswer(serializers.Serializer):
    """A device with its key, which is shown this once."""

    device = ShortDevice()
    key = serializers.CharField()
    organisation = BodyAnswer()
    server_time = serializers.DateTimeField()


class PinAnswer(serializers.Serializer):
    """What checks a PIN without a network: PBKDF2-HMAC-SHA-256, salt and verifier in hexadecimal digits."""

    salt = serializers.CharField()
    iterations = serializers.IntegerField()
    verifier = serializers.CharField()


class OperatorAnswer(serializers.Serializer):
    """Somebody who may work on a device."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    pin = PinAnswer(allow_null=True)


class SignedInAnswer(serializers.Serializer):
    """Who has signed in."""

    operator = OperatorAnswer()


class MeAnswer(serializers.Serializer):
    """A device, who may work on it, and what it may load."""

    device = ShortDevice()
    organisation = BodyAnswer()
    server_time = serializers.DateTimeField()
    operators = serializers.ListField(child=OperatorAnswer())
    rounds = serializers.ListField(child=serializers.DictField())
    must_wipe = serializers.BooleanField()


class DeviceAnswer(ShortDevice):
    """A device as officers see it."""

    organisation = serializers.CharField()
    platform = serializers.CharField()
    enrolled_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    told_at = serializers.DateTimeField(allow_null=True, help_text="When it met its revocation and wiped itself.")


def said_enrolled(enrolled: EnrolledDevice, now: dt.datetime) -> dict[str, Any]:
    """Say a device with its key."""
    device = enrolled.device
    return {
        "device": _short(device),
        "key": enrolled.key,
        "organisation": _body(device.organisation),
        "server_time": _MOMENT.to_representation(now),
    }


def said_me(device: Device, now: dt.datetime) -> dict[str, Any]:
    """Say to a device what it needs to work alone."""
    return {
        "device": _short(device),
        "organisation": _body(device.organisation),
        "server_time": _MOMENT.to_representation(now),
        "operators": [said_operator(person) for person in operators_for(device.organisation)],
        "rounds": [_round(row) for row in rounds_to_load(device.organisation, timezone.localdate(now))],
        "must_wipe": False,
    }


def said_operator(person: Person) -> dict[str, Any]:
    """Say somebody who may work on a device, with what checks the PIN."""
    pin = getattr(person, "pin", None)
    known = {"salt": pin.salt, "iterations": pin.iterations, "verifier": pin.verifier} if pin else None
    return {"id": str(person.id), "name": person.name, "pin": known}


def said_device(device: Device) -> dict[str, Any]:
    """Say a device to an officer."""
    moments = ("enrolled_at", "last_seen_at", "revoked_at", "told_at")
    return {
        **_short(device),
        "organisation": device.organisation.code,
        "platform": device.platform,
        **{name: (moment := getattr(device, name)) and _MOMENT.to_representation(moment) for name in moments},
    }


def _round(row: DistributionRound) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "place": row.place,
        "day": row.held_on.isoformat(),
        "state": row.state,
        "parcels": row.parcel_count,
    }


def _short(device: Device) -> dict[str, str]:
    return {"id": str(device.id), "code": device.code, "name": device.name}


def _body(organisation: Organisation) -> dict[str, Any]:
    names = {"zh": organisation.name_zh, "en": organisation.name_en or organisation.name_zh}
    return {"code": organisation.code, "name": names, "telephone": organisation.telephone}
