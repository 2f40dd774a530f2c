"""Stamping against plain WeasyPrint: the same text, the same codes, the same ink."""

import dataclasses
from collections import OrderedDict

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

from labels import kept_parts, stamp
from labels.drawing import lay_out
from labels.faces import WIDEST_SIGN
from labels.parts import parts_of
from labels.plain import render_plainly
from labels.readback import read_codes
from labels.sheet import render_sheets
from labels.sheets import SHEETS, PrinterSetup, find_sheet
from labels.spec import LabelDoesNotFit, ParcelLabel
from labels.specimen import TOWNSHIPS, specimen_labels
from logistics.kernel.codes import grouped

# Ten dots a millimetre: a page is a whole number of pixels, and so is a module.
DPI = 254
WHOLE = DPI / 72 * (1 - 1e-6)
MEAN_DIFFERENCE_MAX = 0.5
PIXELS_DIFFERENT_MAX = 0.003


def _labels() -> list[ParcelLabel]:
    """Short and long names, English, reprints, no weight, signs that mean something in HTML and PDF."""
    labels = specimen_labels(9)
    changes: list[dict[str, object]] = [
        {},
        {"reprint": 2},
        {"weight_grams": None},
        {"township": "示例自治县石羊哈尼族彝族傣族乡"},
        {"programme": "Warm Heart Pack", "township": "Example Town", "contents": ("Gloves x1", "Woollen vest x1")},
        {"township": "<b>&(镇)\\</b>"},
        {"contents": tuple(f"物品{number} x{number}" for number in range(1, 20))},
        {"batch": "2026/01-(7)", "thanks": "AVAToWe"},
        {"federation": "Women's Federation of Example"},
    ]
    return [
        dataclasses.replace(label, **change)  # type: ignore[arg-type]  -- the test's own words
        for label, change in zip(labels, changes, strict=True)
    ]


def _pages(pdf: bytes) -> list[tuple[str, Image.Image]]:
    document = pypdfium2.PdfDocument(pdf)
    return [
        (page.get_textpage().get_text_range(), page.render(scale=WHOLE, grayscale=True).to_pil()) for page in document
    ]


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("printer", [PrinterSetup(DPI), PrinterSetup(DPI, 1_300, -700)], ids=["straight", "shifted"])
def test_a_stamped_label_is_the_plain_one(name: str, printer: PrinterSetup) -> None:
    sheet, labels = find_sheet(name), _labels()
    start = min(sheet.positions, 20)
    stamped = render_sheets(labels, sheet, start_position=start, printer=printer)
    plain = render_plainly(labels, sheet, start_position=start, printer=printer)
    assert sorted(read_codes(stamped)) == sorted(read_codes(plain)) == sorted(label.uri for label in labels)
    pairs = list(zip(_pages(stamped), _pages(plain), strict=True))
    assert len(pairs) == -(-(start - 1 + len(labels)) // sheet.positions)
    for (text, image), (plain_text, plain_image) in pairs:
        # A page's parts come in another order; its words do not change.
        assert sorted(text.split()) == sorted(plain_text.split())
        difference = ImageChops.difference(image, plain_image)
        assert ImageStat.Stat(difference).mean[0] <= MEAN_DIFFERENCE_MAX
        assert sum(difference.histogram()[128:]) <= PIXELS_DIFFERENT_MAX * image.width * image.height


def test_a_distinct_part_is_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[str] = []

    def watched(sections: list[str], *size: float, title: str = "") -> object:
        laid_out.extend(sections)
        return lay_out(sections, size[0], size[1], title)

    monkeypatch.setattr(kept_parts, "lay_out", lambda sections, width, height, title: watched(sections, width, height))
    monkeypatch.setattr(kept_parts, "_kept", OrderedDict())
    labels, sheet = specimen_labels(300), find_sheet("A4_3X7")
    first = render_sheets(labels, sheet)
    distinct = {part for label in labels for part in parts_of(label, sheet.style)}
    # One more shows the signs of codes, and one is the empty page that the document begins as.
    assert len(laid_out) == len(distinct) + 2
    assert len(distinct) == len(TOWNSHIPS) + 6 + 6 + 1
    laid_out.clear()
    again = render_sheets(labels, sheet)
    assert len(laid_out) == 1, "the next batch says the same"
    assert [list(read_codes(pdf)) for pdf in (first, again)] == [[label.uri for label in labels]] * 2
    render_sheets(labels, find_sheet("THERMAL_60X40"))
    assert len(laid_out) > len(distinct), "another paper is laid out for itself"


def test_what_is_kept_has_a_bound_and_what_was_asked_for_last_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_parts, "_kept", OrderedDict())
    monkeypatch.setattr(kept_parts, "PARTS_KEPT_MAX", 20)
    labels, sheet = specimen_labels(60), find_sheet("THERMAL_60X40")
    render_sheets(labels, sheet)
    assert len(kept_parts._kept) == 20
    render_sheets(labels[:1], sheet)
    (face,) = {tuple(parts_of(labels[0], sheet.style))}
    assert [key.content for key in list(kept_parts._kept)[-len(face) :]] == list(face)


def test_a_part_that_does_not_fit_is_not_kept_and_is_refused_again_by_the_next_parcel() -> None:
    first, second = (dataclasses.replace(label, programme="示" * 300) for label in specimen_labels(2))
    for label in (first, second):
        with pytest.raises(LabelDoesNotFit) as refused:
            render_sheets([label], find_sheet("A4_3X7"))
        assert refused.value.facts["parcel"] == label.code


def test_the_widest_code_fits_every_style_and_stands_in_the_embedded_font() -> None:
    for name in SHEETS:
        (label,) = specimen_labels(1)
        wide = dataclasses.replace(label, code="W" * 20)
        document = pypdfium2.PdfDocument(render_sheets([wide], find_sheet(name)))
        pieces = [
            piece
            for piece in document[0].get_objects(filter=[FPDF_PAGEOBJ_TEXT], max_depth=1)
            if piece.get_font().is_embedded
        ]
        (code,) = pieces
        left, _, right, _ = code.get_bounds()
        assert (
            0
            <= left
            < right
            <= find_sheet(name).label_width_um * stamp.PT_PER_UM + find_sheet(name).margin_left_um * stamp.PT_PER_UM
        )
        assert grouped("W" * 20) in document[0].get_textpage().get_text_range()


def test_no_sign_of_codes_is_wider_than_the_one_that_was_tried() -> None:
    from fontTools.ttLib import TTFont

    from labels.fonts import font_path
    from logistics.kernel.codes import ALPHABET

    with TTFont(font_path(), lazy=True) as font:
        names, widths = font.getBestCmap(), font["hmtx"]
        assert max(ALPHABET, key=lambda sign: widths[names[ord(sign)]][0]) == WIDEST_SIGN


def test_ten_thousand_labels_stay_small() -> None:
    labels, sheet = specimen_labels(2_000), find_sheet("A4_3X7")
    few, many = render_sheets(labels[:500], sheet), render_sheets(labels, sheet)
    assert (len(many) - len(few)) / 1_500 < 700
