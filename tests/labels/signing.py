"""The oracle of sheets that come back: printed by us, marked and photographed by the test, then read."""

import functools
import io
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
from PIL import Image

from labels.papers.drawing import drawn
from labels.papers.sign_off import SignOffRow, SignOffSheet, sign_off_sheet
from labels.papers.spec import Both, QrCode
from labels.returned.places import PagePlaces
from labels.returned.reading import RowRead, rows_on
from labels.returned.seeing import Seen, codes_on
from labels.returned.verdicts import Verdict
from logistics.kernel.codes import code_uri, make_code
from tests.labels.camera import any_shot, photograph
from tests.labels.field_hands import FIELD_MARKS, FIELD_NO_MARKS
from tests.labels.field_light import folded_in_three, taken_in_the_field
from tests.labels.other_light import photographed
from tests.labels.other_pens import OTHER_MARKS, OTHER_NO_MARKS, printed_badly
from tests.labels.pens import MARKS, NO_MARKS, PX_PER_MM, Paper

# How many pages were folded for an envelope.
_FOLDED_SHARE = 0.3
HOST, ROWS = "NUANLIU.EXAMPLE", 24
MM_PER_INCH, POINTS_PER_INCH = 25.4, 72
# The kinds of marks and of what is none, and how often each is made.
_KINDS = [*MARKS] * 3 + [*NO_MARKS] * 2
_OTHER_KINDS = [*OTHER_MARKS] * 3 + [*OTHER_NO_MARKS] * 2
_FIELD_KINDS = [*FIELD_MARKS] * 4 + [*FIELD_NO_MARKS] * 3
SIGNED = frozenset([*MARKS, *OTHER_MARKS, *FIELD_MARKS])


@dataclass(frozen=True)
class Sheet:
    """A printed sheet: its PDF, its pages as pictures, and the places on each."""

    pdf: bytes
    pages: tuple[Image.Image, ...]
    places: tuple[PagePlaces, ...]


@dataclass(frozen=True)
class Tried:
    """What was made of each row and what was read, counted, and how long the reading took."""

    counts: "Counter[tuple[str, str]]"
    seconds: float


@functools.cache
def printed_sheet() -> Sheet:
    """Print a sheet of three pages."""
    dice = random.Random(7)
    rows = tuple(
        SignOffRow(_code("SHEET_ROW", dice), f"H-{row:08d}", "示**", "毛毯 x1、手套 x1、棉马甲 x1")
        for row in range(ROWS)
    )
    facts = ((Both("批次", "Batch"), "b-1"),)
    paper = SignOffSheet(Both("示例县妇女联合会", "Example"), _code("PAPER", dice), facts, rows)
    places: list[PagePlaces] = []
    pdf = drawn([sign_off_sheet(paper)], title="发放签收表", placed=places.append)
    return Sheet(pdf, tuple(pictures_of(pdf)), tuple(places))


def pictures_of(pdf: bytes) -> list[Image.Image]:
    """Draw every page as a printer does, at 300 dots per inch."""
    scale = PX_PER_MM * MM_PER_INCH / POINTS_PER_INCH
    return [page.render(scale=scale).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]


def _code(kind: str, dice: random.Random) -> QrCode:
    text = make_code(kind, "7K", dice.getrandbits(75))
    return QrCode(text, code_uri(text, HOST))


def seen_on(photo: Image.Image) -> list[Seen]:
    """Read the squares of a photo, each by its code."""
    return [Seen(seen.text.rsplit("/", 1)[-1], seen.corners) for seen in codes_on(photo)]


def read_back(data: bytes, places: PagePlaces) -> list[RowRead]:
    """Read a photo of one page."""
    photo = Image.open(io.BytesIO(data)).convert("RGB")
    return rows_on(photo, seen_on(photo), places)


