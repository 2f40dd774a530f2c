"""Sheets and cards: several pages with the head on each, corner marks, boxes, codes read back, nothing cut off."""

import dataclasses

import pypdfium2
import pytest

from labels.papers.cards import REPLY, SMALL, Card, cards
from labels.papers.drawing import drawn
from labels.papers.sheets import Sheet, sheet
from labels.papers.sign_off import SignOffRow, SignOffSheet, sign_off_sheet
from labels.papers.spec import Both, PaperDoesNotFit, QrCode
from labels.readback import read_codes
from logistics.kernel.codes import RANDOM_BITS, code_uri, grouped, make_code
from tests.papers import assert_readable_by_all, page_count, tags_of, words_of

STEP = 0x9E3779B97F4A7C15F39CC0605CEDC835
ORGANISATION = Both("示例县妇女联合会", "Example County Federation")


def qr(kind: str, number: int) -> QrCode:
    """Make a code, the same each time."""
    text = make_code(kind, "7K", number * STEP % (1 << RANDOM_BITS))
    return QrCode(text, code_uri(text, "NUANLIU.EXAMPLE"))


ROWS = tuple(
    SignOffRow(qr("SHEET_ROW", number), f"H-3F8Q{number:04d}", "示**", "手套 x1、棉马甲 x1、毛毯 x1")
    for number in range(1, 31)
)
SIGN_OFF = SignOffSheet(ORGANISATION, qr("PAPER", 1), ((Both("批次", "Batch"), "20260112-warm-01"),), ROWS)
LIST = Sheet(
    title=Both("装箱清单", "Packing list"),
    organisation=ORGANISATION,
    code=qr("PAPER", 2),
    facts=((Both("批次", "Batch"), "20260112-warm-01"),),
    heads=(Both("物资", "Item"), Both("数量", "Quantity")),
    rows=tuple((f"第 {number} 行", (f"棉马甲 {number} 号", "10")) for number in range(60)),
    numbers="1",
    signs=(Both("仓管员", "Keeper"),),
)
CARD = Card("甲-01", Both("库位", "Bin"), "甲-01", ("示例仓库",), qr("BIN", 1))


def test_a_sign_off_sheet_of_several_pages_keeps_its_head_and_every_row_s_code() -> None:
    pdf = drawn([sign_off_sheet(SIGN_OFF)], title="发放签收表")
    assert_readable_by_all(pdf, "发放签收表")
    pages = page_count(pdf)
    assert pages == 3
    assert sorted(read_codes(pdf)) == sorted(code.uri for code in [SIGN_OFF.code, *(row.code for row in ROWS)])
    words = words_of(pdf)
    assert words.count("Signature or fingerprint") == pages
    assert [f"{number} / {pages}" in words for number in range(1, pages + 1)] == [True] * pages
    assert all(row.reference in words for row in ROWS)
    pictures = [text for kind, text in tags_of(pdf) if kind == "Figure"]
    assert f"二维码 QR {grouped(ROWS[0].code.text)}" in pictures


def test_every_page_has_four_black_corners_and_white_boxes_to_sign_in() -> None:
    document = pypdfium2.PdfDocument(drawn([sign_off_sheet(SIGN_OFF)], title="x"))
    for page in document:
        image = page.render(scale=2).to_pil().convert("L")
        width, height = image.size
        # 8 mm from each edge, in pixels at 144 dpi: the middle of a mark of 6 mm.
        at = round(8 * 144 / 25.4)
        for x in (at, width - at):
            for y in (at, height - at):
                assert image.getpixel((x, y)) < 40, (x, y)
        assert image.getpixel((width // 2, 5)) > 240


def test_a_list_of_several_pages_repeats_its_head() -> None:
    pdf = drawn([sheet(LIST)], title="装箱清单")
    assert_readable_by_all(pdf, "装箱清单")
    assert words_of(pdf).count("Quantity") == page_count(pdf) == 3
    assert list(read_codes(pdf)) == [LIST.code.uri]


@pytest.mark.parametrize(("form", "count", "pages"), [(SMALL, 10, 1), (SMALL, 11, 2), (REPLY, 2, 1), (REPLY, 3, 2)])
def test_cards_fill_page_after_page(form, count: int, pages: int) -> None:  # type: ignore[no-untyped-def]
    rows = [dataclasses.replace(CARD, code=qr("BIN", number)) for number in range(count)]
    pdf = drawn([cards(rows, form, Both("库位标签", "Bin labels"))], title="库位标签")
    assert_readable_by_all(pdf, "库位标签")
    assert page_count(pdf) == pages
    assert sorted(read_codes(pdf)) == sorted(row.code.uri for row in rows)


@pytest.mark.parametrize(
    "change", [{"words": "W" * 40}, {"words": "很长的名称" * 20}, {"lines": ("很长的一行" * 9,) * 9}]
)
def test_a_card_that_is_too_full_is_refused_by_its_row(change: dict[str, object]) -> None:
    rows = [CARD, dataclasses.replace(CARD, row="乙-02", **change)]  # type: ignore[arg-type]
    with pytest.raises(PaperDoesNotFit) as refused:
        drawn([cards(rows, SMALL, Both("库位标签"))], title="x")
    assert refused.value.facts["row"] == "乙-02"


def test_a_row_that_is_too_wide_is_refused_by_its_number() -> None:
    bad = dataclasses.replace(ROWS[1], contents="W" * 80)
    with pytest.raises(PaperDoesNotFit) as refused:
        drawn([sign_off_sheet(dataclasses.replace(SIGN_OFF, rows=(ROWS[0], bad)))], title="x")
    assert refused.value.facts["row"] == f"第 2 行 {ROWS[1].reference}"


def test_a_long_name_wraps_and_its_number_stays_whole() -> None:
    name = "示例省示例市示例县加厚棉马甲 1234567890 ABCDEFG 号（儿童款）" * 2
    words = words_of(drawn([sheet(dataclasses.replace(LIST, rows=(("1", (name, "1")),)))], title="x"))
    assert words.count("1234567890") == 2
    assert words.count("ABCDEFG") == 2
