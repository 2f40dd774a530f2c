"""The form of a case file: what a public report says of one distribution, in figures. Pure: bytes in, values out."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from logistics.kernel.canonical import canonical_bytes
from logistics.kernel.money import AMOUNT_MINOR_MAX
from logistics.kernel.refusals import Unacceptable

FILE_BYTES_MAX = 4 * 1024 * 1024
PARCELS_MAX = 200_000
GIFTS_MAX = 1_000_000
PLACES_MAX = 5_000
KIT_ITEMS_MAX = 60
NAME_LENGTH_MAX = 60
KEY_LENGTH = 10
# What a report tells besides its figures; nothing is made of it.
REMARKS = frozenset({"title", "source", "check", "province_parcels", "volunteers", "working_hours"})
_FIGURES = frozenset(
    {"money_received_fen", "gifts", "donations", "kit", "parcels", "places", "counties", "grants", "goods"}
)
# Where a report gives no day, the year is made up and says so by being long past.
DAY_UNKNOWN = dt.date(2020, 1, 15)
LEVELS = ("NATIONAL", "PROVINCE", "CITY", "COUNTY", "TOWNSHIP", "VILLAGE")
_DAY = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?")
Read = TypeVar("Read")


class CaseUnreadable(Unacceptable):
    code = "case_unreadable"
    zh = "案例文件的 {place} 无法读取：{expected}。"
    en = "The case file cannot be read at {place}: expected {expected}."


class CaseContradictory(Unacceptable):
    code = "case_contradictory"
    zh = "案例文件自相矛盾：{place} 合计 {sum}，应为 {total}。"
    en = "The case file contradicts itself: {place} sum to {sum}, not to {total}."


@dataclass(frozen=True)
class CaseOrganisation:
    """Who distributed."""

    name: str
    level: str
    division_code: str


@dataclass(frozen=True)
class CaseKit:
    """What each parcel held, and what one was worth in minor units."""

    name: str
    value_minor: int
    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CaseShare:
    """So many households and what they received together, in minor units."""

    households: int
    total_minor: int


@dataclass(frozen=True)
class Expected:
    """One figure that the ledgers must give back: of a ledger, or of the trace of each gift or parcel."""

    subject: str
    field: str
    value: int
    place: str = ""
    is_trace: bool = False


@dataclass(frozen=True)
class Case:
    """One report. `key` names its figures: the same report is never loaded twice."""

    key: str
    title: str
    programme: str
    organisation: CaseOrganisation | None
    gifts: tuple[int, int]
    is_in_kind: bool
    kit: CaseKit | None
    parcels: int
    places: tuple[tuple[str, int], ...]
    is_handed_over: bool
    grants: CaseShare | None
    goods: CaseShare | None
    day: dt.date
    expected: tuple[Expected, ...]
    ignored: tuple[str, ...]


def read_case(data: bytes) -> Case:
    """Read a case file; what has no meaning here is named in `ignored`. Refuses CaseUnreadable, CaseContradictory."""
    report = _Report(_json(data))
    kit, parcels = report.part("kit", _kit), report.number("parcels", PARCELS_MAX, default=0)
    if (kit is None) != (parcels == 0):
        raise CaseUnreadable(place="kit, parcels", expected="both or none of them")
    places, is_handed_over = _places(report, parcels), not report.has("counties")
    known = frozenset({"programme", "organisation", "expect"}) | REMARKS | _FIGURES
    return Case(
        key=_key(report.values),
        title=report.text("title", default="", length=200),
        programme=report.text("programme", length=40),
        organisation=report.part("organisation", _organisation),
        gifts=_gifts(report),
        is_in_kind=report.part("donations", _is_in_kind) or False,
        kit=kit,
        parcels=parcels,
        places=places,
        is_handed_over=is_handed_over,
        grants=report.part("grants", lambda part: _share(part, "total_fen")),
        goods=report.part("goods", lambda part: _share(part, "total_value_fen")),
        day=_day(report),
        expected=tuple(_expected(row, number) for number, row in enumerate(report.rows("expect", 1_000))),
        ignored=tuple(sorted(report.values.keys() - known)),
    )


class _Report:
    """A JSON object whose parts are read strictly, each refusal naming the place."""

    def __init__(self, values: Mapping[str, object], place: str = "") -> None:
        self.values, self._place = values, place

    def has(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, *, default: str | None = None, length: int = NAME_LENGTH_MAX) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()) or len(value) > length:
            raise self._refusal(name, f"a text of at most {length} characters")
        return value.strip()

    def number(self, name: str, most: int, *, default: int | None = None) -> int:
        value = self.values.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not (default or 0) <= value <= most:
            raise self._refusal(name, f"a whole number up to {most}")
        return value

    def positive(self, name: str, most: int) -> int:
        number = self.number(name, most)
        if number == 0:
            raise self._refusal(name, "a number above zero")
        return number

    def part(self, name: str, read: "Callable[[_Report], Read]") -> Read | None:
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._refusal(name, "an object")
        return read(_Report(value, f"{self._place}/{name}"))

    def rows(self, name: str, most: int) -> "Sequence[_Report]":
        value = self.values.get(name, [])
        if not isinstance(value, list) or len(value) > most or not all(isinstance(row, dict) for row in value):
            raise self._refusal(name, f"a list of at most {most} objects")
        return [_Report(row, f"{self._place}/{name}/{number}") for number, row in enumerate(value)]

    def _refusal(self, name: str, expected: str) -> CaseUnreadable:
        return CaseUnreadable(place=f"{self._place}/{name}", expected=expected)


def _json(data: bytes) -> Mapping[str, object]:
    if len(data) > FILE_BYTES_MAX:
        raise CaseUnreadable(place="/", expected=f"at most {FILE_BYTES_MAX} bytes")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise CaseUnreadable(place="/", expected="JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise CaseUnreadable(place="/", expected="an object")
    return value


def _key(values: Mapping[str, object]) -> str:
    """Name a report by what it reports, whatever its file is called and whatever figures are asked of it."""
    told = {name: value for name, value in values.items() if name in _FIGURES or name in {"programme", "organisation"}}
    written = canonical_bytes({"figures": json.dumps(told, sort_keys=True), "title": str(values.get("title", ""))})
    return hashlib.sha256(written).hexdigest()[:KEY_LENGTH]


def _organisation(part: _Report) -> CaseOrganisation:
    level = part.text("level", default="COUNTY")
    if level not in LEVELS:
        raise CaseUnreadable(place="/organisation/level", expected=", ".join(LEVELS))
    return CaseOrganisation(part.text("name"), level, part.text("division_code", default="", length=12))


def _gifts(report: _Report) -> tuple[int, int]:
    """Return how many gifts there were and the amount of each; one gift where only the sum is reported."""
    each = report.part("gifts", lambda part: (part.positive("count", GIFTS_MAX), part.positive("each_fen", 10**12)))
    total = report.number("money_received_fen", AMOUNT_MINOR_MAX, default=0)
    if each is None:
        return (1, total) if total else (0, 0)
    if total and each[0] * each[1] != total:
        raise CaseContradictory(place="gifts", sum=each[0] * each[1], total=total)
    return each


def _is_in_kind(part: _Report) -> bool:
    kind = part.text("kind")
    if kind not in {"GOODS", "MONEY"}:
        raise CaseUnreadable(place="/donations/kind", expected="GOODS or MONEY")
    return kind == "GOODS"


def _kit(part: _Report) -> CaseKit:
    name, value = part.text("name"), part.positive("unit_value_fen", 10**12)
    items = [(row.text("name"), row.positive("quantity", 10_000)) for row in part.rows("items", KIT_ITEMS_MAX)]
    if len({item for item, _ in items}) < len(items):
        raise CaseUnreadable(place="/kit/items", expected="each item once")
    if value < len(items):
        raise CaseUnreadable(place="/kit/unit_value_fen", expected="at least one fen an item")
    # A report that does not say what is inside still says what was given: the pack itself.
    return CaseKit(name, value, tuple(items) or ((f"{name}(成套)", 1),))


def _places(report: _Report, parcels: int) -> tuple[tuple[str, int], ...]:
    named = [(row.text("name"), row.number("parcels", PARCELS_MAX)) for row in report.rows("places", PLACES_MAX)]
    if named:
        total = sum(count for _, count in named)
        if total != parcels:
            raise CaseContradictory(place="places", sum=total, total=parcels)
        return tuple(named)
    many = report.number("counties", PLACES_MAX, default=1) or 1
    label = "示例区县" if report.has("counties") else "示例乡镇"
    if many > max(parcels, 1):
        raise CaseContradictory(place="counties", sum=many, total=parcels)
    return tuple((f"{label} {number + 1:02}", count) for number, count in enumerate(spread(parcels, many)))


def _share(part: _Report, total: str) -> CaseShare:
    share = CaseShare(part.positive("households", PARCELS_MAX), part.positive(total, AMOUNT_MINOR_MAX))
    if share.total_minor < share.households:
        raise CaseUnreadable(place=f"/{total}", expected="at least one fen a household")
    return share


def _day(report: _Report) -> dt.date:
    found = _DAY.search(f"{report.values.get('title', '')} {report.values.get('source', '')}")
    if found is None:
        return DAY_UNKNOWN
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3] or 15))
    except ValueError:
        return DAY_UNKNOWN


def _expected(row: _Report, number: int) -> Expected:
    value = row.number("value", AMOUNT_MINOR_MAX)
    if row.has("trace"):
        return Expected(row.text("trace"), row.text("field"), value, is_trace=True)
    place = row.part("filter", _place_only) or ""
    return Expected(row.text("ledger"), row.text("field"), value, place)


def _place_only(part: _Report) -> str:
    if set(part.values) != {"place"}:
        raise CaseUnreadable(place="/expect/filter", expected="place alone")
    return part.text("place")


def spread(total: int, parts: int) -> list[int]:
    """Cut a total into parts that differ by one at most and sum exactly."""
    base, rest = divmod(total, parts)
    return [base + (place < rest) for place in range(parts)]
