"""Devices: enrol by a one-time QR or where somebody is signed in, and what a device asks about itself."""

from typing import Any

from django.middleware.csrf import get_token
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import KeyHolder
from api.device_keys import change_key, enrol_by_token, enrol_signed_in
from api.doors import PAGING, Door, documented, paged
from api.fields import IdField, StrictSerializer, TextField
from api.pages import page_of
from api.problems import ScopeMissing
from api.v1.device_answers import (
    DeviceAnswer,
    EnrolledAnswer,
    MeAnswer,
    SignedInAnswer,
    said_device,
    said_enrolled,
    said_me,
    said_operator,
)
from logistics.parties.devices import DeviceMissing, get_device, revoke_device, visible_devices
from logistics.parties.models import Device, Person, Role
from logistics.parties.operators import SCANNING_ROLES, sign_in
from logistics.storage.rows import new_id

NAME_LENGTH_MAX, PLATFORM_LENGTH_MAX, TOKEN_LENGTH_MAX = 60, 120, 64


class HereInput(StrictSerializer):
    """What a telephone is called. `request_id` is made by it for this one request, so that it may ask again."""

    name = TextField(length=NAME_LENGTH_MAX)
    platform = TextField(length=PLATFORM_LENGTH_MAX, required=False, allow_blank=True, default="")
    request_id = IdField(required=False)


class EnrolInput(HereInput):
    """The token of the QR, and what the device is called."""

    token = TextField(length=TOKEN_LENGTH_MAX)


class SignInInput(StrictSerializer):
    """Who signs in on the device."""

    operator = IdField()
    pin = TextField(length=8)


class RevokeInput(StrictSerializer):
    """Why a device is revoked."""

    reason = TextField(length=200)


class MayAnswer(serializers.Serializer):
    """Who is signed in here, and the token that the next request carries as `X-CSRFToken`."""

    name = serializers.CharField()
    organisation = serializers.DictField()
    csrf_token = serializers.CharField()


class Devices(Door):
    """Devices."""

    scopes = {"GET": ("ledgers:read", "admin")}
    is_list = True

    @documented(
        "List devices",
        "The devices of one's own organisation and of those below it, newest first.",
        answers={200: paged(DeviceAnswer, "Devices")},
        query=PAGING,
        tag="devices",
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_devices(self.actor.organisation), said_device)


class RevokedDevices(Door):
    """Revoked devices."""

    scopes = {"POST": ("admin",)}

    @documented(
        "Revoke device",
        "Its calls are refused within two seconds; at its next one it is told to wipe itself. Repeated, nothing more"
        " happens.",
        request=RevokeInput,
        answers={200: DeviceAnswer},
        problems=(409, 415, 422),
        tag="devices",
        is_repeatable=True,
    )
    def post(self, request: Request, device_id: Any) -> Response:
        """Revoke."""
        reason = self.read(RevokeInput)["reason"]
        device = get_device(device_id=device_id, organisation=self.actor.organisation)
        revoked = revoke_device(device=device, reason=reason, cause=self.actor.cause(timezone.now()))
        return Response(said_device(revoked))


class EnrolledDevices(Door):
    """Enrolment by a QR: the token in it is the key to this door."""

    is_public = True
    is_once = False
    authentication_classes = ()

    @documented(
        "Enrol device",
        "By the token of a QR from the page `/devices`: valid for 15 minutes, for one device. The key is shown this"
        " once. With a `request_id`, the same request may be sent again until the device has used its key.",
        request=EnrolInput,
        answers={201: EnrolledAnswer},
        problems=(409, 415, 422),
        tag="devices",
        is_public=True,
    )
    def post(self, request: Request) -> Response:
        """Enrol."""
        values, now = self.read(EnrolInput), timezone.now()
        enrolled = enrol_by_token(
            token=values["token"],
            name=values["name"],
            platform=values["platform"],
            request_id=values.get("request_id"),
            now=now,
        )
        return Response(said_enrolled(enrolled, now), status=201)


@extend_schema(exclude=True)
class EnrolledHere(Door):
    """For our own scan page, at its address: a telephone on which somebody who scans is signed in becomes a device."""

    is_once = False

    def get(self, request: Request) -> Response:
        """Say who is signed in, with the token for the next request."""
        person = self._person(request)
        organisation = {"zh": person.organisation.name_zh, "en": person.organisation.name_en}
        answer = MayAnswer(
            {"name": person.name, "organisation": organisation, "csrf_token": get_token(request._request)}
        )
        return Response(answer.data, headers={"Cache-Control": "no-store"})

    def post(self, request: Request) -> Response:
        """Enrol."""
        self._person(request)
        values, now = self.read(HereInput), timezone.now()
        enrolled = enrol_signed_in(
            actor=self.actor,
            name=values["name"],
            platform=values["platform"],
            token=values.get("request_id") or new_id(),
            now=now,
        )
        return Response(said_enrolled(enrolled, now), status=201)

    def _person(self, request: Request) -> Person:
        person = request.user
        if not isinstance(person, Person) or not person.has_role(*SCANNING_ROLES, Role.LIAISON):
            raise ScopeMissing(needed=["scans:write"])
        return person


class DeviceDoor(Door):
    """A door for devices alone: whoever calls without being one finds nothing behind it."""

    is_once = False

    @property
    def device(self) -> Device:
        """The device that calls. Refuses DeviceMissing for other callers."""
        user = self.request.user
        if not isinstance(user, KeyHolder) or user.key.device is None:
            raise DeviceMissing
        return user.key.device


class Me(DeviceDoor):
    """The device that calls."""

    @documented(
        "Get own device",
        "For a device: itself, who may sign in on it and how their PINs are checked without a network, and the rounds"
        " that it may load. A revoked device is answered 401 `device_revoked` and wipes itself.",
        answers={200: MeAnswer},
        tag="devices",
    )
    def get(self, request: Request) -> Response:
        """Say."""
        return Response(said_me(self.device, timezone.now()), headers={"Cache-Control": "no-store"})


class MyKey(DeviceDoor):
    """The device's own key."""

    @documented(
        "Change own key",
        "For a device: another key for the same device. The one that it calls with ends within a day.",
        request=None,
        answers={201: EnrolledAnswer},
        tag="devices",
    )
    def post(self, request: Request) -> Response:
        """Change."""
        now = timezone.now()
        return Response(said_enrolled(change_key(device=self.device, now=now), now), status=201)


class SignedIn(DeviceDoor):
    """Somebody signs in on a device that is online."""

    @documented(
        "Sign in on device",
        "Checks a PIN here, for whoever has set one since the device last asked. Five wrong ones lock the operator for"
        " five minutes.",
        request=SignInInput,
        answers={200: SignedInAnswer},
        problems=(409, 415, 422),
        tag="devices",
    )
    def post(self, request: Request) -> Response:
        """Sign in."""
        values = self.read(SignInInput)
        person = sign_in(
            organisation=self.device.organisation,
            person_id=values["operator"],
            pin=values["pin"],
            now=timezone.now(),
        )
        return Response({"operator": said_operator(person)})
