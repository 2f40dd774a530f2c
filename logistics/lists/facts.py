"""What is known of those who apply: read in a handful of statements, however many they are.

When somebody was last helped is read from the books: the goods and money that came into a household's account. Rooms
above, which plan parcels and grants, are never asked.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import Max, QuerySet

from logistics.funds.models import Fund
from logistics.households.hardships import hardships_of
from logistics.households.models import Household, Member
from logistics.journal.models import EntryKind, Transfer
from logistics.kernel.admission import ApplicantFacts, Person
from logistics.lists.models import Application

if TYPE_CHECKING:
    Rows = QuerySet[Application]
HELP = (EntryKind.HAND_OVER, EntryKind.GRANT)
_Served = dict[uuid.UUID, list[tuple[uuid.UUID | None, str, dt.date]]]
_Hardships = dict[uuid.UUID, list[tuple[uuid.UUID | None, str]]]
_Persons = dict[uuid.UUID, list[tuple[uuid.UUID, Person]]]


def root_of(household: Household) -> Household:
    """Return the household that counts: the one into which it was merged, where it was."""
    return household


def root_ids(household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return for each household the id of the one that counts, for those merged into it too."""
    return {key: key for key in household_ids}


def facts_of(rows: "Rows", *, on: dt.date) -> dict[uuid.UUID, ApplicantFacts]:
    """Return what is known on a day of whom each application is for, by application."""
    families = rows.order_by().values("household")
    persons, served, hardships = _persons(families), _served(families), _hardships(rows, on)
    found = {}
    columns = ("id", "household_id", "beneficiary_id", "household__division_code")
    for key, household_id, member_id, division_code in rows.values_list(*columns):
        found[key] = ApplicantFacts(
            persons=[person for known, person in persons.get(household_id, ()) if member_id in (None, known)],
            division_code=division_code,
            hardships=_of(hardships.get(household_id, ()), member_id),
            served_on=_newest(served.get(household_id, ()), member_id),
        )
    return found


def facts_of_one(application: Application, *, on: dt.date) -> ApplicantFacts:
    """Return what is known on a day of whom one application is for."""
    return facts_of(Application.objects.filter(id=application.id), on=on)[application.id]


def last_served_on(facts: ApplicantFacts) -> dt.date | None:
    """Return the last day on which any programme helped."""
    return max(facts.served_on.values(), default=None)


def _persons(families: "QuerySet[Application, Any]") -> _Persons:
    columns = ("household_id", "id", "sex", "born_on", "has_consent")
    found: _Persons = defaultdict(list)
    for household_id, key, sex, born_on, has_consent in Member.objects.filter(household__in=families).values_list(
        *columns
    ):
        found[household_id].append((key, Person(sex or None, born_on, has_consent)))
    return found


def _served(families: "QuerySet[Application, Any]") -> _Served:
    """Read from the books who got something when, by programme and, where the fund is for persons, by person."""
    rows = Transfer.objects.filter(
        debit__in=Household.objects.filter(id__in=families).values("account"),
        entry__kind__in=HELP,
        entry__reversed_by=None,
    )
    columns = ("debit__subject_id", "entry__permit__beneficiary_id", "lot__purse_id")
    programmes = dict(Fund.objects.values_list("purse_id", "programme__code"))
    found: _Served = defaultdict(list)
    for household_id, member_id, purse_id, at in (
        rows.order_by().values_list(*columns).annotate(at=Max("entry__occurred_at"))
    ):
        found[household_id].append((member_id, programmes.get(purse_id, ""), at.date()))
    return found


def _hardships(rows: "Rows", on: dt.date) -> _Hardships:
    households = set(rows.order_by().values_list("household_id", flat=True))
    found = hardships_of(households, on=on)
    return {key: [(fact.member_id, fact.kind_code) for fact in facts] for key, facts in found.items()}


def _of(hardships: "list[tuple[uuid.UUID | None, str]] | tuple[()]", member_id: uuid.UUID | None) -> frozenset[str]:
    """Leave out of a family's hardships those of another of its members than is asked for."""
    return frozenset(code for owner, code in hardships if member_id is None or owner in (None, member_id))


def _newest(
    served: "list[tuple[uuid.UUID | None, str, dt.date]] | tuple[()]", member_id: uuid.UUID | None
) -> dict[str, dt.date]:
    found: dict[str, dt.date] = {}
    for owner, programme, on in served:
        if member_id is None or owner in (None, member_id):
            found[programme] = max(on, found.get(programme, on))
    return found
