"""Labels: every code is read back from the page, nothing is cut off, and what cannot be drawn is refused by name."""

import dataclasses

import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT
from weasyprint.formatting_structure.boxes import TextBox

from labels.drawing import lay_out
from labels.fonts import width_in_ems
from labels.readback import read_codes, unread_codes
from labels.sheet import render_sheets
from labels.sheets import SHEETS, PositionOutsideSheet, SheetUnknown, find_sheet
from labels.spec import GlyphMissing, LabelDoesNotFit, TextUnprintable
from labels.specimen import specimen_labels
from logistics.kernel.codes import grouped


def _pages(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(pdf))


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_code_is_read_back_from_the_page(name: str, dpi: int) -> None:
    labels = specimen_labels(23)
    pdf = render_sheets(labels, find_sheet(name))
    assert sorted(read_codes(pdf, dpi)) == sorted(label.uri for label in labels)
    assert _pages(pdf) == -(-23 // find_sheet(name).positions)


@pytest.mark.parametrize("name", SHEETS)
def test_a_label_says_what_it_should_in_an_embedded_font(name: str) -> None:
    (label,) = specimen_labels(1)
    pdf = render_sheets([label], find_sheet(name))
    text = _text(pdf).replace("\r\n", "").replace("\n", "")
    for part in (label.programme, label.township, label.batch, grouped(label.code)):
        assert part in text, part
    pieces = pypdfium2.PdfDocument(pdf)[0].get_objects(filter=[FPDF_PAGEOBJ_TEXT])
    fonts = {(piece.get_font().get_base_name(), piece.get_font().is_embedded) for piece in pieces}
    assert all("Noto" in name and is_embedded for name, is_embedded in fonts), fonts
    assert fonts


def test_a_code_that_is_not_on_the_page_is_missed() -> None:
    labels = specimen_labels(2)
    pdf = render_sheets(labels[:1], find_sheet("A4_3X7"))
    assert unread_codes(pdf, [label.uri for label in labels]) == [labels[1].uri]


@pytest.mark.parametrize(("start", "pages"), [(1, 1), (21, 1), (20, 1)])
def test_a_part_used_sheet_is_continued(start: int, pages: int) -> None:
    labels = specimen_labels(22 - start)
    pdf = render_sheets(labels, find_sheet("A4_3X7"), start_position=start)
    assert _pages(pdf) == pages
    assert unread_codes(pdf, [label.uri for label in labels]) == []


@pytest.mark.parametrize("start", [0, 22, -1])
def test_a_position_outside_the_sheet_is_refused(start: int) -> None:
    with pytest.raises(PositionOutsideSheet):
        render_sheets(specimen_labels(1), find_sheet("A4_3X7"), start_position=start)


def test_an_unknown_sheet_is_refused() -> None:
    with pytest.raises(SheetUnknown):
        find_sheet("A5")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"township": "𪚥镇"}, GlyphMissing),
        ({"programme": "暖心包🧤"}, GlyphMissing),
        ({"contents": ("手套👩‍👧 x1",)}, GlyphMissing),
        ({"thanks": "مع الشكر"}, TextUnprintable),
        ({"federation": "a\u200bb"}, TextUnprintable),
        ({"programme": "示" * 300}, LabelDoesNotFit),
        ({"township": "Example " * 37 + "Town"}, LabelDoesNotFit),
        ({"programme": "a\u202eb"}, TextUnprintable),
        ({"batch": "a\x07"}, TextUnprintable),
        ({"township": "שלום"}, TextUnprintable),
        ({"contents": ("名称很长的物品" * 40,)}, LabelDoesNotFit),
        ({"contents": ("Pneumonoultramicroscopicsilicovolcanoconiosis",)}, LabelDoesNotFit),
        ({"batch": "99999999999999999999999999999999999999999999999999999999999999999999"}, LabelDoesNotFit),
        ({"programme": "很长的项目名称" * 12}, LabelDoesNotFit),
        ({"township": "很长的乡镇名称" * 9}, LabelDoesNotFit),
    ],
)
@pytest.mark.parametrize("name", SHEETS)
def test_what_cannot_be_drawn_fails_the_job_and_names_the_parcel(
    name: str, change: dict[str, object], refusal: type[Exception]
) -> None:
    good, label = specimen_labels(2)
    bad = dataclasses.replace(label, **change)  # type: ignore[arg-type]
    with pytest.raises(refusal) as refused:
        render_sheets([good, bad], find_sheet(name))
    assert refused.value.facts["parcel"] == label.code  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SHEETS)
