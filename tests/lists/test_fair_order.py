"""The ranking's promises through the room: from hardships on record and applications to the places of a draft."""

import datetime as dt
import re
from dataclasses import replace

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.households.hardships import note_hardship
from logistics.households.models import Household
from logistics.kernel.admission import ApplicantFacts
from logistics.kernel.ranking import URGENCY, WAITING, Weights
from logistics.lists.drafts import Draft, draft_by, known_of
from logistics.lists.facts import facts_of
from logistics.lists.models import Application, DistributionList
from logistics.lists.reads import part_names, places_of_draft
from tests.lists.conftest import Listing, boy, girl

KINDS = ("DISASTER", "SINGLE_PARENT", "SUBSISTENCE_ALLOWANCE")
POINTS = st.integers(0, 40)
WEIGHTS = st.builds(
    Weights, st.fixed_dictionaries(dict.fromkeys(KINDS, POINTS)), urgency=POINTS, waiting=POINTS, unserved=POINTS
)
FACTS = st.lists(
    st.tuples(st.frozensets(st.sampled_from(KINDS)), st.integers(0, 3), st.integers(0, 400)), min_size=2, max_size=5
)


def _draft(listing: Listing, told: list[tuple[frozenset[str], int, int]]) -> DistributionList:
    """Draft a list of families with these hardships, urgencies and days of waiting."""
    for hardships, urgency, days in told:
        family: Household = listing.family()
        for kind in sorted(hardships):
            note_hardship(actor=listing.liaison, household=family, kind_code=kind, now=listing.now)
        since = listing.now.date() - dt.timedelta(days=days)
        listing.accept(listing.file(family, urgency=urgency, waiting_since=since))
    return listing.draft(listing.notice())


def _order(found: Draft) -> list[str]:
    return [place.candidate.reference for place in found.places]


@settings(max_examples=8)
@given(told=FACTS, weights=WEIGHTS, more=st.sampled_from([*KINDS, URGENCY, WAITING]), extra=st.integers(1, 60))
def test_places_are_fair_and_explain_themselves(
    listing: Listing, told: list[tuple[frozenset[str], int, int]], weights: Weights, more: str, extra: int
) -> None:
    with transaction.atomic():
        if not Application.objects.exists():
            listing.rules()
            listing.world.stock_kits(1)
        row = _draft(listing, told)
        _judge(row, weights, more, extra)
        transaction.set_rollback(True)


def _judge(row: DistributionList, weights: Weights, more: str, extra: int) -> None:
    found = draft_by(known_of(row), weights)
    facts = facts_of(Application.objects.all(), on=row.ranked_on)
    # Order-independent: the same facts asked again, in whatever order rows come, give the same places.
    assert _order(draft_by(known_of(row), weights)) == _order(found)
    candidates = {place.candidate.reference: place.candidate for place in found.places}
    order = _order(found)
    for name, one in candidates.items():
        for other_name, other in candidates.items():
            is_worse = (
                one.hardships >= other.hardships
                and one.urgency >= other.urgency
                and one.waiting_since < other.waiting_since
            )
            if is_worse:
                # No envy by a worse-off household: neither of the place nor of what is given.
                assert order.index(name) < order.index(other_name)
                assert (other_name in found.given) <= (name in found.given)
    heavier = _heavier(weights, more, extra)
    points = {place.candidate.reference: place.points for place in found.places}
    for place in draft_by(known_of(row), heavier).places:
        # Monotone in each weight: nobody has fewer points for it, who has the fact has as many more as anybody.
        assert place.points >= points[place.candidate.reference]
    _explained(found)
    assert set(found.applications.values()) == set(facts)


def _heavier(weights: Weights, more: str, extra: int) -> Weights:
    if more in KINDS:
        return replace(weights, hardships={**weights.hardships, more: weights.hardships[more] + extra})
    return replace(weights, **{more: getattr(weights, more) + extra})


def _explained(found: Draft) -> None:
    names = part_names(shows_hardships=True)
    views = places_of_draft(found, names, start=0, count=100)
    for view, first, second in zip(views, found.places, found.places[1:], strict=False):
        zh, en = view.before
        assert second.candidate.reference in zh and second.candidate.reference in en
        difference = first.points - second.points
        assert difference >= 0
        if difference:
            assert str(difference) in re.findall(r"\d+", zh) and f"{difference} points more" in en
        assert not any(kind in zh for kind in KINDS), "a hardship is called by its name"


def test_facts_are_of_the_person_where_the_programme_is(listing: Listing) -> None:
    facts: ApplicantFacts
    listing.rules(listing.world.spring)
    family = listing.family(girl(), boy())
    member = family.members.get(sex="FEMALE")
    row = listing.file(family, member, programme=listing.world.spring)
    facts = facts_of(Application.objects.filter(id=row.id), on=listing.now.date())[row.id]
    assert [person.sex for person in facts.persons] == ["FEMALE"]
