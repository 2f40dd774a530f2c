"""Rows of a list as families: which rows belong together, what is wrong with one, which are on record already."""

import datetime as dt
import uuid
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from logistics.households.access import standing_households
from logistics.households.actions import MEMBERS_MAX, HouseholdInput, MemberInput, MembersOutOfBounds
from logistics.households.models import Household, Member
from logistics.households.named_guardians import GuardianInput
from logistics.kernel.eligibility import age_on
from logistics.kernel.refusals import Unacceptable
from logistics.parties.models import Organisation
from logistics.press.household_import_models import PersonOutcome
from logistics.press.imports.household_rows import PersonSaid
from logistics.storage.secrets import blind_index

HASHES_AT_ONCE = 500
# Civil Code of the PRC, article 17: who is eighteen is of age.
GUARDIAN_AGE_MIN = 18


class TwoHeads(Unacceptable):
    code = "row_two_heads"
    zh = "一个家庭只能有一名户主（另见第 {row} 行）。"
    en = "A household has one head (see also row {row})."


class HeadMissing(Unacceptable):
    code = "row_head_missing"
    zh = "这个家庭没有户主：请在“与户主关系”一列写“户主”。"
    en = "This household has no head: write head in the column of relations."


class PersonTwice(Unacceptable):
    code = "row_person_twice"
    zh = "身份证号与第 {row} 行相同。"
    en = "The identity number is that of row {row}."


class PlaceMissing(Unacceptable):
    code = "row_place_missing"
    zh = "没有写乡镇或行政区划代码，导入时也没有选。"
    en = "Township or division code is missing, and none was given for the whole list."


class PlaceDiffers(Unacceptable):
    code = "row_place_differs"
    zh = "同一家庭写了不同的乡镇、地址或区划代码（见第 {row} 行）。"
    en = "Rows of one household name different places (see row {row})."


class GuardianIsChild(Unacceptable):
    code = "row_guardian_is_child"
    zh = "监护人未满 {age} 岁，请核对。"
    en = "The guardian is under {age}; please check."


class GuardianOfOneself(Unacceptable):
    code = "row_guardian_of_oneself"
    zh = "监护人不能是本人。"
    en = "Nobody is their own guardian."


