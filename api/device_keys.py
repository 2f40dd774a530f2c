"""Keys of enrolled devices: issued with the enrolment, changed by the device itself, good for a few calls only."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.http import HttpRequest

from logistics.journal.revisions import Cause, facts_of, note_changed
from logistics.parties.actors import Actor
from logistics.parties.devices import enrol_device, enrol_here
from logistics.parties.models import Device
from logistics.partners.keys import issue_key
from logistics.partners.models import ApiKey, KeyKind
from logistics.storage.transactions import action

DEVICE_SCOPES = ("scans:write", "parcels:read", "needs:write")
DEVICE_KEY_DAYS = 365
# How long the old key still opens, so that a device whose answer was lost can ask again.
OLD_KEY_HOURS = 24
# Every call that a device's key opens, by method and address; any other is refused, whatever its scopes say.
CALLS_OF_DEVICES = frozenset(
    {
        ("POST", "api/v1/scans"),
        ("PUT", "api/v1/proofs/<str:sha256>"),
        ("GET", "api/v1/devices/me"),
        ("POST", "api/v1/devices/me/key"),
        ("POST", "api/v1/devices/sign-in"),
        ("GET", "api/v1/devices/me/warehouse"),
        ("POST", "api/v1/devices/me/receipts"),
        ("POST", "api/v1/devices/me/kits"),
        ("POST", "api/v1/devices/me/counts"),
        ("GET", "api/v1/rounds/<uuid:round_id>/pack"),
        ("GET", "api/v1/codes/look-up/<str:code>"),
        ("GET", "api/v1/devices/me/families"),
        ("POST", "api/v1/home-visits"),
    }
)


@dataclass(frozen=True)
class EnrolledDevice:
    """A device and the key that it is shown once."""

    device: Device
    key: str


def is_call_of_devices(request: HttpRequest) -> bool:
    """Tell whether a device's key opens this call."""
    match = request.resolver_match
    return match is not None and (request.method, match.route) in CALLS_OF_DEVICES


@action
def enrol_by_token(
    *, token: str, name: str, platform: str, request_id: uuid.UUID | None, now: dt.datetime
) -> EnrolledDevice:
    """Enrol a device by its QR and give it a key. Refuses what `enrol_device` refuses."""
    device = enrol_device(token=token, name=name, platform=platform, request_id=request_id, now=now)
    return _with_key(device, now)


@action
def enrol_signed_in(*, actor: Actor, name: str, platform: str, token: uuid.UUID, now: dt.datetime) -> EnrolledDevice:
    """Enrol the telephone on which somebody is signed in and give it a key. Refuses DevicesTooMany."""
    return _with_key(enrol_here(actor=actor, name=name, platform=platform, token=token, now=now), now)


@action
def change_key(*, device: Device, now: dt.datetime) -> EnrolledDevice:
    """Give a device another key; the ones before it end within a day. It stays the same device."""
    ends_at = now + dt.timedelta(hours=OLD_KEY_HOURS)
    for key in ApiKey.objects.filter(device=device, revoked_at=None, expires_at__gt=ends_at):
        before = facts_of(key)
        key.expires_at = ends_at
        key.save(update_fields=["expires_at"])
        note_changed(key, before=before, cause=Cause(device.id, "", now))
    return _new_key(device, now)


def _with_key(device: Device, now: dt.datetime) -> EnrolledDevice:
    """Give a device that was never seen its only key: one that was lost on the way must not stand beside it."""
    for key in ApiKey.objects.filter(device=device, revoked_at=None):
        before = facts_of(key)
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        note_changed(key, before=before, cause=Cause(device.id, "", now))
    return _new_key(device, now)


def _new_key(device: Device, now: dt.datetime) -> EnrolledDevice:
    _, text = issue_key(
        organisation=device.organisation,
        name=device.code,
        scopes=DEVICE_SCOPES,
        kind=KeyKind.DEVICE,
        device=device,
        days=DEVICE_KEY_DAYS,
        now=now,
        cause=Cause(device.id, "", now),
    )
    return EnrolledDevice(device, text)
