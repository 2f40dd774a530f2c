"""Sheets made to keep a reader busy: refused in words, in time and in little memory; and odd ones that are taken."""

import random
import time
import tracemalloc
from collections.abc import Callable

import pytest

from logistics.kernel.refusals import Refusal
from logistics.press.imports.reading import lines_of
from logistics.press.imports.tables import COLUMNS_MAX, HOUSEHOLD_BOUNDS
from logistics.press.imports.xlsx import CELL_SIGNS_MAX, ELEMENTS_MAX, MERGED_MAX, STYLES_MAX
from tests.press.test_imports import as_csv
from tests.storage.bombs import book, sheet_of

MEGABYTE = 1024 * 1024
SECONDS_MAX, BYTES_MAX = 2.0, 192 * MEGABYTE
ROW = '<row r="1"><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>户主</t></is></c></row>'
MERGED = '<mergeCell ref="A9:B9"/>'
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "哈哈">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "&a;" * 10}">' for n in range(12))
    + "]>"
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def _noise(size: int) -> str:
    """A remark that cannot be packed, so that what stands beside it looks no bomb."""
    return f"<!--{random.Random(7).randbytes(size).hex()}-->"


def _cell(text: str) -> str:
    return f'<row r="1"><c t="inlineStr"><is><t>{text}</t></is></c></row>'


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (lambda: book(sheet_of(_cell("a" * 100 * MEGABYTE))), "table_too_large"),
    "a bomb in another part": (lambda: book(sheet_of(ROW), docProps="x" * 100 * MEGABYTE), "table_too_large"),
    "a bomb in what cells share": (
        lambda: book(sheet_of(ROW), sharedStrings="<sst>" + "<si/>" * 20 * MEGABYTE + "</sst>"),
        "table_too_large",
    ),
    "billion laughs": (lambda: book(sheet_of(_cell("&a11;"), before=LAUGHS)), "table_unreadable"),
    "an entity from outside": (lambda: book(sheet_of(_cell("&a;"), before=OUTSIDE)), "table_unreadable"),
    "laughs in the book": (lambda: book(sheet_of(ROW), workbook=LAUGHS + "<a>&a11;</a>"), "table_unreadable"),
    "a cell beyond a cell": (
        lambda: book(sheet_of(_cell("哈" * (CELL_SIGNS_MAX + 1)))),
        "table_unreadable",
    ),
    "merged again and again": (
        lambda: book(sheet_of(ROW, f"<mergeCells>{MERGED * (MERGED_MAX + 1)}</mergeCells>")),
        "table_merged",
    ),
    "styles beyond styles": (
        lambda: book(
            sheet_of(ROW),
            styles="<a>"
            + "".join(f'<numFmt numFmtId="{n}" formatCode="y"/>' for n in range(STYLES_MAX + 1))
            + _noise(MEGABYTE)
            + "</a>",
        ),
        "table_too_large",
    ),
    "a number that is none": (
        lambda: book(sheet_of('<row r="1"><c><v>1e999999</v></c><c s="x"><v>1</v></c></row>')),
        "table_unreadable",
    ),
    "a shared text that is not there": (
        lambda: book(sheet_of('<row r="1"><c t="s"><v>-99</v></c></row>')),
        "table_unreadable",
    ),
    "a sheet outside": (
        lambda: book(
            sheet_of(ROW),
            relations='<a><Relationship Id="rId1" TargetMode="External" Target="file:///etc/passwd"/></a>',
        ),
        "table_unreadable",
    ),
    "no zip": (lambda: b"PK\x03\x04" + bytes(1_000), "table_unreadable"),
    "cut off": (lambda: book(sheet_of(ROW))[:-40], "table_unreadable"),
    "a row of commas": (lambda: "姓名,与户主关系\n".encode() + b"," * MEGABYTE, "table_too_large"),
    "one endless field": (lambda: '姓名,与户主关系\n"'.encode() + b"a" * 15 * MEGABYTE, "table_unreadable"),
    "a zero byte": (lambda: "姓名,与户主关系\n示\0例,户主\n".encode(), "table_unreadable"),
    "half of a pair": (lambda: "姓名,与户主关系\n".encode("utf-16") + b"\x00\xd8", "table_unreadable"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time_and_memory(name: str) -> None:
    make, code = HOSTILE[name]
    data = make()
    began = time.process_time()
    with pytest.raises(Refusal) as told:
        lines_of(data, HOUSEHOLD_BOUNDS)
    assert time.process_time() - began < SECONDS_MAX
    assert told.value.code == code and told.value.message("zh") != told.value.message("en")
    tracemalloc.start()
    try:
        with pytest.raises(Refusal):
            lines_of(data, HOUSEHOLD_BOUNDS)
        assert tracemalloc.get_traced_memory()[1] < BYTES_MAX
    finally:
        tracemalloc.stop()


def test_elements_without_end_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logistics.press.imports.xlsx.ELEMENTS_MAX", 1_000)
    assert 2 * HOUSEHOLD_BOUNDS.rows * COLUMNS_MAX < ELEMENTS_MAX
    for rows, shared in (("<c/>" * 1_000, ""), ("", "<si/>" * 1_001)):
        with pytest.raises(Refusal) as told:
            lines_of(book(sheet_of(f"<row>{rows}</row>"), sharedStrings=f"<sst>{shared}</sst>"), HOUSEHOLD_BOUNDS)
        assert told.value.code == "table_too_large"
    assert lines_of(book(sheet_of(ROW + f"<row>{'<c/>' * 900}</row>")), HOUSEHOLD_BOUNDS)[0].cells == ("姓名", "户主")


def test_odd_files_that_people_send_are_read() -> None:
    rows = [["姓名", "与户主关系"], ["示例甲", "户主"]]
    text = as_csv(rows).decode("utf-8-sig")
    for data in (
        *(text.encode(name) for name in ("utf-8", "utf-8-sig", "gb18030", "utf-16")),
        text.replace("\r\n", "\r").encode(),
        text.replace(",", "\t").encode(),
        book(
            sheet_of(
                ROW.replace("户主", "与户主关系")
                + '<row r="2"><c t="str"><f>HYPERLINK("http://example.org")</f><v>示例甲</v></c>'
                '<c t="inlineStr"><is><t>户主</t></is></c></row>'
            ),
            externalLink1="<externalLink/>",
        ),
    ):
        assert [list(line.cells) for line in lines_of(data, HOUSEHOLD_BOUNDS)] == rows
