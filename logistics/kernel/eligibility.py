"""A fund's terms, and whether somebody meets them on a day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from logistics.kernel.refusals import Unacceptable

SEXES = ("FEMALE", "MALE")
AGE_MAX = 120
PER_MILLE = 1000
TERM_VALUES_MAX = 200


class TermsUnreadable(Unacceptable):
    code = "terms_unreadable"
    zh = "限定用途中的 {term} 写法不对。"
    en = "The term {term} cannot be read."


@dataclass(frozen=True)
class Terms:
    """What the donor fixed. Empty means free. Ages are completed years, both ends included; divisions are prefixes of
    GB/T 2260 codes. The cap on management cost, in thousandths of the gifts, is a term about us: no household meets it.
    """

    sexes: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    divisions: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    management_cap_per_mille: int | None = None

    @property
    def is_for_persons(self) -> bool:
        """Tell whether the terms can only be judged of one person."""
        return bool(self.sexes) or self.age_from is not None or self.age_to is not None

    @property
    def is_restricted(self) -> bool:
        """Tell whether a household must meet any term at all."""
        return replace(self, management_cap_per_mille=None) != Terms()

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "Terms":
        """Read terms from their stored or sent form. Refuses TermsUnreadable, also for unknown keys."""
        unknown = sorted(value.keys() - _KEYS)
        if unknown:
            raise TermsUnreadable(term=str(unknown[0])[:40], pointer=f"/terms/{str(unknown[0])[:40]}")
        terms = cls(
            sexes=_texts(value, "sexes", SEXES),
            age_from=_number(value, "age_from", AGE_MAX),
            age_to=_number(value, "age_to", AGE_MAX),
            divisions=_texts(value, "divisions"),
            items=_texts(value, "items"),
            purposes=_texts(value, "purposes"),
            from_on=_day(value, "from"),
            to_on=_day(value, "to"),
            management_cap_per_mille=_number(value, "management_cap_per_mille", PER_MILLE),
        )
        if terms.age_from is not None and terms.age_to is not None and terms.age_from > terms.age_to:
            raise TermsUnreadable(term="age_to", pointer="/terms/age_to")
        if terms.from_on is not None and terms.to_on is not None and terms.from_on > terms.to_on:
            raise TermsUnreadable(term="to", pointer="/terms/to")
        return terms

    def to_json(self) -> dict[str, object]:
        """Write the terms in their stored form, without what is free."""
        written: dict[str, object] = {
            "sexes": list(self.sexes),
            "age_from": self.age_from,
            "age_to": self.age_to,
            "divisions": list(self.divisions),
            "items": list(self.items),
            "purposes": list(self.purposes),
            "from": self.from_on.isoformat() if self.from_on else None,
            "to": self.to_on.isoformat() if self.to_on else None,
            "management_cap_per_mille": self.management_cap_per_mille,
        }
        return {key: value for key, value in written.items() if value not in (None, [])}


_KEYS = frozenset(
    {"sexes", "age_from", "age_to", "divisions", "items", "purposes", "from", "to", "management_cap_per_mille"}
)


@dataclass(frozen=True)
class BeneficiaryFacts:
    """What is judged of a household and, where known, of one member."""

    sex: str | None
    born_on: dt.date | None
    division_code: str


def unmet_terms(
    terms: Terms, facts: BeneficiaryFacts, *, on: dt.date, purpose: str | None = None, items: Sequence[str] = ()
) -> tuple[str, ...]:
    """Name the terms that are not met on a day, in a fixed order. What is not known is not met."""
    age = age_on(facts.born_on, on) if facts.born_on else None
    met = {
        "sexes": not terms.sexes or facts.sex in terms.sexes,
        "age_from": terms.age_from is None or (age is not None and age >= terms.age_from),
        "age_to": terms.age_to is None or (age is not None and age <= terms.age_to),
        "divisions": not terms.divisions or facts.division_code.startswith(terms.divisions),
        "items": not terms.items or set(items) <= set(terms.items),
        "purposes": not terms.purposes or purpose in terms.purposes,
        "from": terms.from_on is None or on >= terms.from_on,
        "to": terms.to_on is None or on <= terms.to_on,
    }
    return tuple(term for term, is_met in met.items() if not is_met)


def age_on(born_on: dt.date, on: dt.date) -> int:
    """Count the completed years on a day. Who was born on 29 February completes a year on 1 March of common years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _texts(value: Mapping[str, object], key: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    found = value.get(key, [])
    if not isinstance(found, list | tuple) or len(found) > TERM_VALUES_MAX:
        raise TermsUnreadable(term=key, pointer=f"/terms/{key}")
    for item in found:
        if not isinstance(item, str) or not item.strip() or (known and item not in known):
            raise TermsUnreadable(term=key, pointer=f"/terms/{key}")
    return tuple(found)


def _number(value: Mapping[str, object], key: str, most: int) -> int | None:
    number = value.get(key)
    if number is not None and (not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= most):
        raise TermsUnreadable(term=key, pointer=f"/terms/{key}")
    return number


def _day(value: Mapping[str, object], key: str) -> dt.date | None:
    day = value.get(key)
    if day is None:
        return None
    try:
        return dt.date.fromisoformat(str(day))
    except ValueError:
        raise TermsUnreadable(term=key, pointer=f"/terms/{key}") from None
