"""Rules about one box, on drawn patches: what strikes a row out, what writes on its way, and specks of a printer."""

import math
import random

import pytest
from PIL import Image, ImageDraw, ImageFilter

from labels.returned.edges import OUTER_MM
from labels.returned.verdicts import Finding, Reason, Verdict, finding_in, finding_within

pytestmark = pytest.mark.engine("sqlite")
PX_PER_MM, WIDE_MM, HIGH_MM = 6, 54, 18
PAPER, INK, PALE = (200, 198, 190), (30, 40, 110), (150, 148, 142)
Way = list[tuple[float, float]]


def _found(*ways: Way, ink: tuple[int, int, int] = INK, width_mm: float = 0.5) -> Finding:
    """Judge a box with pens' ways on it, in millimetres; drawn fourfold and softened as a camera does."""
    scale = 4 * PX_PER_MM
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
    scale = 4 * PX_PER_MM
    large = Image.new("RGB", (WIDE_MM * scale, HIGH_MM * scale), PAPER)
    pen = ImageDraw.Draw(large)
    for column in range(8):
        x, y = 6.0 + column * 5, dice.uniform(4, 10)
        pen.line([(x * scale, y * scale), ((x + 3) * scale, (y + 4) * scale)], fill=PALE, width=round(0.7 * scale))
        dot = ((x + 0.2) * scale, y * scale, (x + 1) * scale, (y + 0.8) * scale)
        pen.ellipse(dot, fill=INK)
    found = finding_in(large.reduce(4).filter(ImageFilter.GaussianBlur(0.8)), PX_PER_MM, 0.85)
    assert found.verdict == Verdict.DOUBTFUL


def _within(way: Way) -> Finding:
    """Judge a box with its border and what is around it."""
    scale, outer = 4 * PX_PER_MM, OUTER_MM
    large = Image.new("RGB", (round((WIDE_MM + 2 * outer) * scale), round((HIGH_MM + 2 * outer) * scale)), PAPER)
    pen, line = ImageDraw.Draw(large), outer - 0.9
    right, bottom = WIDE_MM + outer + 0.9, HIGH_MM + outer + 0.9
    border = tuple(round(edge * scale) for edge in (line, line, right, bottom))
    pen.rectangle(border, outline=(40, 40, 40), width=round(0.4 * scale))
    pen.line([((x + outer) * scale, (y + outer) * scale) for x, y in way], fill=INK, width=round(0.5 * scale))
    return finding_within(large.reduce(4).filter(ImageFilter.GaussianBlur(0.8)), PX_PER_MM, 0.85)


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
