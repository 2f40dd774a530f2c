"""Several kits, several funds, terms, sizes and ages at once: who gets what, against a search through everything."""

import datetime as dt
import itertools
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.funds.actions import register_fund
from logistics.funds.models import Fund
from logistics.kernel.admission import ApplicantFacts, Person
from logistics.kernel.eligibility import Terms
from logistics.kernel.ranking import Candidate, Place
from logistics.lists.offers import Offer, matched
from logistics.stock.actions import register_item
from logistics.stock.models import Item
from tests.lists.conftest import Listing

ON = dt.date(2026, 1, 12)
HERE, THERE = "990101001", "990102002"
# Fund: who may; item: whom it fits. Said once for the books, and once below as a person would say it.
FUNDS = {
    "girls": Terms(sexes=("FEMALE",)),
    "here": Terms(divisions=("990101",)),
    "coats-only": Terms(items=("coat-6",)),
    "anybody": Terms(),
}
FITS: dict[str, dict[str, object]] = {
    "coat-6": {"age_from": 5, "age_to": 7},
    "dress": {"sexes": ["FEMALE"], "age_from": 6},
    "yarn": {},
}
PERSONS = st.lists(
    st.tuples(
        st.sampled_from(["FEMALE", "MALE", None]),
        st.none() | st.integers(4, 9),
        st.sampled_from([HERE, THERE]),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)
OFFERS = st.lists(
    st.tuples(st.sampled_from(sorted(FUNDS)), st.sampled_from(sorted(FITS)), st.integers(1, 2)),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one[:2],
)
Whom = tuple[str | None, int | None, str, bool]
Given = tuple[str, str, int]


def _may(whom: Whom, offer: Given) -> bool:
    """Say it as a person would: the fund may serve this child, and the thing fits."""
    sex, age, division, has_consent = whom
    fund, item, _ = offer
    if age is not None and age < 14 and not has_consent:
        return False
    is_allowed = {
        "girls": sex == "FEMALE",
        "here": division.startswith("990101"),
        "coats-only": item == "coat-6",
        "anybody": True,
    }[fund]
    fits = {
        "coat-6": age is not None and 5 <= age <= 7,
        "dress": sex == "FEMALE" and age is not None and age >= 6,
        "yarn": True,
    }[item]
    return is_allowed and fits


def _kept(people: Sequence[Whom], offers: Sequence[Given]) -> set[int]:
    """Keep each in the order of rank if all kept before can still be served, trying every way."""
    kept: list[int] = []
    for number in range(len(people)):
        tried = [*kept, number]
        choices = [[place for place, one in enumerate(offers) if _may(people[who], one)] for who in tried]
        if any(
            all(chosen.count(place) <= one[2] for place, one in enumerate(offers))
            for chosen in itertools.product(*choices)
        ):
            kept = tried
    return set(kept)


def _stage(listing: Listing) -> tuple[dict[str, Fund], dict[str, Item]]:
    world = listing.world
    common = {
        "programme": world.spring,
        "owner": world.county,
        "holder": world.county,
        "basis": "AGENCY",
        "now": world.now,
    }
    funds = {
        name: register_fund(code=name, name_zh=f"示例{name}", terms=terms, **common)  # type: ignore[arg-type]
        for name, terms in FUNDS.items()
    }
    items = {name: register_item(code=name, name_zh=f"示例{name}") for name in FITS}
    for name, fits in FITS.items():
        items[name].fits = fits
        items[name].save(update_fields=["fits"])
    return funds, items


def test_nobody_is_passed_over_whom_any_way_of_giving_would_serve(listing: Listing) -> None:
    funds, items = _stage(listing)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(PERSONS, OFFERS)
    def judge(people: list[Whom], offers: list[Given]) -> None:
        places = [Place(number + 1, Candidate(f"A-{number}", ON), {}) for number in range(len(people))]
        facts = {
            f"A-{number}": ApplicantFacts([Person(sex, age and dt.date(2026 - age, 1, 1), has_consent)], division)
            for number, (sex, age, division, has_consent) in enumerate(people)
        }
        read = [Offer(funds[fund], quantity, items[item], listing.world.warehouse) for fund, item, quantity in offers]
        given_out, why = matched(places, facts, read, on=ON)
        assert set(given_out) == {f"A-{number}" for number in _kept(people, offers)}
        for name, place in given_out.items():
            assert _may(people[int(name[2:])], offers[place]), "what is given may be given, and fits"
        for place, offer in enumerate(offers):
            assert list(given_out.values()).count(place) <= offer[2]
        for name, reason in why.items():
            could = any(_may(people[int(name[2:])], one) for one in offers)
            assert (reason == "all_given") == could, (name, reason)

    judge()