def signed(number: int, marks: Sequence[str], dice: random.Random) -> Image.Image:
    """Put a mark on each row of a page of the sheet."""
    paper = Paper(printed_sheet().pages[number].copy(), dice)
    for box, mark in zip(printed_sheet().places[number].boxes.values(), marks, strict=True):
        {**MARKS, **NO_MARKS}[mark](paper, box)
    return paper.page


def tried(seed: int) -> Tried:
    """Print, mark, photograph and read one page by chance."""
    dice = random.Random(seed)
    number = dice.choice((0, 0, 1, 1, 2))
    places = printed_sheet().places[number]
    marks = [dice.choice(_KINDS) for _ in places.boxes]
    page = signed(number, marks, dice)
    return _read(photograph(page, any_shot(dice), dice), places, marks)


def tried_otherwise(seed: int) -> Tried:
    """Do the same with pens, printers, telephones and light that nothing was tuned on."""
    dice = random.Random(f"held out {seed}")
    number = dice.choice((0, 1, 1, 2))
    places = printed_sheet().places[number]
    paper = Paper(printed_badly(printed_sheet().pages[number].copy(), dice), dice)
    marks = [dice.choice(_OTHER_KINDS) for _ in places.boxes]
    for box, mark in zip(places.boxes.values(), marks, strict=True):
        {**OTHER_MARKS, **OTHER_NO_MARKS}[mark](paper, box)
    return _read(photographed(paper.page, dice), places, marks)


def tried_in_the_field(seed: int) -> Tried:
    """Do the same with a third hand and a third telephone."""
    return _read(*photo_from_the_field(seed))


def photo_from_the_field(seed: int) -> tuple[bytes, PagePlaces, list[str]]:
    """Photograph a page as in the field; returns the JPEG, the page's places, and what was put on each row."""
    dice = random.Random(f"in the field {seed}")
    number = dice.choice((0, 1, 1, 2))
    places = printed_sheet().places[number]
    paper = Paper(printed_sheet().pages[number].copy(), dice)
    marks = [dice.choice(_FIELD_KINDS) for _ in places.boxes]
    for box, mark in zip(places.boxes.values(), marks, strict=True):
        {**FIELD_MARKS, **FIELD_NO_MARKS}[mark](paper, box)
    page = folded_in_three(paper.page, dice) if dice.random() < _FOLDED_SHARE else paper.page
    return taken_in_the_field(page, dice), places, marks


def _read(data: bytes, places: PagePlaces, marks: Sequence[str]) -> Tried:
    begun = time.perf_counter()
    rows = read_back(data, places)
    seconds = time.perf_counter() - begun
    assert [row.code for row in rows] == list(places.boxes)
    return Tried(Counter((mark, str(row.finding.verdict)) for mark, row in zip(marks, rows, strict=True)), seconds)


def count_false(counts: "Counter[tuple[str, str]]") -> int:
    """Count the rows that nobody signed and that were read as signed."""
    return sum(count for (mark, verdict), count in counts.items() if mark not in SIGNED and verdict == Verdict.MARKED)


def share_found(counts: "Counter[tuple[str, str]]") -> float:
    """Return the share of signed rows that were read as signed, without a person."""
    made = sum(count for (mark, _), count in counts.items() if mark in SIGNED)
    found = sum(count for (mark, verdict), count in counts.items() if mark in SIGNED and verdict == Verdict.MARKED)
    return found / made


def count_lost(counts: "Counter[tuple[str, str]]") -> int:
    """Count the signed rows that were read as empty: nobody would look at them again."""
    return sum(count for (mark, verdict), count in counts.items() if mark in SIGNED and verdict == Verdict.EMPTY)


def share_asked(counts: "Counter[tuple[str, str]]") -> float:
    """Return the share of unsigned rows that are left to a person."""
    made = sum(count for (mark, _), count in counts.items() if mark not in SIGNED)
    asked = {Verdict.DOUBTFUL, Verdict.NOT_FOUND}
    return sum(count for (mark, verdict), count in counts.items() if mark not in SIGNED and verdict in asked) / made
