"""QR codes: the table makes bit for bit what `qrcode` makes, and every module is a whole number of printer dots."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.placing import qr_place
from labels.qr import MASK, QUIET_MODULES, matrix_of, packed
from labels.qr_table import qr_table
from labels.sheets import SHEETS, PrinterSetup, find_sheet
from labels.specimen import specimen_labels
from labels.styles import STYLES, UM_PER_INCH, WITHIN_THE_RIM, dots_per_module
from logistics.kernel.codes import CODE_LENGTH, KIND_LETTERS, RANDOM_BITS, code_uri, make_code


# An address of odd length, of even length, and one that needs 33 modules.
@pytest.mark.parametrize("host", ["NUANLIU.EXAMPLE", "NUANLIU.EXAMPL", "WARM.NUANLIU.EXAMPLE.CN"])
@given(st.sampled_from(sorted(KIND_LETTERS)), st.integers(0, (1 << RANDOM_BITS) - 1))
@settings(max_examples=150)
def test_the_table_makes_what_the_library_makes(host: str, kind: str, bits: int) -> None:
    uri = code_uri(make_code(kind, "7K", bits), host)
    table = qr_table(uri[:-CODE_LENGTH])
    assert table.bits_of(uri) == packed(matrix_of(uri))
    assert table.modules == len(matrix_of(uri))


def test_a_text_that_is_no_code_is_not_drawn_as_another() -> None:
    uri = specimen_labels(1)[0].uri
    with pytest.raises(KeyError):
        qr_table(uri[:-CODE_LENGTH]).bits_of(uri[:-1] + "$")


@pytest.mark.parametrize("dots_per_inch", [203, 300, 600])
@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("modules", [29, 33])
def test_modules_are_whole_printer_dots_and_stay_in_their_room(name: str, dots_per_inch: int, modules: int) -> None:
    sheet = find_sheet(name)
    dot_um = UM_PER_INCH / dots_per_inch
    for place in range(sheet.positions):
        qr = qr_place(sheet, place, modules, PrinterSetup(dots_per_inch, 130, -70))
        for length in (qr.left_um, qr.top_um, qr.module_um):
            assert length / dot_um == pytest.approx(round(length / dot_um), abs=1e-6)
        left, top = sheet.corner(place)
        quiet_um = QUIET_MODULES * qr.module_um
        room_left, room_top = left + 130 + sheet.style.qr_left_um, top - 70 + sheet.style.qr_top_um
        for start, room in ((qr.left_um, room_left), (qr.top_um, room_top)):
            assert start - quiet_um >= room - dot_um
            assert start + modules * qr.module_um + quiet_um <= room + sheet.style.qr_room_um + dot_um


@pytest.mark.parametrize("style", [*STYLES, WITHIN_THE_RIM], ids=lambda style: style.name)
@pytest.mark.parametrize("dots_per_inch", [203, 300, 600])
def test_a_module_is_about_as_large_as_a_camera_needs(style, dots_per_inch: int) -> None:  # type: ignore[no-untyped-def]
    made_um = dots_per_module(style, 29, dots_per_inch) * UM_PER_INCH / dots_per_inch
    assert made_um == pytest.approx(style.module_um, rel=0.06)


def test_the_qr_has_29_modules_and_one_mask() -> None:
    (label,) = specimen_labels(1)
    matrix = matrix_of(label.uri)
    assert len(matrix) == 29
    # ISO/IEC 18004, 7.9.1: format information beside the finder, unmasked with 101010000010010.
    bits = [matrix[8][x] for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [matrix[y][8] for y in (7, 5, 4, 3, 2, 1, 0)]
    value = int("".join("1" if bit else "0" for bit in bits), 2) ^ 0b101010000010010
    assert value >> 13 == 0b11, "error correction Q"
    assert value >> 10 & 0b111 == MASK


@pytest.mark.parametrize("text", ["https://x/q/1", "", "包裹", "A" * 5000])
def test_what_needs_another_mode_is_refused(text: str) -> None:
    with pytest.raises(Exception):  # noqa: B017 -- ValueError, or the library's own for what is too long
        matrix_of(text)