def test_the_federation_stands_on_every_paper_and_the_thanks_where_they_fit(name: str) -> None:
    (label,) = specimen_labels(1)
    text = _text(render_sheets([label], find_sheet(name)))
    assert label.federation in text
    assert (label.thanks in text) == (find_sheet(name).label_height_um >= 40_000)


@pytest.mark.parametrize("name", ["THERMAL_60X40", "A4_3X7", "A4_3X8"])
@pytest.mark.parametrize(
    "change",
    [
        {"federation": "示例自治州示例自治县妇女联合会"},
        {"federation": "W" * 20},
        {"thanks": "愿这份温暖陪你" * 9},
        {"programme": "示例爱心妈妈结对关爱困境儿童"},
        {"programme": "Winter Warm Heart Packs"},
        {"federation": "", "thanks": ""},
    ],
)
def test_small_stock_leaves_out_what_has_no_room_and_prints_the_rest(name: str, change: dict[str, str]) -> None:
    (specimen,) = specimen_labels(1)
    label = dataclasses.replace(specimen, **change)  # type: ignore[arg-type]
    text = "".join(_text(render_sheets([label], find_sheet(name))).split())
    for part in (label.programme, label.township, label.batch, grouped(label.code)):
        assert "".join(part.split()) in text
    assert all(said == "" or said not in text for said in (change.get("federation", ""), change.get("thanks", "")))


@pytest.mark.parametrize("text", ["示例县妇女联合会", "Women's Federation", "WWWW", "暖心包 1,234.50"])
def test_a_line_is_measured_as_weasyprint_sets_it(text: str) -> None:
    document = lay_out([f'<p style="font-size:10pt;white-space:nowrap;display:inline-block">{text}</p>'], 200, 50, "x")
    boxes = document.pages[0]._page_box.descendants(placeholders=True)
    (line,) = (box for box in boxes if isinstance(box, TextBox))
    assert line.width * 0.75 / 10 == pytest.approx(width_in_ems(text), rel=0.02)


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("length", [1, 7, 11, 20])
@pytest.mark.parametrize("kinds", [1, 4, 14])
def test_contents_are_listed_as_far_as_there_is_room_and_then_counted(name: str, length: int, kinds: int) -> None:
    (label,) = specimen_labels(1)
    contents = tuple(f"{'毛' * length} x{kind}" for kind in range(1, kinds + 1))
    pdf = render_sheets([dataclasses.replace(label, contents=contents)], find_sheet(name))
    text = "".join(_text(pdf).split())
    shown = sum(f"{'毛' * length}x{kind}" in text for kind in range(1, kinds + 1))
    assert shown == kinds or (shown and f"等{kinds}种" in text)


def test_a_line_ends_between_words_and_never_within_digits_or_latin_words() -> None:
    (label,) = specimen_labels(1)
    words = ("1234567890123", "Foundation")
    for cut in range(1, 12):
        pdf = render_sheets([dataclasses.replace(label, township="镇" * cut + " ".join(words))], find_sheet("A4_3X7"))
        lines = _text(pdf).splitlines()
        assert all(any(word in line for line in lines) for word in words), lines


@pytest.mark.parametrize("name", SHEETS)
def test_a_discreet_label_does_not_say_what_is_in_the_parcel(name: str) -> None:
    (label,) = specimen_labels(1)
    pdf = render_sheets([dataclasses.replace(label, template="DISCREET"), label], find_sheet(name))
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    assert "".join(texts).count("手套") == "".join(texts).count("kg") == 1, "the other label tells all"
    assert label.township in texts[0] and label.batch in texts[0]
    if len(texts) > 1:
        assert "手套" not in texts[0]


def test_markup_in_a_text_is_text() -> None:
    (label,) = specimen_labels(1)
    pdf = render_sheets([dataclasses.replace(label, township="<b>&镇</b>")], find_sheet("THERMAL_100X150"))
    assert "<b>&镇</b>" in _text(pdf).replace("\r\n", "").replace("\n", "")


def test_the_drawing_asks_for_nothing_from_outside() -> None:
    # In a process without any network but loopback nothing changes; here: no file of the machine comes in.
    (label,) = specimen_labels(1)
    pdf = render_sheets(
        [dataclasses.replace(label, thanks='<img src="file:///etc/passwd">')], find_sheet("THERMAL_100X150")
    )
    assert b"root:" not in pdf


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    render_sheets(specimen_labels(3), find_sheet("A4_3X7"), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)
