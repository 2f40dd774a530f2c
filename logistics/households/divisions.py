"""Divisions by code: GB/T 2260 and what stands below it, in editions that an installation imports.

Six digits are known without any import, from the list that checks identity numbers. Townships and villages change every
year and come from the installation's own table.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass

from stdnum import numdb

from logistics.households.family_models import Division
from logistics.kernel.refusals import Unacceptable
from logistics.storage.transactions import action

ROWS_MAX = 1_000_000
EDITION_LENGTH_MAX, NAME_LENGTH_MAX = 24, 60
_CODE = re.compile(r"\d{6}(\d{3}|\d{6})?")
# How the list marks a name that counted in some years only: "[-2010]崇文区".
_YEARS = re.compile(r"^\[(\d*)-(\d*)\](.*)$")


class DivisionsUnreadable(Unacceptable):
    code = "divisions_unreadable"
    zh = "区划表第 {line} 行有误：须为“代码,名称”，代码为 6、9 或 12 位数字，不得重复。"
    en = "Line {line} of the table of divisions is wrong: code and name, a code of 6, 9 or 12 digits, each once."


@dataclass(frozen=True)
class Imported:
    """What an import of an edition did."""

    edition: str
    added: int
    renamed: int


@action
def import_divisions(*, edition: str, lines: Iterable[str]) -> Imported:
    """Import an edition of the table from CSV lines `code,name`, all or nothing; the same again changes nothing.

    Earlier editions stand: what was recorded under an old code keeps its name. Refuses DivisionsUnreadable.
    """
    rows = _read(lines)
    standing = {row.code: row for row in Division.objects.filter(edition=edition)}
    fresh = [Division(edition=edition, code=code, name_zh=name) for code, name in rows.items() if code not in standing]
    renamed = [row for code, row in standing.items() if code in rows and rows[code] != row.name_zh]
    for row in renamed:
        row.name_zh = rows[row.code]
    Division.objects.bulk_create(fresh, batch_size=5_000)
    Division.objects.bulk_update(renamed, ["name_zh"], batch_size=500)
    return Imported(edition, len(fresh), len(renamed))


def name_of_division(code: str) -> str:
    """Return the name of a division in the newest edition that has it; empty where nobody knows it."""
    row = Division.objects.filter(code=code).order_by("-edition").first()
    return row.name_zh if row else _known_county(code)


def divisions_within(code: str) -> list[tuple[str, str]]:
    """List the townships and villages of a county, or the villages of a township, by code; a city has too many."""
    if len(code) == 6 and code.endswith("00"):
        return []
    rows = Division.objects.filter(code__startswith=code).order_by("edition").values_list("code", "name_zh")
    return sorted({found: name for found, name in rows if found != code}.items())


def _read(lines: Iterable[str]) -> dict[str, str]:
    rows: dict[str, str] = {}
    for number, fields in enumerate(csv.reader(lines), start=1):
        if not fields or fields[0].startswith("#") or fields[0] == "code":
            continue
        code, name = (fields[0].strip(), fields[1].strip()) if len(fields) == 2 else ("", "")
        is_wrong = not _CODE.fullmatch(code) or not 0 < len(name) <= NAME_LENGTH_MAX
        if is_wrong or code in rows or number > ROWS_MAX:
            raise DivisionsUnreadable(line=number)
        rows[code] = name
    return rows


def _known_county(code: str) -> str:
    """Return the name that stands today in the list of six digits, with its province."""
    if len(code) != 6 or not code.isdigit():
        return ""
    found = {key: value for _, facts in numdb.get("cn/loc").info(code) for key, value in facts.items()}
    for told in str(found.get("county", "")).split(","):
        years = _YEARS.match(told)
        if years is None or not years[2]:
            return f"{found.get('province', '')}{years[3] if years else told}"
    return ""
