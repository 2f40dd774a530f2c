"""Photos of a family: without a place in them, locked away, erased for good, each with limits."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from logistics.households.family_models import HouseholdPhoto
from logistics.households.photos import (
    PHOTOS_MAX,
    PhotosExhausted,
    erase_photos,
    keep_household_photo,
    photo_as_kept,
    standing_photos,
)
from logistics.journal.verifying_history import require_history
from logistics.kernel.refusals import Refusal
from logistics.storage.photos import PHOTO_BYTES_MAX, PhotoMissing, PhotoTooLarge, PhotoUnreadable
from tests.cast import World
from tests.looking import nothing_written


def _photo(size: tuple[int, int] = (60, 40), colour: str = "red", **more: object) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, colour).save(kept, "JPEG", **more)
    return kept.getvalue()


def test_a_photo_loses_where_it_was_taken_and_lies_locked(world: World) -> None:
    exif = Image.Exif()
    exif[0x010F] = "示例相机"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 44.0, 50.0)})
    data = _photo(exif=exif)
    assert Image.open(io.BytesIO(data)).getexif()
    actor = world.partner
    row = keep_household_photo(actor=actor, household=world.family, data=data, note="示例门口", now=world.now)
    again = keep_household_photo(actor=actor, household=world.family, data=data, now=world.now)
    assert again.id == row.id
    shown = photo_as_kept(row)
    assert not Image.open(io.BytesIO(shown)).getexif()
    assert b"Exif" not in shown
    with default_storage.open(row.path) as file:
        locked = bytes(file.read())
    assert not locked.startswith(b"\xff\xd8") and shown[:64] not in locked
    assert erase_photos(actor=actor, household=world.family, photo_ids=[row.id], now=world.now) == 1
    row.refresh_from_db()
    assert (row.file_key, row.note, default_storage.exists(row.path)) == ("", "", False)
    with pytest.raises(PhotoMissing):
        photo_as_kept(row)
    require_history()


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"\xff\xd8" + bytes(40 * 1024 * 1024), PhotoTooLarge),
        (_photo() + bytes(PHOTO_BYTES_MAX), PhotoTooLarge),
        (b"%PDF-1.7 no picture", PhotoUnreadable),
        (_photo()[:200], PhotoUnreadable),
        (b"", PhotoUnreadable),
    ],
)
def test_a_photo_that_is_none_or_too_large_is_refused(world: World, data: bytes, refusal: type[Refusal]) -> None:
    with nothing_written(), pytest.raises(refusal):
        keep_household_photo(actor=world.partner, household=world.family, data=data, now=world.now)


def test_a_bomb_is_refused_before_a_pixel_is_decoded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = io.BytesIO()
    Image.new("1", (13_000, 13_000)).save(kept, "PNG")
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was decoded"))
    assert len(kept.getvalue()) < 100_000
    with nothing_written(), pytest.raises(PhotoTooLarge):
        keep_household_photo(actor=world.partner, household=world.family, data=kept.getvalue(), now=world.now)


def test_a_family_has_so_many_photos_at_most(world: World) -> None:
    row = keep_household_photo(actor=world.partner, household=world.family, data=_photo(), now=world.now)
    HouseholdPhoto.objects.bulk_create(
        HouseholdPhoto(
            household=world.family,
            sha256=f"{number:064}",
            size_bytes=1,
            path="x",
            kept_at=world.now,
            kept_by_id=row.kept_by_id,
        )
        for number in range(PHOTOS_MAX - 1)
    )
    with nothing_written(), pytest.raises(PhotosExhausted):
        keep_household_photo(actor=world.partner, household=world.family, data=_photo(colour="blue"), now=world.now)
    assert standing_photos(world.family).count() == PHOTOS_MAX
