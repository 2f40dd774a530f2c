"""Who may stand on a programme's list: its rules as data, and the reasons why somebody may not."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from logistics.kernel.eligibility import BeneficiaryFacts, Terms, TermsUnreadable, unmet_terms
from logistics.kernel.refusals import Unacceptable

DAYS_MAX = 3_650
COMBINATIONS_MAX = 50
HARDSHIPS_MAX = 100
CODE_LENGTH_MAX = 40
_PERSONAL = ("sexes", "age_from", "age_to")
_TERMS = (*_PERSONAL, "divisions")
_KEYS = frozenset({*_TERMS, "hardships", "not_served_days", "needs_consent", "not_with"})
# What a rule that is not met is called; a reason is stored by its word and worded here.
REASONS: Mapping[str, tuple[str, str]] = {
    "hardships": ("没有登记本项目要求的困难类型", "none of the hardships that the programme is for is on record"),
    "sexes": ("性别不符", "the sex is not the one that the programme is for"),
    "age_from": ("年龄不到", "too young"),
    "age_to": ("年龄超过", "too old"),
    "divisions": ("不在本项目的地区", "lives outside the programme's area"),
    "not_served_days": ("不久前已受助", "was helped a short while ago"),
    "needs_consent": ("没有登记同意（未满 14 岁为监护人同意）", "no consent is on record (under 14: the guardian's)"),
    "not_with": ("不能与近期已领的其他援助同时领取", "may not be combined with other help received lately"),
}


class RulesUnreadable(Unacceptable):
    code = "rules_unreadable"
    zh = "入选条件中的 {rule} 写法不对。"
    en = "The rule {rule} cannot be read."


@dataclass(frozen=True)
class Rules:
    """What a programme asks of whom it lists. Empty means anybody.

    `hardships` are codes of which one must be on record. `not_served_days` counts since this programme last helped,
    `not_with` names other programmes and for how many days after their help this one does not follow.
    """

    terms: Terms = field(default_factory=Terms)
    hardships: tuple[str, ...] = ()
    not_served_days: int = 0
    needs_consent: bool = False
    not_with: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "Rules":
        """Read rules from their stored or sent form. Refuses RulesUnreadable, also for unknown keys."""
        unknown = sorted(set(value) - _KEYS)
        if unknown:
            raise _unreadable(str(unknown[0]))
        try:
            terms = Terms.from_json({key: value[key] for key in _TERMS if key in value})
        except TermsUnreadable as refusal:
            raise _unreadable(str(refusal.facts["term"])) from None
        return cls(terms, _codes(value), _days(value), _flag(value), _combinations(value))

    def to_json(self) -> dict[str, object]:
        """Write the rules in their stored form, without what is free."""
        written: dict[str, object] = {
            **self.terms.to_json(),
            "hardships": list(self.hardships),
            "not_served_days": self.not_served_days,
            "needs_consent": self.needs_consent,
            "not_with": dict(self.not_with),
        }
        return {key: value for key, value in written.items() if value not in ([], 0, {}, False)}


@dataclass(frozen=True)
class Person:
    """What is judged of one person: sex, birth date, and whether a consent stands."""

    sex: str | None
    born_on: dt.date | None
    has_consent: bool


@dataclass(frozen=True)
class ApplicantFacts:
    """What is known on a day of the person that an application is for, or of everybody in the household.

    `served_on` names by programme the last day of help.
    """

    persons: Sequence[Person]
    division_code: str
    hardships: frozenset[str] = frozenset()
    served_on: Mapping[str, dt.date] = field(default_factory=dict)


def unmet_rules(rules: Rules, facts: ApplicantFacts, *, programme: str, on: dt.date) -> tuple[str, ...]:
    """Name the rules that are not met on a day, in a fixed order. What is not known is not met."""
    place = BeneficiaryFacts(None, None, facts.division_code)
    area = Terms(divisions=rules.terms.divisions)
    unmet = [*_personal(rules.terms, facts, on), *unmet_terms(area, place, on=on)]
    if rules.hardships and not facts.hardships.intersection(rules.hardships):
        unmet.insert(0, "hardships")
    if _is_within(facts.served_on.get(programme), rules.not_served_days, on):
        unmet.append("not_served_days")
    if rules.needs_consent and not any(person.has_consent for person in facts.persons):
        unmet.append("needs_consent")
    if any(_is_within(facts.served_on.get(other), days, on) for other, days in rules.not_with.items()):
        unmet.append("not_with")
    return tuple(unmet)


def _personal(terms: Terms, facts: ApplicantFacts, on: dt.date) -> tuple[str, ...]:
    """Name what the person, or nobody of the household, meets: that of whoever comes nearest."""
    asked = Terms(sexes=terms.sexes, age_from=terms.age_from, age_to=terms.age_to)
    if not asked.is_for_persons:
        return ()
    found = [
        unmet_terms(asked, BeneficiaryFacts(person.sex, person.born_on, facts.division_code), on=on)
        for person in facts.persons
    ]
    return min(found, key=lambda terms: (len(terms), terms), default=tuple(name for name in _PERSONAL))


def _is_within(day: dt.date | None, days: int, on: dt.date) -> bool:
    return day is not None and (on - day).days < days


def _codes(value: Mapping[str, object]) -> tuple[str, ...]:
    found = value.get("hardships", [])
    if not isinstance(found, list | tuple) or len(found) > HARDSHIPS_MAX or not all(map(_is_code, found)):
        raise _unreadable("hardships")
    return tuple(dict.fromkeys(found))


def _days(value: Mapping[str, object]) -> int:
    days = value.get("not_served_days", 0)
    if not _are_days(days):
        raise _unreadable("not_served_days")
    assert isinstance(days, int)
    return days


def _flag(value: Mapping[str, object]) -> bool:
    flag = value.get("needs_consent", False)
    if not isinstance(flag, bool):
        raise _unreadable("needs_consent")
    return flag


def _combinations(value: Mapping[str, object]) -> dict[str, int]:
    found = value.get("not_with", {})
    if not isinstance(found, Mapping) or len(found) > COMBINATIONS_MAX:
        raise _unreadable("not_with")
    if not all(_is_code(code) and _are_days(days) and days for code, days in found.items()):
        raise _unreadable("not_with")
    return {str(code): int(days) for code, days in found.items()}


def _is_code(code: object) -> bool:
    return isinstance(code, str) and 0 < len(code.strip()) == len(code) <= CODE_LENGTH_MAX


def _are_days(days: object) -> bool:
    return isinstance(days, int) and not isinstance(days, bool) and 0 <= days <= DAYS_MAX


def _unreadable(rule: str) -> RulesUnreadable:
    return RulesUnreadable(rule=rule[:CODE_LENGTH_MAX], pointer=f"/eligibility/{rule[:CODE_LENGTH_MAX]}")
