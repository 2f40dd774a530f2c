"""Nothing stands in the rim of a sheet that printers leave white, else a code at the edge is cut off."""

import dataclasses

import pypdfium2
import pytest
from PIL import ImageOps

from labels.sheet import render_sheets
from labels.sheets import SHEETS, LabelSheet, find_sheet
from labels.specimen import specimen_labels
from labels.styles import RIM_UM

DOTS_PER_MM = 8
OWN = LabelSheet("OWN", 210_000, 297_000, 7, 3, 0, 0, 0, 0, 70_000, 42_400)


@pytest.mark.parametrize("sheet", [*(sheet for sheet in SHEETS.values() if sheet.positions > 1), OWN])
def test_the_rim_of_a_sheet_stays_white(sheet: LabelSheet) -> None:
    labels = [dataclasses.replace(label, reprint=2) for label in specimen_labels(sheet.positions)]
    page = pypdfium2.PdfDocument(render_sheets(labels, sheet))[0]
    image = page.render(scale=DOTS_PER_MM * 25.4 / 72, grayscale=True).to_pil()
    # Where ink begins and ends: the box of all that is not white.
    left, top, right, bottom = ImageOps.invert(image).point(lambda level: 255 * (level > 127)).getbbox()
    rim = int(RIM_UM / 1_000 * DOTS_PER_MM)
    assert min(left, top, image.width - right, image.height - bottom) >= rim


def test_a_roll_is_printed_to_its_edge() -> None:
    assert find_sheet("THERMAL_60X40").style.name == "small"
