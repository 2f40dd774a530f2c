"""Terms of a fund: bounds of age to the day, prefixes of divisions, and what cannot be read."""

import datetime as dt

import pytest

from logistics.kernel.eligibility import BeneficiaryFacts, Terms, TermsUnreadable, age_on, unmet_terms

DAY = dt.date(2026, 1, 12)
GIRL = BeneficiaryFacts("FEMALE", dt.date(2014, 6, 1), "990101001")


@pytest.mark.parametrize(
    ("terms", "unmet"),
    [
        (Terms(), ()),
        (Terms(sexes=("FEMALE",)), ()),
        (Terms(sexes=("MALE",)), ("sexes",)),
        (Terms(age_from=11, age_to=11), ()),
        (Terms(age_from=12), ("age_from",)),
        (Terms(age_to=10), ("age_to",)),
        (Terms(divisions=("9901",)), ()),
        (Terms(divisions=("9902", "98")), ("divisions",)),
        (Terms(items=("vest",)), ()),
        (Terms(items=("blanket",)), ("items",)),
        (Terms(purposes=("school",)), ()),
        (Terms(purposes=("other",)), ("purposes",)),
        (Terms(from_on=DAY, to_on=DAY), ()),
        (Terms(from_on=DAY + dt.timedelta(1)), ("from",)),
        (Terms(to_on=DAY - dt.timedelta(1)), ("to",)),
        (Terms(sexes=("MALE",), age_to=3), ("sexes", "age_to")),
    ],
)
def test_each_term_is_judged(terms: Terms, unmet: tuple[str, ...]) -> None:
    assert unmet_terms(terms, GIRL, on=DAY, purpose="school", items=["vest"]) == unmet


def test_what_is_not_known_is_not_met() -> None:
    unknown = BeneficiaryFacts(None, None, "")
    terms = Terms(sexes=("FEMALE",), age_from=6, age_to=18, divisions=("99",), purposes=("school",))
    assert unmet_terms(terms, unknown, on=DAY) == ("sexes", "age_from", "age_to", "divisions", "purposes")


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        (dt.date(2014, 6, 1), dt.date(2026, 5, 31), 11),
        (dt.date(2014, 6, 1), dt.date(2026, 6, 1), 12),
        (dt.date(2012, 2, 29), dt.date(2026, 2, 28), 13),
        (dt.date(2012, 2, 29), dt.date(2026, 3, 1), 14),
    ],
)
def test_years_are_completed_on_the_birthday(born_on: dt.date, on: dt.date, age: int) -> None:
    assert age_on(born_on, on) == age


@pytest.mark.parametrize(
    "value",
    [
        {"sex": ["FEMALE"]},
        {"sexes": ["female"]},
        {"sexes": "FEMALE"},
        {"age_from": -1},
        {"age_from": 121},
        {"age_from": "6"},
        {"age_from": True},
        {"age_from": 9, "age_to": 8},
        {"divisions": [""]},
        {"divisions": [1]},
        {"items": ["x"] * 201},
        {"from": "2026-02-30"},
        {"from": "2026-02-02", "to": "2026-02-01"},
    ],
)
def test_terms_that_cannot_be_read_are_refused(value: dict[str, object]) -> None:
    with pytest.raises(TermsUnreadable):
        Terms.from_json(value)


def test_terms_are_stored_as_they_were() -> None:
    terms = Terms(("FEMALE",), 6, 18, ("9901",), ("vest",), ("school",), DAY, DAY)
    assert Terms.from_json(terms.to_json()) == terms
    assert Terms.from_json({}) == Terms()
    assert not Terms().is_restricted
    assert terms.is_restricted
    assert terms.is_for_persons
