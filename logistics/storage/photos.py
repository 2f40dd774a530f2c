"""Photos as evidence: what a file is by its own header, refused before it is decoded, kept under its hash."""

import hashlib
import io
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

from logistics.kernel.refusals import Missing, Unacceptable

PHOTO_BYTES_MAX = 10 * 1024 * 1024
# A file of 20 kB can hold 13,000 x 13,000 pixels: the header says so before any of them is decoded.
PIXELS_MAX = 20_000_000
PIXELS_PER_MEGAPIXEL = 1_000_000
# A camera's or a browser's JPEG comes in one pass over the picture or in some ten; each of a million costs time anew.
SCANS_MAX = 100
_TYPES = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png")}
_SCAN = b"\xff\xda"
# What stands at the end of a whole file: WeasyPrint tells Pillow to take files that are cut off, in the whole process.
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND"}
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class PhotoUnreadable(Unacceptable):
    code = "photo_unreadable"
    zh = "这不是可以读取的 JPEG 或 PNG 照片。"
    en = "This is no JPEG or PNG photo that can be read."


class PhotoTooLarge(Unacceptable):
    code = "photo_too_large"
    zh = "照片不得超过 {megabytes} MB、{megapixels} 百万像素。"
    en = "A photo has at most {megabytes} MB and {megapixels} megapixels."


class PhotoMissing(Missing):
    code = "photo_missing"
    zh = "照片还没有上传。"
    en = "The photo has not been sent yet."


@dataclass(frozen=True)
class Photo:
    """A photo that was looked at: its bytes, hash, kind and size in pixels."""

    data: bytes
    sha256: str
    media_type: str
    suffix: str
    width: int
    height: int


def read_photo(data: bytes) -> Photo:
    """Look at a photo's header, then decode it whole. Refuses PhotoUnreadable, PhotoTooLarge."""
    if len(data) > PHOTO_BYTES_MAX:
        raise _too_large()
    try:
        with Image.open(io.BytesIO(data), formats=list(_TYPES)) as image:
            width, height = image.size
            if width * height > PIXELS_MAX:
                raise _too_large()
            # What telephones write with a second picture behind the first: the first is the photo.
            kind = "JPEG" if image.format == "MPO" else image.format or ""
            if _ENDS[kind] not in data or (kind == "JPEG" and data.count(_SCAN) > SCANS_MAX):
                raise PhotoUnreadable
            image.load()
    except _BOMBS:
        raise _too_large() from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise PhotoUnreadable from None
    media_type, suffix = _TYPES[kind]
    return Photo(data, hashlib.sha256(data).hexdigest(), media_type, suffix, width, height)


def plain_jpeg(data: bytes, *, longest: int, quality: int) -> bytes:
    """Draw a photo that was looked at anew as a JPEG: upright, no side longer than this, on white paper.

    A new picture carries nothing of what the camera wrote into the old one: no position, no owner, no thumbnail.
    """
    drawn = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((longest, longest))
        _on_white(upright).save(drawn, "JPEG", quality=quality)
    return drawn.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """Lay a picture without a ground on white paper."""
    laid = image.convert("RGBA")
    paper = Image.new("RGBA", laid.size, "white")
    paper.alpha_composite(laid)
    return paper.convert("RGB")


def keep_photo(photo: Photo, folder: str) -> str:
    """Write a photo under its hash and return its path; the same bytes are kept once."""
    path = f"{folder}/{photo.sha256[:2]}/{photo.sha256}{photo.suffix}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(photo.data))
    return path


def photo_bytes(path: str) -> bytes:
    """Return the bytes of a kept photo. Refuses PhotoMissing."""
    try:
        with default_storage.open(path) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise PhotoMissing from None


def _too_large() -> PhotoTooLarge:
    return PhotoTooLarge(
        megabytes=PHOTO_BYTES_MAX // 1024 // 1024, megapixels=PIXELS_MAX // PIXELS_PER_MEGAPIXEL, pointer="/photo"
    )
