"""Take out of a picture what a camera wrote beside it: place, owner, time, small pictures, notes. The pixels stay.

The file is walked by its own structure and rewritten without the rest, so that a picture is not squeezed a second time;
one without such notes stays byte for byte. Which way up it was held stays too: it is how the pixels are to be read.
JPEG: ITU-T T.81, annex B. PNG: W3C PNG (third edition), clause 11.
"""

import hashlib
import io
import re
import struct
from collections.abc import Iterator
from dataclasses import replace

from PIL import ExifTags, Image, ImageOps

from logistics.storage.photos import Photo

QUALITY_DRAWN_ANEW = 95
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FIRST_APP, _LAST_APP, _COMMENT = 0xE0, 0xEF, 0xFE
# What a decoder needs of what applications add: the density, the colours, and how colours were mixed.
_KEPT_APPS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_BETWEEN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS = (
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"),
)
_EXIF_IN_JPEG = re.compile(rb"\xff\xe1(..)Exif\0\0", re.DOTALL)
_UPRIGHT = 1


class _Odd(Exception):
    """The file is not built as its standard says, though its pixels could be read."""


def without_camera_notes(photo: Photo) -> Photo:
    """Return a photo without what a camera wrote beside its pixels; the same where there is nothing."""
    try:
        data = _plain_jpeg(photo) if photo.media_type == "image/jpeg" else _plain_png(photo)
    except (_Odd, struct.error, IndexError):
        data = _drawn_anew(photo)
    return photo if data == photo.data else replace(photo, data=data, sha256=hashlib.sha256(data).hexdigest())


def blank_camera_notes(data: bytes) -> bytes:
    """Blank what cameras wrote into the JPEG pictures within another file, a PDF: every byte stays where it was."""
    blanked = bytearray(data)
    for found in _EXIF_IN_JPEG.finditer(data):
        start, length = found.start() + 4, int.from_bytes(found[1], "big")
        end = min(start + length - 2, len(data))
        blanked[start:end] = bytes(end - start)
    return bytes(blanked)


def _plain_jpeg(photo: Photo) -> bytes:
    kept = [segment for marker, segment in _segments(photo.data) if _is_kept(marker, segment)]
    turned = _how_held(photo)
    if turned != _UPRIGHT:
        note = _held(turned).tobytes()
        kept.insert(1, b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note)
    return b"".join(kept)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the parts of a JPEG up to its end, each with its marker; what follows the end is no part of the picture."""
    if data[:2] != b"\xff\xd8":
        raise _Odd
    yield _START, data[:2]
    place = 2
    while True:
        while data[place : place + 2] == b"\xff\xff":
            place += 1
        if data[place] != 0xFF:
            raise _Odd
        marker = data[place + 1]
        if marker == _END:
            yield marker, data[place : place + 2]
            return
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == _SCAN:
            found = _BETWEEN.search(data, end)
            if found is None:
                raise _Odd
            end = found.start()
        yield marker, data[place:end]
        place = end


def _is_kept(marker: int, segment: bytes) -> bool:
    if _FIRST_APP <= marker <= _LAST_APP:
        wanted = _KEPT_APPS.get(marker)
        return wanted is not None and segment[4:].startswith(wanted)
    return marker != _COMMENT


def _plain_png(photo: Photo) -> bytes:
    kept = [_PNG]
    turned = _how_held(photo)
    for kind, chunk in _chunks(photo.data):
        if kind in _KEPT_CHUNKS:
            kept.append(chunk)
    if turned != _UPRIGHT:
        raise _Odd
    return b"".join(kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(_PNG):
        raise _Odd
    place = len(_PNG)
    while True:
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        end = place + 12 + length
        if end > len(data):
            raise _Odd
        yield kind, data[place:end]
        if kind == b"IEND":
            return
        place = end


def _how_held(photo: Photo) -> int:
    with Image.open(io.BytesIO(photo.data)) as image:
        turned = image.getexif().get(ExifTags.Base.Orientation, _UPRIGHT)
    return turned if turned in range(1, 9) else _UPRIGHT


def _held(turned: int) -> Image.Exif:
    note = Image.Exif()
    note[ExifTags.Base.Orientation] = turned
    return note


def _drawn_anew(photo: Photo) -> bytes:
    drawn = io.BytesIO()
    with Image.open(io.BytesIO(photo.data)) as image:
        upright = ImageOps.exif_transpose(image)
        upright.info = {}
        if photo.media_type == "image/png":
            upright.save(drawn, "PNG")
        else:
            upright.save(drawn, "JPEG", quality=QUALITY_DRAWN_ANEW)
    return drawn.getvalue()
