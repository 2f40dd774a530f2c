"""Enrol devices by a one-time QR or by whoever is signed in on them, and revoke them."""

import datetime as dt
import hashlib
import secrets
import uuid

from django.db.models import QuerySet

from logistics.journal.revisions import Cause, change_master, note_registered
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.parties.access import organisation_ids_below
from logistics.parties.actions import new_reference
from logistics.parties.actors import Actor
from logistics.parties.device_models import Device, Enrolment
from logistics.parties.models import Organisation, Person
from logistics.storage.rows import derived_id
from logistics.storage.transactions import action

ENROLMENT_MINUTES = 15
TOKEN_BYTES = 24
# Of one organisation, so that a mistake in a loop is found early.
DEVICES_MAX = 2_000


class EnrolmentUnknown(Unacceptable):
    code = "enrolment_unknown"
    zh = "这个登记码无效，请让经办人重新生成。"
    en = "This enrolment code is not known; ask the officer for a new one."


class EnrolmentUsed(Unacceptable):
    code = "enrolment_used"
    zh = "这个登记码已被另一台设备用过，请让经办人重新生成。"
    en = "Another device has used this enrolment code; ask the officer for a new one."


class EnrolmentExpired(Unacceptable):
    code = "enrolment_expired"
    zh = "这个登记码已超过 {minutes} 分钟，请让经办人重新生成。"
    en = "This enrolment code is older than {minutes} minutes; ask the officer for a new one."


class DevicesTooMany(Conflicting):
    code = "devices_too_many"
    zh = "一个单位最多登记 {most} 台在用设备，请先停用不用的。"
    en = "An organisation has at most {most} devices in use; revoke those that nobody uses."


class DeviceMissing(Missing):
    code = "device_missing"
    zh = "没有找到这台设备。"
    en = "There is no such device."


@action
def issue_enrolment(
    *, organisation: Organisation, issued_by: Person | None, now: dt.datetime, token: str = ""
) -> tuple[Enrolment, str]:
    """Issue the token of a QR that enrols one device; the token itself is not kept. Refuses DevicesTooMany."""
    _require_room(organisation)
    text = token or secrets.token_urlsafe(TOKEN_BYTES)
    row = Enrolment.objects.create(
        organisation=organisation,
        token_hash=_hashed(text),
        issued_by=issued_by,
        issued_at=now,
        expires_at=now + dt.timedelta(minutes=ENROLMENT_MINUTES),
    )
    return row, text


@action
def enrol_device(
    *, token: str, name: str, platform: str = "", request_id: uuid.UUID | None = None, now: dt.datetime
) -> Device:
    """Enrol a device by the token of its QR. The same request may ask again until the device was seen.

    Refuses EnrolmentUnknown, EnrolmentUsed, EnrolmentExpired, DevicesTooMany.
    """
    # Evaluated at once: of two devices with one QR the second waits here and then finds it used.
    row = Enrolment.objects.select_for_update().filter(token_hash=_hashed(token)).first()
    if row is None:
        raise EnrolmentUnknown(pointer="/token")
    if row.device_id is not None:
        return _asked_again(row, request_id, now)
    if row.expires_at <= now:
        raise EnrolmentExpired(minutes=ENROLMENT_MINUTES, pointer="/token")
    device = _register(row.organisation, row.issued_by, name, platform, now=now)
    Enrolment.objects.filter(id=row.id).update(used_at=now, request_id=request_id, device=device)
    return device


@action
def enrol_here(*, actor: Actor, name: str, platform: str = "", token: uuid.UUID, now: dt.datetime) -> Device:
    """Enrol the telephone on which somebody is signed in. The same token enrols it once.

    Refuses DevicesTooMany, and EnrolmentUsed once the device was seen.
    """
    standing = Device.objects.filter(id=derived_id(token, 0)).select_related("organisation").first()
    if standing is not None:
        if standing.enrolled_by != actor.person or standing.last_seen_at or standing.revoked_at:
            raise EnrolmentUsed
        return standing
    return _register(actor.organisation, actor.person, name, platform, now=now, device_id=derived_id(token, 0))


@action
def revoke_device(*, device: Device, reason: str, cause: Cause) -> Device:
    """Revoke a device: its calls are refused within two seconds, and at its next one it wipes itself.

    Revoked twice changes nothing. Refuses ChangeUnexplained.
    """
    if device.revoked_at is not None:
        return device
    changes = {"revoked_at": cause.now, "revoked_because": reason}
    why = Cause(cause.actor_id, reason, cause.now)
    return change_master(device, changes=changes, changeable=tuple(changes), cause=why)


def note_seen(device: Device, *, now: dt.datetime) -> None:
    """Note when a device called."""
    device.last_seen_at = now
    Device.objects.filter(id=device.id).update(last_seen_at=now)


def note_told(device: Device, *, now: dt.datetime) -> None:
    """Note that a revoked device called, and was told to wipe itself."""
    if device.told_at is None:
        device.told_at = now
        Device.objects.filter(id=device.id, told_at=None).update(told_at=now)


def visible_devices(organisation: Organisation) -> "QuerySet[Device]":
    """Return the devices of an organisation and of those below it, newest first."""
    rows = Device.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("organisation", "enrolled_by").order_by("-id")


def get_device(*, device_id: uuid.UUID, organisation: Organisation) -> Device:
    """Return the device with this id. Refuses DeviceMissing, also for another organisation's."""
    found = visible_devices(organisation).filter(id=device_id).first()
    if found is None:
        raise DeviceMissing
    return found


def _asked_again(row: Enrolment, request_id: uuid.UUID | None, now: dt.datetime) -> Device:
    device = row.device
    is_same = request_id is not None and request_id == row.request_id and row.expires_at > now
    if device is None or not is_same or device.last_seen_at is not None or device.revoked_at is not None:
        raise EnrolmentUsed(pointer="/token")
    return device


def _register(
    organisation: Organisation,
    person: Person | None,
    name: str,
    platform: str,
    *,
    now: dt.datetime,
    device_id: uuid.UUID | None = None,
) -> Device:
    _require_room(organisation)
    known = {"id": device_id} if device_id else {}
    device = Device.objects.create(
        **known,
        organisation=organisation,
        code=new_reference("DEV"),
        name=name,
        platform=platform,
        enrolled_at=now,
        enrolled_by=person,
    )
    note_registered([device], cause=Cause(person.id if person else None, "", now))
    return device


def _require_room(organisation: Organisation) -> None:
    if Device.objects.filter(organisation=organisation, revoked_at=None).count() >= DEVICES_MAX:
        raise DevicesTooMany(most=DEVICES_MAX)


def _hashed(token: str) -> str:
    # The token has 192 random bits: nothing is gained by a slower hash.
    return hashlib.sha256(token.encode()).hexdigest()
