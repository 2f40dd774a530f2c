"""Find families by what people say of them, whole and never in part: keyed hashes are compared, no name is read."""

import uuid
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Q

from logistics.households.access import visible_households
from logistics.households.actions import HouseholdInput
from logistics.households.family_models import Guardian
from logistics.households.identity import TelephoneWrong, checked_telephone
from logistics.households.indexes import (
    IDENTITY_LAST_FOUR,
    IDENTITY_NUMBER,
    NAME,
    SURNAME,
    TELEPHONE,
    TELEPHONE_LAST_FOUR,
    index_of,
)
from logistics.households.models import Household, Member
from logistics.households.persons import standing_household_ids
from logistics.households.visibility import Eyes
from logistics.kernel.refusals import Unacceptable
from logistics.parties.models import Organisation

FOUND_MAX = 50
WORDS_LENGTH_MAX = 60


class SearchOutOfBounds(Unacceptable):
    code = "household_search_out_of_bounds"
    zh = "请输入姓名、姓氏、身份证号、电话、号码的后四位或编号，最多 {most} 个字。"
    en = "Write a name, surname, identity number, telephone, last four digits or reference, {most} characters at most."


class _Key(NamedTuple):
    """One hash, and the columns of families, members and guardians that it may stand in; empty where it does not."""

    hashed: str
    household: str
    member: str
    guardian: str


def families_found(*, organisation: Organisation, words: str, eyes: Eyes) -> tuple[list[Household], bool]:
    """Return the families that somebody means, and whether there are more than may be shown.

    Words are a full name, a surname, an identity number, a telephone, the last four of either, or a reference. What
    their role sees nothing of finds nothing. Refuses SearchOutOfBounds.
    """
    said = words.strip()
    if not 0 < len(said) <= WORDS_LENGTH_MAX:
        raise SearchOutOfBounds(most=WORDS_LENGTH_MAX, pointer="/words")
    keys = list(_keys(said, eyes))
    reference = Q(reference=said.upper())
    ids = _ids_found(
        organisation, _either(keys, 1) | reference, _either(keys, 2) | reference, _either(keys, 3), FOUND_MAX + 1
    )
    rows = Household.objects.filter(id__in=set(standing_household_ids(ids).values())).prefetch_related("members")
    found = list(rows.order_by("township", "id")[: FOUND_MAX + 1])
    return found[:FOUND_MAX], len(found) > FOUND_MAX


def perhaps_known(organisation: Organisation, family: HouseholdInput) -> list[Household]:
    """Return the families on record that one about to be recorded may be: by a number, a name with its birth date, or
    the head's name with the telephone.
    """
    of_household, of_member = Q(pk__in=[]), Q(pk__in=[])
    if telephone := _e164(family.telephone):
        of_household |= Q(
            head_name_index=index_of(family.head_name, NAME), telephone_index=index_of(telephone, TELEPHONE)
        )
    for one in family.members:
        if one.identity_number:
            of_member |= Q(identity_number_index=index_of(one.identity_number, IDENTITY_NUMBER))
        if one.born_on:
            of_member |= Q(name_index=index_of(one.name, NAME), born_on=one.born_on)
    ids = _ids_found(organisation, of_household, of_member, Q(pk__in=[]), FOUND_MAX)
    return list(Household.objects.filter(id__in=set(standing_household_ids(ids).values())).order_by("reference"))


def _keys(said: str, eyes: Eyes) -> Iterator[_Key]:
    if eyes.knows("name"):
        yield _Key(index_of(said, NAME), "head_name_index", "name_index", "name_index")
        yield _Key(index_of(said, SURNAME), "head_surname_index", "surname_index", "")
    if eyes.knows("identity_number"):
        yield _Key(index_of(said, IDENTITY_NUMBER), "", "identity_number_index", "identity_number_index")
        yield _Key(index_of(said, IDENTITY_LAST_FOUR), "", "identity_last_four_index", "")
    if eyes.knows("telephone") and eyes.knows("member_telephone"):
        if telephone := _e164(said):
            yield _Key(index_of(telephone, TELEPHONE), "telephone_index", "telephone_index", "telephone_index")
        hashed = index_of(said, TELEPHONE_LAST_FOUR)
        yield _Key(hashed, "telephone_last_four_index", "telephone_last_four_index", "")


def _either(keys: list[_Key], place: int) -> Q:
    found = Q(pk__in=[])
    for key in keys:
        column = key[place]
        if column:
            found |= Q(**{column: key.hashed})
    return found


def _ids_found(organisation: Organisation, of_household: Q, of_member: Q, of_guardian: Q, most: int) -> list[uuid.UUID]:
    """Return the ids of the families that some condition names, in a fixed order."""
    rows = visible_households(organisation).filter(erased_at__isnull=True).order_by("id")
    members = Member.objects.filter(of_member, household__in=rows.order_by().values("id"), erased_at__isnull=True)
    guardians = Guardian.objects.filter(of_guardian, ward__household__in=rows.order_by().values("id"), ended_on=None)
    ids = set(rows.filter(of_household).values_list("id", flat=True)[:most])
    ids |= set(members.order_by("household_id").values_list("household_id", flat=True)[:most])
    ids |= set(guardians.order_by("ward__household_id").values_list("ward__household_id", flat=True)[:most])
    return sorted(ids)


def _e164(text: str) -> str:
    """Return a telephone as it is kept, empty where it is none."""
    try:
        return checked_telephone(text, "/telephone")
    except TelephoneWrong:
        return ""
