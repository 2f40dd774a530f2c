"""Which column says what: headings in both languages, as data."""

import functools
import json
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from logistics.kernel.refusals import Unacceptable
from logistics.press.imports.tables import Line

# How far down a heading may stand: banks put a title, an account and a period above it.
HEADING_WITHIN = 20
NEEDED = ("donor", "amount", "received")


class HeadingMissing(Unacceptable):
    code = "heading_missing"
    zh = "没有找到表头：至少要有“捐赠人”“金额”“到账日期”三列。"
    en = "There is no heading: at least the columns donor, amount and received are needed."


class HeadingTwice(Unacceptable):
    code = "heading_twice"
    zh = "有两列都是“{heading}”的意思：请只留一列。"
    en = "Two columns mean {heading}: leave one of them."


def columns_of(
    lines: Sequence[Line],
    words: str = "headings",
    needed: Sequence[str] = NEEDED,
    missing: type[Unacceptable] = HeadingMissing,
) -> tuple[int, dict[str, int], dict[str, str]]:
    """Find the heading; returns its place among the lines, and for each field its column and its heading.

    `words` names the list of headings. Refuses HeadingTwice, and `missing` where a `needed` column is.
    """
    known = _known(words)
    for place, line in enumerate(lines[:HEADING_WITHIN]):
        fields = [(known.get(plain(cell)), column, cell) for column, cell in enumerate(line.cells)]
        found = {name for name, _, _ in fields if name}
        if not found.issuperset(needed):
            continue
        columns: dict[str, int] = {}
        headings: dict[str, str] = {}
        for name, column, cell in fields:
            if name is None:
                continue
            if name in columns:
                raise HeadingTwice(heading=cell, pointer="/file")
            columns[name], headings[name] = column, cell
        return place, columns, headings
    raise missing(pointer="/file")


def plain(heading: str) -> str:
    """Write a heading without what people add to it: width, case, spaces, a unit in brackets, a star."""
    text = unicodedata.normalize("NFKC", heading).casefold().replace("*", "")
    text = text.split("(")[0] if not text.startswith("(") else text
    return "".join(text.replace("_", " ").split())


@functools.cache
def _known(words: str) -> Mapping[str, str]:
    data = json.loads(Path(__file__).with_name(f"{words}.json").read_text(encoding="utf-8"))
    return {plain(word): name for name, words in data.items() for word in words}
