"""Rules about one box, on drawn patches: what strikes a row out, what writes on its way, and specks of a printer."""

import math
import random
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw, ImageFilter

from labels.returned.edges import OUTER_MM
from labels.returned.verdicts import Finding, Reason, Verdict, finding_in, finding_within

pytestmark = pytest.mark.engine("sqlite")
PX_PER_MM, WIDE_MM, HIGH_MM = 6, 54, 18
PAPER, INK, PALE, PASTE = (200, 198, 190), (30, 40, 110), (150, 148, 142), (180, 40, 50)
# Drawn so many times as large as seen.
SCALE = 4 * PX_PER_MM
Way = list[tuple[float, float]]


def _found(*ways: Way, ink: tuple[int, int, int] = INK, width_mm: float = 0.5) -> Finding:
    """Judge a box with pens' ways on it, in millimetres; drawn fourfold and softened as a camera does."""
    scale = SCALE
    large = Image.new("RGB", (WIDE_MM * scale, HIGH_MM * scale), PAPER)
    pen = ImageDraw.Draw(large)
    for way in ways:
        pen.line([(x * scale, y * scale) for x, y in way], fill=ink, width=round(width_mm * scale), joint="curve")
    return finding_in(large.reduce(4).filter(ImageFilter.GaussianBlur(0.8)), PX_PER_MM, 0.85)


def _across(depth: float = 0.0) -> Way:
    return [(-1, 8), (WIDE_MM / 2, 8 + depth), (WIDE_MM + 1, 9)]


def _loops(left: float, right: float, high: float) -> Way:
    turns = 8
    steps = [step / (turns * 12) for step in range(turns * 12 + 1)]
    return [
        (
            left + (right - left) * at + 2 * math.sin(2 * math.pi * turns * at),
            9 + high * math.cos(2 * math.pi * turns * at),
        )
        for at in steps
    ]


@pytest.mark.parametrize("depth", [0.0, 1.5, -2.0])
def test_a_row_that_is_struck_out_is_empty(depth: float) -> None:
    assert _found(_across(depth)).verdict == Verdict.EMPTY


def test_what_writes_on_its_way_from_side_to_side_is_for_a_person() -> None:
    found = _found(_loops(-3, WIDE_MM + 3, 2.2))
    assert (found.verdict, found.reason) == (Verdict.DOUBTFUL, Reason.CROSSING)


def test_a_fold_from_top_to_bottom_is_for_a_person() -> None:
    assert _found([(20, -1), (22, HIGH_MM + 1)]).reason == Reason.CROSSING


def test_a_struck_out_signature_is_no_empty_row() -> None:
    writing = [[(8.0 + step * 3, 3.0), (9.0 + step * 3, 14.0)] for step in range(6)]
    assert _found(_across(), *writing).verdict != Verdict.EMPTY
    beside = [[(8.0 + step * 3, 2.0), (9.0 + step * 3, 6.0)] for step in range(6)]
    assert _found(_across(), *beside).verdict == Verdict.MARKED


def test_a_tick_on_a_struck_out_row_is_for_a_person() -> None:
    assert _found(_across(), [(20, 13), (22, 15.5), (27, 11)]).verdict == Verdict.DOUBTFUL


def test_specks_of_a_printer_are_nothing_however_many() -> None:
    dice = random.Random(3)
    specks = []
    for _ in range(12):
        x, y = dice.uniform(2, WIDE_MM - 2), dice.uniform(2, HIGH_MM - 2)
        specks.append([(x, y), (x + 0.5, y)])
    assert _found(*specks, ink=(40, 40, 40)).verdict == Verdict.EMPTY


def test_dots_that_pale_writing_joins_are_for_a_person() -> None:
    dice = random.Random(4)
    scale = SCALE
    large = Image.new("RGB", (WIDE_MM * scale, HIGH_MM * scale), PAPER)
    pen = ImageDraw.Draw(large)
    for column in range(8):
        x, y = 6.0 + column * 5, dice.uniform(4, 10)
        pen.line([(x * scale, y * scale), ((x + 3) * scale, (y + 4) * scale)], fill=PALE, width=round(0.7 * scale))
        dot = ((x + 0.2) * scale, y * scale, (x + 1) * scale, (y + 0.8) * scale)
        pen.ellipse(dot, fill=INK)
    found = finding_in(large.reduce(4).filter(ImageFilter.GaussianBlur(0.8)), PX_PER_MM, 0.85)
    assert found.verdict == Verdict.DOUBTFUL


