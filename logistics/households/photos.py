"""Keep photos of families and homes, show them and erase them: drawn anew before they are kept, so that no position
and no camera comes with them, and locked, so that to erase the key erases every copy.
"""

import datetime as dt
import hashlib
import uuid

from django.db.models import QuerySet

from logistics.households.facts import noting
from logistics.households.family_models import HouseholdPhoto
from logistics.households.models import Household
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actors import Actor
from logistics.storage.locked_files import lock_away, throw_away, unlocked
from logistics.storage.photos import PhotoMissing, plain_jpeg, read_photo
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

PHOTOS_MAX = 30
KEPT_PIXELS_MAX, KEPT_QUALITY = 2_400, 88
NOTE_LENGTH_MAX = 200


class PhotosExhausted(Conflicting):
    code = "photos_exhausted"
    zh = "一个家庭最多保存 {most} 张照片。"
    en = "A family has at most {most} photos."


class PhotoNoteTooLong(Unacceptable):
    code = "photo_note_too_long"
    zh = "照片说明最多 {most} 个字。"
    en = "The note of a photo has at most {most} characters."


def keep_household_photo(
    *, actor: Actor, household: Household, data: bytes, note: str = "", now: dt.datetime
) -> HouseholdPhoto:
    """Keep a photo of a family; the same photo again changes nothing.

    Refuses PhotoUnreadable, PhotoTooLarge (by the header, before a pixel is decoded), PhotosExhausted,
    PhotoNoteTooLong.
    """
    if len(note.strip()) > NOTE_LENGTH_MAX:
        raise PhotoNoteTooLong(most=NOTE_LENGTH_MAX, pointer="/note")
    read_photo(data)
    plain = plain_jpeg(data, longest=KEPT_PIXELS_MAX, quality=KEPT_QUALITY)
    return _keep(actor=actor, household=household, plain=plain, note=note, now=now)


@action
def _keep(*, actor: Actor, household: Household, plain: bytes, note: str, now: dt.datetime) -> HouseholdPhoto:
    sha256 = hashlib.sha256(plain).hexdigest()
    with noting(household, actor=actor, now=now) as locked:
        standing = standing_photos(locked)
        known = standing.filter(sha256=sha256).first()
        if known is not None:
            return known
        if standing.count() >= PHOTOS_MAX:
            raise PhotosExhausted(most=PHOTOS_MAX)
        row_id = new_id()
        path = f"photos/{row_id.hex[-2:]}/{row_id.hex}"
        try:
            return HouseholdPhoto.objects.create(
                id=row_id,
                household=locked,
                sha256=sha256,
                size_bytes=len(plain),
                path=path,
                file_key=lock_away(plain, path),
                note=note.strip(),
                kept_at=now,
                kept_by_id=actor.holder_id,
            )
        except BaseException:
            throw_away(path)
            raise


def standing_photos(household: Household) -> "QuerySet[HouseholdPhoto]":
    """Return the photos of a family that were not erased, the oldest first."""
    return HouseholdPhoto.objects.filter(household=household, erased_at__isnull=True).order_by("kept_at", "id")


def get_photo(*, household: Household, photo_id: uuid.UUID) -> HouseholdPhoto:
    """Return a photo of a family. Refuses PhotoMissing."""
    row = standing_photos(household).filter(id=photo_id).first()
    if row is None:
        raise PhotoMissing
    return row


def photo_as_kept(row: HouseholdPhoto) -> bytes:
    """Return a photo as a JPEG. Refuses PhotoMissing."""
    if not row.file_key:
        raise PhotoMissing
    try:
        return unlocked(row.path, row.file_key)
    except FileNotFoundError:
        raise PhotoMissing from None


@action
def erase_photos(*, actor: Actor, household: Household, photo_ids: list[uuid.UUID], now: dt.datetime) -> int:
    """Destroy the keys, the notes and the files of photos. Return how many went."""
    with noting(household, actor=actor, now=now) as locked:
        rows = list(standing_photos(locked).filter(id__in=photo_ids))
        HouseholdPhoto.objects.filter(id__in=[row.id for row in rows]).update(file_key="", note="", erased_at=now)
    for row in rows:
        throw_away(row.path)
    return len(rows)