@dataclass
class Family:
    """Rows that are one family, what it is, and the household that it is or may be."""

    number: int
    rows: list[PersonSaid]
    outcome: str = PersonOutcome.NEW
    household_id: uuid.UUID | None = None
    faults_by_row: dict[int, list[dict[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class _OnRecord:
    """Households by what rows may say of them: a number, a name with a birth date, a head with a telephone."""

    numbers: dict[str, uuid.UUID] = field(default_factory=dict)
    persons: dict[tuple[str, dt.date | None], uuid.UUID] = field(default_factory=dict)
    telephones: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where families live whose rows do not say."""

    township: str
    division_code: str


def families_of(rows: Sequence[PersonSaid], place: Place, today: dt.date) -> list[Family]:
    """Put rows together as families, in order, and blame what is wrong with a family on its rows."""
    grouped: dict[Hashable, list[PersonSaid]] = {}
    current: Hashable = None
    for said in rows:
        if said.household:
            current = ("household", said.household)
        elif said.is_head or current is None:
            current = ("row", said.number)
        elif said.head_name:
            current = ("head", said.head_name, said.address, said.telephone)
        grouped.setdefault(current, []).append(said)
    _blame_twice(rows)
    found = [Family(number, group) for number, group in enumerate(grouped.values(), 1)]
    for family in found:
        _judge(family.rows, place, today)
        if any(said.faults for said in family.rows):
            family.outcome = PersonOutcome.WRONG
    return found


def mark_known(families: Sequence[Family], organisation: Organisation) -> None:
    """Mark families that are on record: by an identity number KNOWN; by name and birth date, or telephone, TWIN."""
    own = standing_households(organisation).order_by()
    found = _on_record(families, own)
    for family in families:
        if family.outcome == PersonOutcome.WRONG:
            continue
        known = next(filter(None, (found.numbers.get(said.identity_number) for said in family.rows)), None)
        twin = next(filter(None, (found.persons.get((said.name, said.born_on)) for said in family.rows)), None)
        twin = twin or found.telephones.get((head_name_of(family.rows), telephone_of(family.rows)))
        if known or twin:
            family.outcome = PersonOutcome.KNOWN if known else PersonOutcome.TWIN
            family.household_id = known or twin


def household_input(
    rows: Sequence[PersonSaid], place: Place, of_persons: frozenset[str] = frozenset()
) -> HouseholdInput:
    """Say the rows of one family as the vault takes it; what is no one person's hardship is the whole family's."""
    return HouseholdInput(
        township=_first(said.township for said in rows) or place.township,
        division_code=_first(said.division_code for said in rows) or place.division_code,
        head_name=head_name_of(rows),
        address=_first(said.address for said in rows),
        telephone=telephone_of(rows),
        members=tuple(
            MemberInput(
                name=said.name,
                sex=said.sex,
                born_on=said.born_on,
                identity_number=said.identity_number,
                relation=said.relation,
                has_consent=said.has_consent,
                hardships=tuple(code for code in said.hardships if code in of_persons),
                guardian=_guardian(said),
            )
            for said in rows
        ),
        hardships=tuple(dict.fromkeys(code for said in rows for code in said.hardships if code not in of_persons)),
    )


def _guardian(said: PersonSaid) -> GuardianInput | None:
    more = (said.guardian_relation, said.guardian_telephone, said.guardian_number)
    return GuardianInput(said.guardian, *more) if said.guardian else None


def head_name_of(rows: Sequence[PersonSaid]) -> str:
    """Say who the head is: who is called so, or whom the rows name as such."""
    return _first(said.name for said in rows if said.is_head) or _first(said.head_name for said in rows)


def telephone_of(rows: Sequence[PersonSaid]) -> str:
    """Say the family's telephone: the head's, else the first."""
    return _first(said.telephone for said in rows if said.is_head) or _first(said.telephone for said in rows)


def _judge(rows: Sequence[PersonSaid], place: Place, today: dt.date) -> None:
    first, heads = rows[0], [said for said in rows if said.is_head]
    for said in heads[1:]:
        said.blame("", TwoHeads(row=heads[0].number))
    if len(heads) > 1:
        heads[0].blame("", TwoHeads(row=heads[1].number))
    if not head_name_of(rows):
        first.blame("", HeadMissing())
    if len(rows) > MEMBERS_MAX:
        first.blame("", MembersOutOfBounds(most=MEMBERS_MAX))
    for name in ("township", "division_code", "address"):
        told = [said for said in rows if getattr(said, name)]
        other = next((said for said in told if getattr(said, name) != getattr(told[0], name)), None)
        if other is not None:
            other.blame("", PlaceDiffers(row=told[0].number))
    where = household_input(rows, place)
    if not where.township or not where.division_code:
        first.blame("", PlaceMissing())
    for said in rows:
        _judge_guardian(said, rows, today)


def _judge_guardian(said: PersonSaid, rows: Sequence[PersonSaid], today: dt.date) -> None:
    if not said.guardian:
        return
    if said.guardian == said.name:
        said.blame("", GuardianOfOneself())
    born_on = next((row.born_on for row in rows if row.name == said.guardian and row is not said), None)
    if born_on is not None and age_on(born_on, today) < GUARDIAN_AGE_MIN:
        said.blame("", GuardianIsChild(age=GUARDIAN_AGE_MIN))


def _blame_twice(rows: Sequence[PersonSaid]) -> None:
    seen: dict[str, int] = {}
    for said in rows:
        number = said.identity_number
        if number and number in seen:
            said.blame("", PersonTwice(row=seen[number]))
        elif number:
            seen[number] = said.number


def _on_record(families: Sequence[Family], own: "QuerySet[Household]") -> _OnRecord:
    """Find the households on record by what rows say, in a number of statements that grows with the file alone.

    Only hashes and ids are read: nobody's name is decrypted for it.
    """
    rows = [said for family in families for said in family.rows]
    by_number = {blind_index(said.identity_number, "identity-number"): said for said in rows if said.identity_number}
    by_person: dict[tuple[str, dt.date | None], PersonSaid] = {
        (blind_index(said.name, "name"), said.born_on): said for said in rows if said.name and said.born_on
    }
    by_telephone = {
        (blind_index(head_name_of(family.rows), "name"), blind_index(telephone_of(family.rows), "telephone")): family
        for family in families
        if telephone_of(family.rows) and head_name_of(family.rows)
    }
    found = _OnRecord()
    members = Member.objects.filter(household__in=own.values("id"), merged_into__isnull=True).order_by()
    for chunk in _chunks(list(by_number)):
        known = members.filter(identity_number_index__in=chunk).values_list("identity_number_index", "household_id")
        found.numbers.update({by_number[index].identity_number: household_id for index, household_id in known})
    columns = ("name_index", "born_on", "identity_number_index", "household_id")
    for chunk in _chunks(sorted({name for name, _ in by_person})):
        alike = members.filter(name_index__in=chunk, born_on__isnull=False)
        for name, born_on, number, household_id in alike.values_list(*columns):
            said = by_person.get((name, born_on))
            # Another number is another person.
            if said is not None and not (said.identity_number and number):
                found.persons[said.name, said.born_on] = household_id
    for chunk in _chunks(sorted({telephone for _, telephone in by_telephone})):
        called = own.filter(telephone_index__in=chunk).values_list("head_name_index", "telephone_index", "id")
        for head, telephone, household_id in called:
            family = by_telephone.get((head, telephone))
            if family is not None:
                found.telephones[head_name_of(family.rows), telephone_of(family.rows)] = household_id
    return found


def _chunks(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + HASHES_AT_ONCE] for start in range(0, len(keys), HASHES_AT_ONCE))


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")
