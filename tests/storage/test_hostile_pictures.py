"""Pictures made to cost a reader its time or its memory, and files that are none: refused before they are decoded."""

import time
import tracemalloc
from collections.abc import Callable

import pytest

from logistics.kernel.refusals import Refusal
from logistics.storage.camera_notes import without_camera_notes
from logistics.storage.photos import SCANS_MAX, read_photo
from tests.storage.bombs import huge_png, jpeg_of_many_scans, picture, png_with_text

MEGABYTE = 1024 * 1024
SECONDS_MAX, BYTES_MAX = 2.0, 64 * MEGABYTE
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "40 MB": (lambda: picture() + bytes(40 * MEGABYTE), "photo_too_large"),
    "60,000 x 60,000": (huge_png, "photo_too_large"),
    "the picture again and again": (lambda: jpeg_of_many_scans(1_000_000 // 10), "photo_unreadable"),
    "cut off": (lambda: picture(size=(800, 600))[:3_000], "photo_unreadable"),
    "cut off, with an end": (lambda: b"\xff\xd8\xff\xd9", "photo_unreadable"),
    "text": (lambda: "不是照片".encode(), "photo_unreadable"),
    "SVG": (lambda: SVG, "photo_unreadable"),
    "a page that looks like a picture": (lambda: b"\xff\xd8\xff\xe0<script>alert(1)</script>", "photo_unreadable"),
    "HEIC": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "photo_unreadable"),
    **{form: (lambda form=form: picture(form), "photo_unreadable") for form in ("GIF", "WEBP", "BMP", "TIFF", "ICO")},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_in_time_and_memory(name: str) -> None:
    make, code = HOSTILE[name]
    data = make()
    began = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(Refusal) as told:
            read_photo(data)
        assert tracemalloc.get_traced_memory()[1] < BYTES_MAX
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < SECONDS_MAX
    assert told.value.code == code and told.value.message("zh") != told.value.message("en")


def test_a_note_that_would_unpack_to_much_is_left_packed_and_goes() -> None:
    data = png_with_text(100 * MEGABYTE)
    tracemalloc.start()
    try:
        try:
            plain = without_camera_notes(read_photo(data)).data
        except Refusal:
            # Pillow by itself refuses; with WeasyPrint in the process it reads on without the note.
            plain = b""
        assert tracemalloc.get_traced_memory()[1] < BYTES_MAX
    finally:
        tracemalloc.stop()
    assert b"zTXt" in data and b"zTXt" not in plain


def test_what_browsers_and_telephones_send_in_passes_is_read() -> None:
    assert read_photo(picture(progressive=True)).width == 60
    # One pass of what stands before; up to the bound they are read.
    assert read_photo(jpeg_of_many_scans(SCANS_MAX - 20, side=64)).width == 64
    with pytest.raises(Refusal):
        read_photo(jpeg_of_many_scans(SCANS_MAX + 1, side=64))
