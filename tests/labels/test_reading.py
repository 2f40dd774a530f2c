"""Every printed code is read: by scanners and phones, straight and turned, and better than others under damage."""

import random

import pytest

from labels.placing import mark_of
from labels.qr import matrix_of
from labels.readback import misread_marks
from labels.sheet import render_sheets
from labels.sheets import SHEETS, PrinterSetup, find_sheet
from labels.specimen import specimen_labels
from tests.labels.cameras import label_images, says, seen_by_phone, struck, symbol, turned, usual_matrix

LABELS = 6


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("degrees", [0, 13, 37])
def test_every_code_is_read_however_it_lies(name: str, dpi: int, degrees: int) -> None:
    for text, image, module in label_images(specimen_labels(LABELS), find_sheet(name), dpi):
        assert says(turned(image, degrees), text)
        assert says(seen_by_phone(turned(image, degrees), module), text), "as a phone sees it"


def test_what_is_too_blurred_is_not_read_as_another() -> None:
    (text, image, _), *_ = label_images(specimen_labels(2), find_sheet("A4_3X7"), 203)
    assert not says(seen_by_phone(image, 30), text)


def test_more_codes_are_read_under_a_broad_stroke_than_of_a_usual_label() -> None:
    lots = {name: random.Random(7) for name in ("ours", "usual")}
    read = dict.fromkeys(lots, 0)
    for label in specimen_labels(60):
        for name, matrix in (("ours", matrix_of(label.uri)), ("usual", usual_matrix(label.uri))):
            read[name] += says(struck(symbol(matrix), 2.5, lots[name]), label.uri)
    assert read["ours"] > read["usual"] > 0
    assert len(matrix_of(label.uri)) == len(usual_matrix(label.uri)), "both are as large"


@pytest.mark.parametrize("name", SHEETS)
def test_a_page_of_few_marks_is_read_by_its_boxes_and_says_the_same(name: str) -> None:
    sheet, labels = find_sheet(name), specimen_labels(30)
    printer = PrinterSetup(203, 1_300, -700)
    pdf = render_sheets(labels, sheet, printer=printer)
    marks = [mark_of(sheet, number, printer, label.uri) for number, label in enumerate(labels)]
    assert misread_marks(pdf, marks[::7], 203) == misread_marks(pdf, marks, 203) == []
    wrong = [mark._replace(text=marks[0].text) for mark in marks[7::7]]
    assert misread_marks(pdf, [marks[0], *wrong], 203) == sorted(wrong), "neighbours are not read in its place"
