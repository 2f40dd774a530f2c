"""Who gives for the first time, and twice at once, is one donor; people who share a name stay two."""

from logistics.journal.history import Revision
from logistics.journal.revisions import Cause
from logistics.parties.actions import NewDonor, known_donor, known_donors, register_donor
from logistics.parties.changes import change_donor
from logistics.parties.models import Donor
from tests.cast import World
from tests.journal.test_races import WRITERS, _at_once
from tests.looking import assert_books_close

NAME = "示例新捐赠人"
NEW = NewDonor("PERSON", NAME)


def _cause(world: World) -> Cause:
    return Cause(world.officer.id, "名字写错了一字", world.now)


def test_gifts_at_once_of_somebody_new_are_one_donor_s(committed_world: World) -> None:
    world = committed_world

    def give(number: int) -> Donor:
        return known_donor(organisation=world.county, donor=NEW)

    found = _at_once(give)
    assert all(isinstance(one, Donor) for one in found), found
    assert len({one.id for one in found if isinstance(one, Donor)}) == 1
    assert Donor.objects.filter(name=NAME).count() == 1
    assert len(found) == WRITERS
    assert Revision.objects.filter(kind="DONOR", subject_id=Donor.objects.get(name=NAME).id).count() == 1
    assert_books_close()


def test_the_same_name_of_another_kind_or_body_is_another_donor(world: World) -> None:
    body = NewDonor("ORGANISATION", NAME)
    one, two = known_donors(organisation=world.county, donors=[NEW, body])
    three = known_donor(organisation=world.stranger_county, donor=NEW)
    assert len({one.id, two.id, three.id}) == 3
    assert known_donors(organisation=world.county, donors=[NEW, body, NEW]) == [one, two, one]


def test_people_who_share_a_name_are_registered_each_and_a_gift_finds_the_oldest(world: World) -> None:
    first, second = (register_donor(organisation=world.county, kind="PERSON", name=NAME) for _ in range(2))
    assert first.id != second.id
    assert known_donor(organisation=world.county, donor=NEW).id == first.id


def test_who_is_renamed_to_a_known_name_stays_somebody_else(world: World) -> None:
    known = known_donor(organisation=world.county, donor=NEW)
    other = known_donor(organisation=world.county, donor=NewDonor("PERSON", "示例写错的人"))
    changed = change_donor(donor=other, changes={"name": NAME}, cause=_cause(world))
    assert (changed.name, changed.id) == (NAME, other.id)
    assert known_donor(organisation=world.county, donor=NEW).id == known.id
    # The wrong name is free: whoever bears it is somebody new.
    assert known_donor(organisation=world.county, donor=NewDonor("PERSON", "示例写错的人")).id != other.id