def _within(*ways: Way) -> Finding:
    """Judge a box with its border and what pens drew on and around it."""
    return _judged(_drawn(*ways))


def _judged(large: Image.Image) -> Finding:
    return finding_within(large.reduce(4).filter(ImageFilter.GaussianBlur(0.8)), PX_PER_MM, 0.85)


def _drawn(*ways: Way) -> Image.Image:
    scale, outer = SCALE, OUTER_MM
    large = Image.new("RGB", (round((WIDE_MM + 2 * outer) * scale), round((HIGH_MM + 2 * outer) * scale)), PAPER)
    pen, line = ImageDraw.Draw(large), outer - 0.9
    right, bottom = WIDE_MM + outer + 0.9, HIGH_MM + outer + 0.9
    border = tuple(round(edge * scale) for edge in (line, line, right, bottom))
    pen.rectangle(border, outline=(40, 40, 40), width=round(0.4 * scale))
    for way in ways:
        pen.line([((x + outer) * scale, (y + outer) * scale) for x, y in way], fill=INK, width=round(0.5 * scale))
    return large


def _drawn_boldly(way: Way) -> Finding:
    large, shift = _drawn(), OUTER_MM * SCALE
    line = [(x * SCALE + shift, y * SCALE + shift) for x, y in way]
    ImageDraw.Draw(large).line(line, fill=INK, width=round(0.7 * SCALE), joint="curve")
    return _judged(large)


def _pasted(left: float, top: float, right: float, bottom: float) -> Finding:
    """Judge a box on which a thumb with red paste was pressed, by its bounds in millimetres."""
    large = _drawn()
    bounds = tuple(round((edge + OUTER_MM) * SCALE) for edge in (left, top, right, bottom))
    ImageDraw.Draw(large).ellipse(bounds, fill=PASTE)
    return _judged(large)


