"""What a camera wrote beside a picture goes; its pixels and which way up it was held stay."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from labels.returned.pages import count_of_pages
from logistics.storage.camera_notes import blank_camera_notes, without_camera_notes
from logistics.storage.photos import read_photo
from tests.papers import photo

PLACE, OWNER = b"GPS-OF-THE-FAMILY", "SECRET-OWNER"


def exif(turned: int = 1) -> Image.Exif:
    """Write what a telephone writes: who made it, where, and which way up it was held."""
    made = Image.Exif()
    made[0x010F], made[0x0112] = OWNER, turned
    made.get_ifd(0x8825).update({1: "N", 2: (34.0, 43.0, 12.0), 0x1D: PLACE.decode()})
    return made


def noisy(form: str = "JPEG", turned: int = 1, **more: object) -> bytes:
    """Take a picture with a place in it."""
    file, image = io.BytesIO(), Image.effect_noise((64, 40), 60).convert("RGB")
    image.save(file, form, exif=exif(turned), **more)
    return file.getvalue()


def _with_segment(data: bytes, marker: int, body: bytes) -> bytes:
    return data[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + data[2:]


def _pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


def _mpo() -> bytes:
    """Write what many telephones write: a second picture behind the first, with notes of its own."""
    file = io.BytesIO()
    first, second = (Image.effect_noise((64, 40), 60).convert("RGB") for _ in range(2))
    first.save(file, "MPO", save_all=True, append_images=[second], exif=exif())
    return file.getvalue() + PLACE


@pytest.mark.parametrize(
    "data",
    [
        noisy(),
        noisy(progressive=True, quality=90),
        _with_segment(noisy(), 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='" + PLACE + b"'/>"),
        _with_segment(noisy(), 0xED, b"Photoshop 3.0\0" + PLACE),
        _with_segment(noisy(), 0xFE, PLACE),
        noisy() + b"a film that belongs to it " + PLACE,
        _mpo(),
        noisy("PNG"),
    ],
)
def test_notes_go_and_pixels_stay(data: bytes) -> None:
    assert PLACE in data
    before = read_photo(data)
    plain = without_camera_notes(before)
    assert PLACE not in plain.data and OWNER.encode() not in plain.data and b"Exif" not in plain.data
    assert (_pixels(plain.data), plain.width, plain.height) == (_pixels(data), 64, 40)
    assert plain.sha256 != before.sha256 and read_photo(plain.data).sha256 == plain.sha256
    assert without_camera_notes(plain) is plain, "twice changes nothing"


def test_texts_of_a_png_go() -> None:
    file, texts = io.BytesIO(), PngInfo()
    texts.add_text("Comment", PLACE.decode())
    texts.add_itxt("XML:com.adobe.xmp", PLACE.decode(), zip=False)
    Image.new("RGBA", (8, 6), (1, 2, 3, 4)).save(file, "PNG", pnginfo=texts, dpi=(300, 300))
    plain = without_camera_notes(read_photo(file.getvalue()))
    assert PLACE not in plain.data
    shown = Image.open(io.BytesIO(plain.data))
    assert (shown.mode, shown.getpixel((0, 0)), round(shown.info["dpi"][0])) == ("RGBA", (1, 2, 3, 4), 300)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_without_notes_stays_byte_for_byte(form: str) -> None:
    found = read_photo(photo(form=form))
    assert without_camera_notes(found) is found


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_which_way_up_it_was_held_stays(form: str) -> None:
    plain = without_camera_notes(read_photo(noisy(form, turned=6)))
    assert PLACE not in plain.data and OWNER.encode() not in plain.data
    shown = Image.open(io.BytesIO(plain.data))
    upright = shown.size == (40, 64) or shown.getexif().get(0x0112) == 6
    assert upright and set(shown.getexif()) <= {0x0112}


def test_a_file_that_is_built_oddly_is_drawn_anew() -> None:
    data = noisy()
    # A stray byte between two parts: decoders skip it.
    second = 4 + int.from_bytes(data[4:6], "big")
    odd = data[:second] + b"\x01" + data[second:]
    plain = without_camera_notes(read_photo(odd))
    assert PLACE not in plain.data and Image.open(io.BytesIO(plain.data)).size == (64, 40)


def test_pictures_within_a_pdf_lose_their_notes_and_every_byte_its_place() -> None:
    file = io.BytesIO()
    Image.open(io.BytesIO(photo(form="JPEG"))).save(file, "PDF")
    marked = file.getvalue().replace(b"\xff\xd8", noisy()[: noisy().index(b"\xff\xdb")], 1)
    assert PLACE in marked
    blanked = blank_camera_notes(marked)
    assert PLACE not in blanked and OWNER.encode() not in blanked and len(blanked) == len(marked)
    plain = file.getvalue()
    assert blank_camera_notes(plain) == plain and count_of_pages(plain) == 1
    assert zlib.crc32(blank_camera_notes(b"")) == 0
