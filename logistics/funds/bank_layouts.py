"""How banks write their files, as data: the ones that come with the project, and an installation's own.

An installation adds or replaces layouts in `bank-layouts.json` in its data folder, in the same form.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from logistics.kernel.refusals import Missing

OWN_FILE = "bank-layouts.json"
PAYMENTS = "PAYMENTS"
TEXT, XLSX = "TEXT", "XLSX"
# What a file of payments can say of each payment.
PAYMENT_FIELDS = frozenset({"number", "name", "account", "bank", "amount_major", "amount_minor", "note", "reference"})
FIELDS: Mapping[str, frozenset[str]] = {PAYMENTS: PAYMENT_FIELDS}


class LayoutMissing(Missing):
    code = "bank_layout_missing"
    zh = "没有银行文件格式 {layout}。"
    en = "There is no bank layout {layout}."


class LayoutWrong(Exception):
    """A layout of this installation's own cannot be used; the text says which and why."""


@dataclass(frozen=True)
class LayoutColumn:
    """One column of a bank's file: which field stands in it, under which heading."""

    field: str
    heading: str = ""


@dataclass(frozen=True)
class BankLayout:
    """How one kind of bank file is written."""

    code: str
    zh: str
    en: str
    kind: str
    format: str
    columns: tuple[LayoutColumn, ...]
    has_heading: bool = True
    encoding: str = "utf-8-sig"
    separator: str = ","
    line_end: str = "\r\n"


def bank_layouts(kind: str) -> list[BankLayout]:
    """List the layouts of one kind, an installation's own in place of those with the same code."""
    return [layout for layout in _all().values() if layout.kind == kind]


def get_bank_layout(*, code: str, kind: str) -> BankLayout:
    """Return the layout with this code. Refuses LayoutMissing."""
    found = _all().get(code)
    if found is None or found.kind != kind:
        raise LayoutMissing(layout=code, pointer="/layout")
    return found


def _all() -> dict[str, BankLayout]:
    own = Path(settings.DATA_DIR) / OWN_FILE
    moved = own.stat().st_mtime_ns if own.exists() else 0
    return _read(str(own), moved)


@functools.lru_cache(maxsize=2)
def _read(own: str, moved: int) -> dict[str, BankLayout]:
    """Read both files; `moved` lets a changed file be read again."""
    files = [Path(__file__).with_suffix(".json"), *([Path(own)] if moved else [])]
    rows = [row for file in files for row in json.loads(file.read_text(encoding="utf-8"))]
    return {layout.code: layout for layout in map(_layout, rows)}


def _layout(row: Mapping[str, Any]) -> BankLayout:
    try:
        columns = tuple(LayoutColumn(**column) for column in row["columns"])
        layout = BankLayout(**{**row, "columns": columns})
        "".encode(layout.encoding)
    except (TypeError, KeyError, LookupError) as error:
        raise LayoutWrong(f"bank layout {row.get('code')}: {error}") from error
    unknown = {column.field for column in columns} - FIELDS.get(layout.kind, frozenset())
    if unknown or layout.format not in (TEXT, XLSX) or not columns:
        raise LayoutWrong(f"bank layout {layout.code}: kind, format or fields {sorted(unknown)} are not known")
    return layout
