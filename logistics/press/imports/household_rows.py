"""One row of a list of households as a person: what it says, read strictly, and each fault named with its column."""

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TypeVar

from logistics.households.actions import NameMissing, is_head_of
from logistics.households.consents import CONSENT_AGE
from logistics.households.identity import (
    BirthDateWrong,
    IdentityNumberWrong,
    checked_birth_date,
    checked_identity_number,
    checked_telephone,
)
from logistics.households.models import Sex
from logistics.households.named_guardians import GuardianIsChild, require_grown_by_number
from logistics.kernel.eligibility import age_on
from logistics.kernel.refusals import Unacceptable
from logistics.press.imports.hardship_words import HardshipWords
from logistics.press.imports.rows import RowValueUnknown, sound_text, truth_of
from logistics.press.imports.tables import Line
from logistics.press.models import problem_of

T = TypeVar("T")
_LENGTHS = {"household": 40, "head_name": 60, "name": 60, "relation": 24, "address": 200, "township": 60}
_LENGTHS |= {"guardian": 60, "guardian_relation": 24}
_SEXES = {"女": Sex.FEMALE, "男": Sex.MALE, "f": Sex.FEMALE, "m": Sex.MALE, "female": Sex.FEMALE, "male": Sex.MALE}
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_DIVISION = re.compile(r"\d{6}(\d{3}|\d{6})?")
# What a spreadsheet makes of eighteen digits that it takes for a number.
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?1[67]|\d{15}000")


class IdentityNumberRounded(Unacceptable):
    code = "row_identity_number_rounded"
    zh = "身份证号被表格软件当成数字改坏了：请把这一列设为文本，再重新填写。"
    en = "The spreadsheet rounded the identity number as if it were an amount: set the column to text, and type again."


class NumberContradicts(Unacceptable):
    code = "row_number_contradicts"
    zh = "与身份证号码不符，请核对。"
    en = "This contradicts the identity number; please check."


class DayUnreadable(Unacceptable):
    code = "row_birth_date_unreadable"
    zh = "出生日期应写成 2016-03-05 或 2016年3月5日。"
    en = "The birth date is written as 2016-03-05."


class RowConsentMissing(Unacceptable):
    code = "row_consent_missing"
    zh = "未满 {age} 岁，须先取得监护人同意，并在“监护人同意”一列写“是”。"
    en = "Under {age}: a guardian's consent is needed first; then write yes in its column."


class DivisionUnreadable(Unacceptable):
    code = "row_division_unreadable"
    zh = "行政区划代码应为 6、9 或 12 位数字。"
    en = "A division code has 6, 9 or 12 digits."


@dataclass
class PersonSaid:
    """What a row says of a person and, for the whole family, where it lives; `faults` name what cannot be taken."""

    number: int
    household: str = ""
    head_name: str = ""
    name: str = ""
    relation: str = ""
    sex: str = ""
    born_on: dt.date | None = None
    identity_number: str = ""
    telephone: str = ""
    address: str = ""
    township: str = ""
    division_code: str = ""
    has_consent: bool = False
    guardian: str = ""
    guardian_relation: str = ""
    guardian_telephone: str = ""
    guardian_number: str = ""
    hardships: tuple[str, ...] = ()
    has_formula: bool = False
    faults: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_head(self) -> bool:
        """Tell whether the row says that this is the head."""
        return is_head_of(self.relation)

    def blame(self, column: str, refusal: Unacceptable) -> None:
        """Add a fault."""
        self.faults.append({"column": column, **problem_of(refusal)})

    def as_json(self) -> dict[str, object]:
        """Return what the row says, without what the row of the table holds besides."""
        said = {key: value for key, value in asdict(self).items() if key not in ("number", "faults")}
        return {**said, "born_on": self.born_on.isoformat() if self.born_on else None}


def person_said(number: int, said: Mapping[str, object], faults: list[dict[str, str]]) -> PersonSaid:
    """Return what `as_json` wrote."""
    born_on = dt.date.fromisoformat(str(said["born_on"])) if said["born_on"] else None
    hardships = said.get("hardships", ())
    read = {"born_on": born_on, "hardships": tuple(hardships) if isinstance(hardships, list) else ()}
    return PersonSaid(number, faults=faults, **{**said, **read})  # type: ignore[arg-type]  # -- our own JSON


