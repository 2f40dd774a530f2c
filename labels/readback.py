"""Read printed codes back from the PDF before anybody gets it: each label's box must say its own code and no other."""

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import pypdfium2
import zxingcpp
from PIL.Image import Image

from labels.files import POINTS_PER_INCH

UM_PER_INCH = 25_400
# A process is worth starting for so many codes.
CODES_PER_PROCESS = 100
SECONDS_MAX = 600
# Whoever draws or answers meanwhile goes first.
NICENESS = 5
# Of a page with more codes to be read it is faster to draw it whole.
BOXES_PER_PAGE_MAX = 6


class Mark(NamedTuple):
    """Where a code stands (page from 0, the label's box in micrometres) and what it says."""

    page: int
    left_um: int
    top_um: int
    right_um: int
    bottom_um: int
    text: str


class ReadBackBroken(RuntimeError):
    """A process that reads codes back did not come to its end."""


def read_codes(pdf: bytes, dpi: int = 203) -> Iterator[str]:
    """Yield what every QR on every page says, as a scanner at this resolution sees it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            image = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True).to_pil()
            for found in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
                yield found.text
    finally:
        document.close()


def unread_codes(pdf: bytes, expected: Iterable[str], dpi: int = 203) -> list[str]:
    """List the expected texts that no QR of the PDF says."""
    found = set(read_codes(pdf, dpi))
    return [text for text in expected if text not in found]


def sample_of(count: int, most: int, seed: str) -> frozenset[int]:
    """Choose at most so many of the numbers from 0, the same for the same seed."""
    if count <= most:
        return frozenset(range(count))
    return frozenset(random.Random(seed).sample(range(count), most))


def misread_marks(pdf: bytes | Path, marks: Sequence[Mark], dpi: int) -> list[Mark]:
    """List the marks whose box does not hold exactly one QR that says their text."""
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [
            mark
            for mark, image in _boxes(document, sorted(marks), dpi)
            if [one.text for one in zxingcpp.read_barcodes(image, formats=formats)] != [mark.text]
        ]
    finally:
        document.close()


def _boxes(document: Any, marks: Sequence[Mark], dpi: int) -> Iterator[tuple[Mark, Image]]:
    """Draw the box of each mark: of a page with few of them the boxes alone, of another the whole page once."""
    scale = dpi / UM_PER_INCH
    for number, group in itertools.groupby(marks, lambda mark: mark.page):
        page, here = document[number], list(group)
        whole = _drawn(page, dpi, (0, 0, 0, 0)) if len(here) > BOXES_PER_PAGE_MAX else None
        width, height = (round(side * dpi / POINTS_PER_INCH) for side in page.get_size())
        for mark in here:
            left, top, right, bottom = (round(edge * scale) for edge in mark[1:5])
            if whole:
                yield mark, whole.crop((left, top, right, bottom))
            else:
                yield mark, _drawn(page, dpi, (left, height - bottom, width - right, top))
        page.close()


def _drawn(page: Any, dpi: int, cut: tuple[int, int, int, int]) -> Image:
    """Draw a page without so many pixels on the left, below, on the right and above."""
    points = tuple(max(0, edge) * POINTS_PER_INCH / dpi for edge in cut)
    picture: Image = page.render(scale=dpi / POINTS_PER_INCH, crop=points, grayscale=True).to_pil()
    return picture


class Reading:
    """Marks that are read back in processes of their own, no more than there are cores, while this one goes on.

    Each takes a run of pages. Nothing of this process is shared with them, so nothing of it slows the next labels.
    """

    def __init__(self, pdf: Path, marks: Sequence[Mark], dpi: int) -> None:
        count = max(1, min(os.cpu_count() or 1, len(marks) // CODES_PER_PROCESS))
        ordered, size = sorted(marks), max(1, -(-len(marks) // count))
        self._running = [_started(pdf, ordered[start : start + size], dpi) for start in range(0, len(ordered), size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            process.kill()
            process.communicate()

    def misread(self) -> list[Mark]:
        """Wait for the processes and list the marks that they could not read. ReadBackBroken where one fails."""
        try:
            answers = [process.communicate(timeout=SECONDS_MAX)[0] for process in self._running]
        except subprocess.TimeoutExpired as late:
            raise ReadBackBroken(str(late)) from None
        if any(process.returncode for process in self._running):
            raise ReadBackBroken(f"ended with {[process.returncode for process in self._running]}")
        return [Mark(*mark) for answer in answers for mark in json.loads(answer)]


def _started(pdf: Path, marks: Sequence[Mark], dpi: int) -> "subprocess.Popen[str]":
    with tempfile.TemporaryFile("w+") as asked:
        json.dump(marks, asked)
        asked.seek(0)
        return subprocess.Popen(
            [sys.executable, "-m", "labels.readback", str(pdf), str(dpi)],
            stdin=asked,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent.parent,
            # Ctrl-C is for who started them.
            process_group=0,
            text=True,
        )


def main(path: str, dpi: str) -> None:
    """Take marks as JSON from the input and print those that cannot be read."""
    os.nice(NICENESS)
    asked = [Mark(*mark) for mark in json.load(sys.stdin)]
    print(json.dumps(misread_marks(Path(path), asked, int(dpi))))


if __name__ == "__main__":
    main(*sys.argv[1:])
