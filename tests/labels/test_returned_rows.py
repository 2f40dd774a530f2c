"""Sheets that come back: no box is read as signed that nobody signed, and hardly a signature is missed."""

import os
import random
from collections import Counter

import pytest
from PIL import Image, ImageFilter

from labels.returned.places import PagePlaces
from labels.returned.verdicts import Reason, Verdict
from tests.labels.camera import Shot, photograph
from tests.labels.grain import grain
from tests.labels.pens import MARKS, NO_MARKS, Paper, tick
from tests.labels.signing import (
    count_false,
    count_lost,
    printed_sheet,
    read_back,
    seen_on,
    share_found,
    signed,
    tried,
    tried_in_the_field,
    tried_otherwise,
)

IS_SOAK = bool(os.environ.get("NUANLIU_SOAK"))
PHOTOS = 200 if IS_SOAK else 3
# Pictures do not know which database there is.
pytestmark = pytest.mark.engine("sqlite")
SMALL = (1836, 2448)
MILD = Shot(noise=3, blur=0.4)


@pytest.mark.timeout(7_200 if IS_SOAK else 120)
def test_it_finds_signatures_and_invents_none() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for seed in range(1_000, 1_000 + PHOTOS):
        counts += tried(seed).counts
    assert count_false(counts) == 0, counts
    assert count_lost(counts) == 0, counts
    assert share_found(counts) >= 0.98, counts


@pytest.mark.timeout(7_200 if IS_SOAK else 120)
def test_it_invents_none_with_pens_and_light_that_it_was_not_tuned_on() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for seed in range(1_000, 1_000 + PHOTOS):
        counts += tried_otherwise(seed).counts
    assert count_false(counts) == 0, counts
    assert share_found(counts) >= 0.9, counts


@pytest.mark.timeout(7_200 if IS_SOAK else 120)
def test_it_invents_none_of_a_third_hand() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for seed in range(1_000, 1_000 + PHOTOS):
        counts += tried_in_the_field(seed).counts
    assert count_false(counts) == 0, counts


@pytest.mark.parametrize("shot", [MILD, Shot(light=0.4, shadow=0.3, noise=4)])
def test_a_tick_is_for_a_person(shot: Shot) -> None:
    dice, places = random.Random(8), printed_sheet().places[2]
    paper = Paper(printed_sheet().pages[2].copy(), dice)
    for box in places.boxes.values():
        tick(paper, box)
    rows = read_back(photograph(paper.page, shot, dice, SMALL), places)
    assert {(row.finding.verdict, row.finding.reason) for row in rows} == {(Verdict.DOUBTFUL, Reason.LITTLE)}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_it_reads_a_page_however_it_lies(turn: int) -> None:
    dice = random.Random(turn)
    places = printed_sheet().places[2]
    page = signed(2, ["name", "nothing"], dice)
    rows = read_back(photograph(page, Shot(turn=turn + 4, lean=0.05, noise=3), dice, SMALL), places)
    assert [row.finding.verdict for row in rows] == [Verdict.MARKED, Verdict.EMPTY]
    assert all(row.picture.startswith(b"\xff\xd8") for row in rows)


@pytest.mark.parametrize("light", [0.3, 1.0])
@pytest.mark.parametrize("mark", [*MARKS, *NO_MARKS])
def test_it_judges_each_mark(mark: str, light: float) -> None:
    dice = random.Random(mark)
    page = signed(2, [mark, mark], dice)
    rows = read_back(photograph(page, Shot(light=light, shadow=0.3, noise=4), dice, SMALL), printed_sheet().places[2])
    found = {row.finding.verdict for row in rows}
    assert found == {Verdict.MARKED} if mark in MARKS else Verdict.MARKED not in found