@dataclass(frozen=True)
class PersonReader:
    """Reads rows under one heading on a day; `headings` gives for each field the words of its column."""

    columns: Mapping[str, int]
    headings: Mapping[str, str]
    today: dt.date
    words: HardshipWords

    def read(self, line: Line) -> PersonSaid:
        """Read one row. What cannot be read is a fault of the row, never an end of the file."""
        said = PersonSaid(line.number, has_formula=line.has_formula)
        for name, most in _LENGTHS.items():
            setattr(said, name, self._tried(said, line, name, functools.partial(sound_text, most=most)) or "")
        if not said.name and not any(fault["column"] == self._column("name") for fault in said.faults):
            said.blame(self._column("name"), NameMissing())
        said.telephone = self._tried(said, line, "telephone", lambda text: checked_telephone(text, "")) or ""
        said.division_code = self._tried(said, line, "division_code", _division) or ""
        said.identity_number = self._tried(said, line, "identity_number", _identity_number) or ""
        said.sex = self._tried(said, line, "sex", _sex) or ""
        said.born_on = self._tried(said, line, "born_on", lambda text: _born_on(text, self.today))
        said.has_consent = bool(self._tried(said, line, "consent", lambda text: truth_of(text.casefold())))
        said.hardships = self._tried(said, line, "hardships", self.words.read) or ()
        self._read_guardian(said, line)
        self._compare(said)
        if _is_child(said, self.today) and not said.has_consent:
            said.blame(self._column("consent"), RowConsentMissing(age=CONSENT_AGE))
        return said

    def _read_guardian(self, said: PersonSaid, line: Line) -> None:
        telephone = self._tried(said, line, "guardian_telephone", lambda text: checked_telephone(text, ""))
        said.guardian_telephone, said.guardian_number = telephone or "", ""
        said.guardian_number = self._tried(said, line, "guardian_number", _identity_number) or ""
        more = said.guardian_relation or said.guardian_telephone or said.guardian_number
        if more and not said.guardian:
            said.blame(self._column("guardian"), NameMissing())
        try:
            require_grown_by_number(said.guardian_number, self.today)
        except GuardianIsChild as refusal:
            said.blame(self._column("guardian_number"), refusal)

    def _compare(self, said: PersonSaid) -> None:
        """Take birth date and sex from the identity number, where nothing else is said of them."""
        if not said.identity_number:
            return
        sex = Sex.MALE if int(said.identity_number[16]) % 2 else Sex.FEMALE
        try:
            born_on = dt.datetime.strptime(said.identity_number[6:14], "%Y%m%d").date()
            checked_birth_date(born_on, on=self.today, pointer="")
        except (ValueError, BirthDateWrong):
            said.blame(self._column("identity_number"), IdentityNumberWrong())
            return
        if said.sex and said.sex != sex:
            said.blame(self._column("sex"), NumberContradicts())
        if said.born_on and said.born_on != born_on:
            said.blame(self._column("born_on"), NumberContradicts())
        said.sex, said.born_on = said.sex or sex, said.born_on or born_on

    def _column(self, name: str) -> str:
        return self.headings.get(name, name)

    def _tried(self, said: PersonSaid, line: Line, name: str, read: Callable[[str], T]) -> T | None:
        column = self.columns.get(name)
        text = "" if column is None or column >= len(line.cells) else line.cells[column]
        try:
            return read(text)
        except Unacceptable as refusal:
            said.blame(self._column(name), refusal)
            return None


def _is_child(said: PersonSaid, today: dt.date) -> bool:
    return said.born_on is not None and age_on(said.born_on, today) < CONSENT_AGE


def _division(text: str) -> str:
    if text and not _DIVISION.fullmatch(text):
        raise DivisionUnreadable
    return text


def _identity_number(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("'")
    try:
        return checked_identity_number(plain, "")
    except IdentityNumberWrong:
        # One in a thousand people has a sound number that ends so.
        raise IdentityNumberRounded if _ROUNDED.fullmatch(plain) else IdentityNumberWrong from None


def _sex(text: str) -> str:
    if not text:
        return ""
    found = _SEXES.get(text.casefold())
    if found is None:
        raise RowValueUnknown
    return str(found)


def _born_on(text: str, today: dt.date) -> dt.date | None:
    if not text:
        return None
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise DayUnreadable
    try:
        born_on = dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        raise DayUnreadable from None
    return checked_birth_date(born_on, on=today, pointer="")
