"""A family comes on record at a desk, is found by what people say of it, grows and moves, each with a history."""

import datetime as dt

import pytest

from logistics.households.actions import (
    MEMBERS_MAX,
    HeadsOutOfBounds,
    HouseholdInput,
    MemberInput,
    MembersOutOfBounds,
    NameMissing,
)
from logistics.households.erasure import erase_person
from logistics.households.finding import FOUND_MAX, WORDS_LENGTH_MAX, SearchOutOfBounds, families_found
from logistics.households.guardians import note_guardian
from logistics.households.identity import BirthDateWrong
from logistics.households.joining import FamilyPerhapsKnown, register_family, register_member
from logistics.households.models import Household, Member
from logistics.households.standing import PersonErased
from logistics.households.visibility import Eyes, eyes_of
from logistics.journal.models import Revision
from logistics.parties.models import Person
from logistics.storage.rows import new_id
from tests.cast import World
from tests.households.test_family_facts import WOMAN
from tests.looking import nothing_written

HEAD = MemberInput("欧阳示例", identity_number=WOMAN, is_head=True)
FAMILY = HouseholdInput("少云镇", "990101001", "欧阳示例", telephone="13700137000", members=(HEAD,))


def _register(world: World, family: HouseholdInput = FAMILY, **more: object) -> Household:
    values = {"actor": world.as_actor(world.officer), "token": new_id(), "now": world.now, **more}
    return register_family(family=family, **values)  # type: ignore[arg-type] -- a test's own words


def _join(world: World, member: MemberInput, household: Household | None = None, **more: object) -> Member:
    values = {"actor": world.as_actor(world.officer), "token": new_id(), "now": world.now, **more}
    return register_member(household=household or world.family, member=member, **values)  # type: ignore[arg-type] -- the same


def _found(world: World, words: str, person: Person | None = None, eyes: Eyes | None = None) -> list[Household]:
    seen = eyes or eyes_of(world.as_actor(person or world.officer))
    return families_found(organisation=world.county, words=words, eyes=seen)[0]


def test_a_token_records_a_family_once_and_likeness_is_told_first(world: World) -> None:
    token = new_id()
    row = _register(world, token=token)
    assert _register(world, token=token) == row
    assert (row.members.get().is_head, row.organisation) == (True, world.county)
    by_name = HouseholdInput("别镇", "990101002", "欧阳示例", members=(MemberInput("欧阳示例", born_on=_born(row)),))
    by_telephone = HouseholdInput("别镇", "990101002", "欧阳示例", telephone="137 0013 7000")
    for like in (FAMILY, by_name, by_telephone):
        with nothing_written(), pytest.raises(FamilyPerhapsKnown) as told:
            _register(world, like)
        assert told.value.facts["references"] == [row.reference]
    # Somebody has looked: it is another family.
    assert _register(world, by_telephone, is_another=True) != row
    assert _register(world, HouseholdInput("别镇", "990101002", "欧阳示例")) != row


def _born(row: Household) -> dt.date:
    born_on = row.members.get().born_on
    assert born_on
    return born_on


@pytest.mark.parametrize("words", ["欧阳示例", "欧阳 示例", "欧阳", WOMAN, "002x", "137-0013-7000", "7000", "示例姑姑"])
def test_a_family_is_found_by_each_thing_that_is_said_whole(world: World, words: str) -> None:
    row = _register(world)
    ward = _join(world, MemberInput("示例侄女", born_on=dt.date(2020, 1, 1)), row)
    note_guardian(actor=world.as_actor(world.officer), ward=ward, name="示例姑姑", relation="姑姑", now=world.now)
    assert _found(world, words) == [row]
    eyes = eyes_of(world.as_actor(world.officer))
    assert families_found(organisation=world.stranger_county, words=words, eyes=eyes) == ([], False)
    assert _found(world, row.reference.lower()) == _found(world, ward.reference) == [row]


@pytest.mark.parametrize("words", ["欧", "阳示例", "示例", "3700", "1949", "%", "'"])
def test_nothing_is_found_by_a_part(world: World, words: str) -> None:
    _register(world)
    assert _found(world, words) == []


def test_what_a_role_sees_nothing_of_finds_nothing(world: World) -> None:
    row = _register(world)
    assert _found(world, WOMAN, world.administrator) == _found(world, "002X", world.administrator) == []
    assert _found(world, "欧阳示例", world.administrator) == [row]


def test_a_search_is_bounded_and_an_erased_family_is_not_found(world: World) -> None:
    row = _register(world)
    for words in ("", "  ", "长" * (WORDS_LENGTH_MAX + 1)):
        with pytest.raises(SearchOutOfBounds):
            _found(world, words)
    assert _found(world, "长" * WORDS_LENGTH_MAX) == []
    for _ in range(FOUND_MAX - 1):
        _register(world, HouseholdInput("别镇", "990101002", "欧阳某"))
    eyes = eyes_of(world.as_actor(world.officer))
    assert families_found(organisation=world.county, words="欧阳", eyes=eyes)[1] is False
    _register(world, HouseholdInput("别镇", "990101002", "欧阳某"))
    rows, has_more = families_found(organisation=world.county, words="欧阳", eyes=eyes)
    assert (len(rows), has_more) == (FOUND_MAX, True)
    erase_person(actor=world.as_actor(world.officer), household=row, cause="ASKED", now=world.now)
    assert _found(world, WOMAN) == []


def test_somebody_joins_a_family_once_and_it_stands_in_its_history(world: World) -> None:
    before, token = Revision.objects.count(), new_id()
    child = _join(world, MemberInput("示例弟弟", born_on=dt.date(2025, 12, 1), relation="次子"), token=token)
    assert _join(world, MemberInput("示例弟弟"), token=token) == child
    assert (child.household, Revision.objects.count() - before) == (world.family, 1)
    assert _found(world, "示例弟弟") == [world.family]
    _join(world, MemberInput("示例家庭", is_head=True))
    for refusal, member in (
        (HeadsOutOfBounds, MemberInput("示例户主", relation="户主")),
        (NameMissing, MemberInput(" ")),
        (BirthDateWrong, MemberInput("示例", born_on=world.now.date() + dt.timedelta(days=1))),
        (BirthDateWrong, MemberInput("示例", born_on=dt.date(1900, 1, 1))),
    ):
        with nothing_written(), pytest.raises(refusal):
            _join(world, member)
    while world.family.members.count() < MEMBERS_MAX:
        _join(world, MemberInput("示例亲戚"))
    with nothing_written(), pytest.raises(MembersOutOfBounds):
        _join(world, MemberInput("示例亲戚"))


def test_nobody_joins_who_was_erased(world: World) -> None:
    row = _register(world)
    erase_person(actor=world.as_actor(world.officer), household=row, cause="ASKED", now=world.now)
    with nothing_written(), pytest.raises(PersonErased):
        _join(world, MemberInput("示例亲戚"), row)
