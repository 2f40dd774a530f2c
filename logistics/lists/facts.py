"""What is known of those who apply: read in a handful of statements, however many they are.

When somebody was last helped is read from the books: the goods and money that came into a household's account. Rooms
above, which plan parcels and grants, are never asked.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from logistics.households.hardships import hardships_of
from logistics.households.models import Member
from logistics.households.persons import standing_member_ids
from logistics.kernel.admission import ApplicantFacts, Person
from logistics.lists.models import Application
from logistics.lists.served import families_as_one, newest_by_programme, served_by_household

if TYPE_CHECKING:
    Rows = QuerySet[Application]
_Roots = Mapping[uuid.UUID, uuid.UUID]
_Hardships = dict[uuid.UUID, list[tuple[uuid.UUID | None, str]]]
_Persons = dict[uuid.UUID, list[tuple[uuid.UUID, Person]]]


def facts_of(rows: "Rows", *, on: dt.date) -> dict[uuid.UUID, ApplicantFacts]:
    """Return what is known on a day of whom each application is for, by application."""
    columns = ("id", "household_id", "beneficiary_id", "household__division_code")
    asked = list(rows.order_by().values_list(*columns))
    roots = families_as_one({row[1] for row in asked})
    members = standing_member_ids({row[2] for row in asked if row[2]})
    persons, served, hardships = _persons(roots), served_by_household(roots), _hardships(roots, on)
    found = {}
    for key, household_id, beneficiary_id, division_code in asked:
        root, member_id = roots[household_id], members.get(beneficiary_id) if beneficiary_id else None
        found[key] = ApplicantFacts(
            persons=[person for known, person in persons.get(root, ()) if member_id in (None, known)],
            division_code=division_code,
            hardships=_of(hardships.get(root, ()), member_id),
            served_on=newest_by_programme(served.get(root, ()), member_id),
        )
    return found


def facts_of_one(application: Application, *, on: dt.date) -> ApplicantFacts:
    """Return what is known on a day of whom one application is for."""
    return facts_of(Application.objects.filter(id=application.id), on=on)[application.id]


def last_served_on(facts: ApplicantFacts) -> dt.date | None:
    """Return the last day on which any programme helped."""
    return max(facts.served_on.values(), default=None)


def _persons(roots: _Roots) -> _Persons:
    columns = ("household_id", "id", "sex", "born_on", "has_consent")
    found: _Persons = defaultdict(list)
    rows = Member.objects.filter(household__in=list(roots), merged_into__isnull=True)
    for household_id, key, sex, born_on, has_consent in rows.values_list(*columns):
        found[roots[household_id]].append((key, Person(sex or None, born_on, has_consent)))
    return found


def _hardships(roots: _Roots, on: dt.date) -> _Hardships:
    found: _Hardships = defaultdict(list)
    for key, facts in hardships_of(list(roots), on=on).items():
        found[roots[key]] += [(fact.member_id, fact.kind_code) for fact in facts]
    return found


def _of(hardships: "list[tuple[uuid.UUID | None, str]] | tuple[()]", member_id: uuid.UUID | None) -> frozenset[str]:
    """Leave out of a family's hardships those of another of its members than is asked for."""
    return frozenset(code for owner, code in hardships if member_id is None or owner in (None, member_id))