def test_a_page_that_is_half_covered_gives_no_verdict_on_what_is_covered() -> None:
    dice, places = random.Random(3), printed_sheet().places[1]
    page = signed(1, ["name"] * len(places.boxes), dice)
    page.paste((120, 90, 70), (0, page.height // 2, page.width, page.height))
    rows = read_back(photograph(page, MILD, dice), places)
    middle = page.height / 2 / page.height * 297_000
    for row in rows:
        box = places.boxes[row.code]
        if box.bottom_um < middle - 4_000:
            assert row.finding.verdict == Verdict.MARKED
        elif box.bottom_um > middle:
            assert (row.finding.verdict, row.finding.reason) == (Verdict.NOT_FOUND, Reason.NOT_SEEN)
            assert row.picture == b""


def test_a_hand_over_the_boxes_is_no_signature() -> None:
    dice, places = random.Random(4), printed_sheet().places[1]
    page = signed(1, ["nothing"] * len(places.boxes), dice)
    page.paste((205, 160, 130), (int(page.width * 0.8), int(page.height * 0.2), page.width, int(page.height * 0.7)))
    found = {row.finding.verdict for row in read_back(photograph(page, MILD, dice), places)}
    assert found == {Verdict.EMPTY, Verdict.NOT_FOUND}


def test_a_flash_on_a_border_hides_no_signature_and_makes_no_empty_row() -> None:
    dice, sheet = random.Random(9), printed_sheet()
    places, page = sheet.places[2], signed(2, ["name", "nothing"], dice)
    white, px_per_um = Image.new("L", page.size), page.width / 210_000
    for box in places.boxes.values():
        # The right end of both boxes is washed out: there the border says nothing.
        area = (box.right_um - 9_000, box.top_um - 2_000, box.right_um + 9_000, box.bottom_um + 2_000)
        white.paste(255, tuple(round(edge * px_per_um) for edge in area))
    page.paste("white", mask=white.filter(ImageFilter.GaussianBlur(20)))
    signed_row, empty_row = (row.finding for row in read_back(photograph(page, MILD, dice, SMALL), places))
    assert signed_row.verdict == Verdict.MARKED
    assert (empty_row.verdict, empty_row.reason) == (Verdict.DOUBTFUL, Reason.NOT_SEEN)


def test_it_reads_a_page_that_fills_half_the_photo() -> None:
    dice, places = random.Random(10), printed_sheet().places[1]
    marks = ["name", "nothing"] * (len(places.boxes) // 2)
    data = photograph(signed(1, marks, dice), Shot(turn=93, light=0.7, noise=5, blur=1, fill=0.82), dice, (1944, 2592))
    wanted = [Verdict.MARKED if mark == "name" else Verdict.EMPTY for mark in marks]
    assert [row.finding.verdict for row in read_back(data, places)] == wanted


def test_two_pages_in_one_photo_are_read_apart() -> None:
    dice, sheet = random.Random(5), printed_sheet()
    marks = [["name"] * len(sheet.places[0].boxes), ["nothing"] * len(sheet.places[1].boxes)]
    pages = [signed(number, marks[number], dice) for number in (0, 1)]
    table = Image.new("RGB", (pages[0].width * 2 + 60, pages[0].height), (80, 70, 60))
    for number, page in enumerate(pages):
        table.paste(page, (number * (page.width + 60), 0))
    data = photograph(table, Shot(noise=2), dice, (3264, 2448))
    for places, wanted in zip(sheet.places, (Verdict.MARKED, Verdict.EMPTY), strict=False):
        assert {row.finding.verdict for row in read_back(data, places)} == {wanted}


@pytest.mark.parametrize("form", ["blank", "noise", "black"])
def test_a_photo_of_something_else_says_nothing(form: str) -> None:
    size = (800, 1_000)
    photo = {
        "blank": Image.new("RGB", size, "white"),
        "noise": grain(size, 80, random.Random(3)).convert("RGB"),
        "black": Image.new("RGB", size, "black"),
    }[form]
    assert seen_on(photo) == []
    rows = read_back(photograph(photo, Shot(), random.Random(1), size), printed_sheet().places[2])
    assert {row.finding.verdict for row in rows} == {Verdict.NOT_FOUND}


def test_another_page_s_places_find_nothing() -> None:
    # The squares of one page say nothing of another's boxes.
    data = photograph(printed_sheet().pages[0], MILD, random.Random(6), SMALL)
    rows = read_back(data, printed_sheet().places[1])
    assert {row.finding.verdict for row in rows} == {Verdict.NOT_FOUND}


def test_places_are_where_the_printer_put_them_and_survive_being_kept() -> None:
    sheet = printed_sheet()
    assert [len(places.boxes) for places in sheet.places] == [10, 12, 2]
    for page, places in zip(sheet.pages, sheet.places, strict=True):
        kept = {**places.as_fields(), "boxes": dict(sorted(places.boxes.items()))}
        assert PagePlaces.of_fields(kept) == places
        assert list(PagePlaces.of_fields(kept).boxes) == list(places.boxes), "downwards, however they were kept"
        assert len(places.marks) == 4
        grey, px_per_um = page.convert("L"), page.width / 210_000
        for rect in (*places.marks, *places.squares.values()):
            # The corner of a mark and of a square is black, and what lies outside it is white.
            inside = (round((rect.left_um + 250) * px_per_um), round((rect.top_um + 250) * px_per_um))
            outside = (round((rect.left_um - 300) * px_per_um), inside[1])
            assert (grey.getpixel(inside), grey.getpixel(outside)) == (0, 255)
        for box in places.boxes.values():
            x, y = round(box.left_um * px_per_um), round(box.centre()[1] * px_per_um)
            assert grey.getpixel((x, y)) == 0, "the border's line runs along the box's edge"
            assert grey.getpixel((x + 15, y)) == 255