def _sealed(left: float, top: float, *ways: Way, worn: Sequence[int] = ()) -> Finding:
    """Judge a box over which an office stamped its round seal, with a star and signs, by its corner: worn at angles."""
    large, side = _drawn(*ways), 40 * SCALE
    seal = Image.new("L", (side, side), 0)
    pen, middle = ImageDraw.Draw(seal), side / 2
    pen.ellipse((0, 0, side - 1, side - 1), outline=255, width=round(1.1 * SCALE))
    pen.regular_polygon((middle, middle, 6 * SCALE), 5, fill=255)
    for turn in range(0, 360, 30):
        x, y = middle * (1 + 0.75 * math.cos(math.radians(turn))), middle * (1 + 0.75 * math.sin(math.radians(turn)))
        for part in (-1.5, 0, 1.5):
            pen.line((x - 2 * SCALE, y + part * SCALE, x + 2 * SCALE, y + part * SCALE), fill=255, width=SCALE // 2)
    for angle in worn:
        pen.arc((0, 0, side - 1, side - 1), angle, angle + 5, fill=0, width=2 * SCALE)
    place = (round((left + OUTER_MM) * SCALE), round((top + OUTER_MM) * SCALE))
    large.paste(PASTE, place, seal)
    return _judged(large)


def _zigzag(top: float, bottom: float) -> Way:
    return [(10.0 + step * 2, bottom if step % 2 else top) for step in range(12)]


def test_writing_that_stops_at_the_border_is_at_home() -> None:
    assert _within(_zigzag(-0.5, 5)).verdict == Verdict.MARKED


def test_writing_that_comes_over_the_border_is_for_a_person() -> None:
    found = _within(_zigzag(-6, 5))
    assert (found.verdict, found.reason) == (Verdict.DOUBTFUL, Reason.CROSSING)


def test_what_a_signature_over_the_border_leaves_inside_is_no_empty_row() -> None:
    assert _within(_zigzag(-6, 2)).verdict == Verdict.DOUBTFUL


def test_a_box_with_nothing_but_its_border_is_empty() -> None:
    assert _within([]).verdict == Verdict.EMPTY


def test_a_hair_however_long_is_no_signature() -> None:
    assert _found(_loops(8, 40, 4), ink=(60, 45, 40), width_mm=0.09).verdict != Verdict.MARKED


def test_a_stroke_of_the_next_row_that_meets_a_slip_is_no_signature() -> None:
    found = _within([(22, 8), (25, 12), (25, 24)], [(18, 11.5), (25, 12.5)])
    assert (found.verdict, found.reason) == (Verdict.DOUBTFUL, Reason.CROSSING)


def test_a_plain_stroke_that_stops_at_the_border_makes_no_signature_of_a_slip() -> None:
    # The upper end of the next row's signature, beside a slip of the pen, as two photos of the oracle had it.
    found = _within([(31, 7), (34.5, 13), (34, HIGH_MM + 0.5)], [(20, 4), (27, 5)])
    assert (found.verdict, found.reason) == (Verdict.DOUBTFUL, Reason.CROSSING)


def test_specks_that_noise_makes_of_a_smudge_are_no_signature() -> None:
    specks = [[(x, y), (x + 1.4, y + 1)] for x in (10, 14, 18) for y in (4, 8, 12)]
    assert _found(*specks, width_mm=0.9).verdict == Verdict.DOUBTFUL


def test_a_dash_however_long_is_for_a_person() -> None:
    # A fold along it joined it to a line of more than fifteen millimetres.
    found = _found([(9, 5.5), (26, 7.7)], width_mm=0.9)
    assert (found.verdict, found.reason) == (Verdict.DOUBTFUL, Reason.LITTLE)


@pytest.mark.parametrize("top", [6.0, -0.5])
def test_a_bold_tick_is_for_a_person_wherever_it_stands(top: float) -> None:
    # The lowest stroke of the row above, on paper that came askew out of the printer.
    found = _drawn_boldly([(20, top), (23.3, top + 6.5), (27, top)])
    assert found.verdict == Verdict.DOUBTFUL


def test_writing_that_fills_the_box_is_at_home_though_it_comes_over_the_border() -> None:
    assert _within(_zigzag(-6, 14), [(10, 8), (32, 9)]).verdict == Verdict.MARKED


def test_a_fingerprint_in_a_corner_is_no_empty_row() -> None:
    assert _pasted(20, 1, 32, 15).verdict == Verdict.MARKED
    assert _pasted(-0.4, -0.4, 12, 14).verdict == Verdict.DOUBTFUL


def test_a_fingerprint_over_a_corner_is_for_a_person() -> None:
    assert _pasted(-6, -6, 8, 9).verdict == Verdict.DOUBTFUL


@pytest.mark.parametrize(("left", "top"), [(6.0, -11.0), (-20.0, -11.0), (10.0, -32.0), (30.0, 8.0), (20.0, -24.0)])
def test_the_seal_of_an_office_is_nobody_s_signature(left: float, top: float) -> None:
    assert _sealed(left, top).verdict == Verdict.DOUBTFUL


def test_a_worn_seal_of_which_only_pieces_come_in_is_nobody_s_signature() -> None:
    # Its ring breaks where it bends, so that most signs within touch nothing that comes over the border.
    assert _sealed(-24.0, -11.0, worn=range(-30, 40, 10)).verdict == Verdict.DOUBTFUL


def test_who_signed_under_a_seal_is_for_a_person_to_say() -> None:
    found = _sealed(6, -11, _zigzag(3, 14))
    assert (found.verdict, found.reason) == (Verdict.DOUBTFUL, Reason.CROSSING)


@pytest.mark.parametrize(("size", "width_mm"), [(0.6, 1.0), (0.7, 1.2), (0.8, 1.0)])
def test_a_broad_pen_s_tick_is_for_a_person(size: float, width_mm: float) -> None:
    tick = [(20.0, 10.0), (20 + 2.5 * size, 10 + 3 * size), (20 + 8 * size, 10 - 6 * size)]
    found = _found(tick, width_mm=width_mm)
    assert (found.verdict, found.reason) == (Verdict.DOUBTFUL, Reason.LITTLE)
