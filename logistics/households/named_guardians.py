"""Guardians whom a family comes with: a grown member of it by name, or somebody outside by name and telephone."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from logistics.households.family_models import Guardian
from logistics.households.identity import checked_identity_number, checked_telephone, said_by_number
from logistics.households.indexes import index_guardian
from logistics.households.models import Member
from logistics.kernel.eligibility import age_on
from logistics.kernel.refusals import Unacceptable

# Civil Code of the PRC, article 17: of age at eighteen.
ADULT_AGE = 18


class GuardianIsWard(Unacceptable):
    code = "guardian_is_ward"
    zh = "监护人不能是被监护人本人。"
    en = "Nobody is their own guardian."


class GuardianIsChild(Unacceptable):
    code = "guardian_is_child"
    zh = "监护人须年满 {age} 周岁。"
    en = "A guardian is at least {age} years old."


@dataclass(frozen=True)
class GuardianInput:
    """A guardian as a liaison writes it down: by the name, with the relation to the child and how to reach them."""

    name: str
    relation: str = ""
    telephone: str = ""
    identity_number: str = ""


def named_guardians(
    told: Iterable[tuple[Member, GuardianInput, Sequence[Member]]],
    *,
    today: dt.date,
    now: dt.datetime,
    by: uuid.UUID | None,
) -> dict[uuid.UUID, Guardian]:
    """Make the rows of guardians, by ward: each ward with who is named and with all of the family.

    Refuses GuardianIsWard, GuardianIsChild, TelephoneWrong, IdentityNumberWrong.
    """
    found = {}
    for ward, said, family in told:
        own = next((other for other in family if other.name == said.name.strip()), None)
        row = Guardian(ward=ward, relation=said.relation.strip(), since_on=today, noted_at=now, noted_by_id=by)
        if own is not None:
            require_grown(ward, own, today)
            row.member = own
        else:
            _name(row, said, today)
        found[ward.id] = row
    return found


def require_grown(ward: Member, guardian: Member, today: dt.date) -> None:
    """Refuse GuardianIsWard, GuardianIsChild."""
    if guardian.id == ward.id:
        raise GuardianIsWard(pointer="/member")
    if guardian.born_on and age_on(guardian.born_on, today) < ADULT_AGE:
        raise GuardianIsChild(age=ADULT_AGE, pointer="/member")


def require_grown_by_number(number: str, today: dt.date) -> None:
    """Refuse GuardianIsChild by what an identity number says."""
    stated = said_by_number(number)
    if stated and age_on(stated[1], today) < ADULT_AGE:
        raise GuardianIsChild(age=ADULT_AGE, pointer="/identity_number")


def _name(row: Guardian, said: GuardianInput, today: dt.date) -> None:
    row.name = said.name.strip()
    row.telephone = checked_telephone(said.telephone, "/telephone")
    row.identity_number = checked_identity_number(said.identity_number, "/identity_number")
    require_grown_by_number(row.identity_number, today)
    index_guardian(row)
