"""The same family entered twice is found with its reasons, merged by a person or kept apart, and unmerged."""

import datetime as dt
import json
import uuid
from dataclasses import replace

import pytest
from django.db import connection

from logistics.households.actions import MEMBERS_MAX, MemberInput, MembersOutOfBounds, record_household
from logistics.households.duplicate_models import DuplicatePair, HouseholdMerge, PairState
from logistics.households.duplicates import (
    DecisionUnexplained,
    PairDecided,
    PairMissing,
    get_pair,
    keep_apart,
    pair_view_for,
    search_duplicates,
    visible_pairs,
)
from logistics.households.guardians import note_guardian
from logistics.households.hardships import note_hardship
from logistics.households.merges import (
    Choices,
    MergeChoiceUnknown,
    MergedSince,
    MergeMissing,
    MergeUndone,
    erase_merges_of,
    get_merge,
    merge_pair,
    undo_merge,
)
from logistics.households.models import Household, Member
from logistics.households.persons import (
    household_ids_as_one,
    same_elsewhere,
    standing_household,
    standing_member,
    standing_member_ids,
)
from logistics.households.reads import MemberMissing, get_member, get_recipient, get_recipient_household
from logistics.households.visibility import eyes_of
from logistics.journal.verifying_history import require_history
from logistics.parcels.reads import recipients_without_parcel
from logistics.parties.models import Organisation
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

REASON = "问过村里，是一家人"
BORN = dt.date(2016, 3, 5)


def again(
    world: World,
    *,
    head: str = "示例家庭",
    organisation: Organisation | None = None,
    members: tuple[MemberInput, ...] = (),
    **more: str,
) -> Household:
    """Enter a family, of the cast's own name and township by default."""
    return record_household(
        organisation=organisation or world.county,
        township=more.pop("township", world.family.township),
        division_code=world.family.division_code,
        head_name=head,
        members=members,
        now=world.now,
        **more,
    )


def twins(world: World, first: tuple[MemberInput, ...] = (), second: tuple[MemberInput, ...] = ()) -> DuplicatePair:
    """Enter one family twice, as two liaisons write it, and find the pair."""
    again(world, head="李芳", address="少云镇示例村三组12号", telephone="13900000001", members=first)
    again(world, head="李方", address="示例村3组12号", telephone="139 0000 0001", members=second)
    search_duplicates(organisation=world.county, now=world.now)
    return visible_pairs(world.county).get(first__head_name_index__isnull=False, state=PairState.OPEN)


def merged(world: World, pair: DuplicatePair, **choices: object) -> HouseholdMerge:
    """Merge a pair as the officer."""
    actor = world.as_actor(world.officer)
    return merge_pair(actor=actor, pair=pair, choices=Choices(**choices), reason=REASON, now=world.now)  # type: ignore[arg-type] -- the test's own words


def test_a_family_entered_twice_is_found_with_its_reasons(world: World) -> None:
    pair = twins(world)
    assert [(one["part"], one["percent"]) for one in pair.agreements] == [
        ("TELEPHONE", 100),
        ("ADDRESS", 100),
        ("HEAD_SOUND", 100),
    ]
    assert (pair.score, pair.organisation, pair.first.recorded_at <= pair.second.recorded_at) == (
        92,
        world.county,
        True,
    )
    view = pair_view_for(pair, eyes_of(world.as_actor(world.officer)))
    assert (view.first.head_name, view.second.head_name) == ("李**", "李**")
    assert view.first.address == view.second.address == ""
    assert view.differing == ["head_name", "address"]


def test_nothing_that_names_anybody_is_kept_of_a_comparison(world: World) -> None:
    twins(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM households_duplicatepair")
        written = str(cursor.fetchall())
    for word in ("李芳", "李方", "12号", "13900000001"):
        assert word not in written


def test_searching_again_changes_nothing_and_a_corrected_pair_goes(world: World) -> None:
    pair = twins(world)
    assert search_duplicates(organisation=world.county, now=world.now) == 1
    assert visible_pairs(world.county).get() == pair
    Household.objects.filter(id=pair.second_id).update(telephone_index="", head_name="王五", head_name_index="x")
    assert search_duplicates(organisation=world.county, now=world.now) == 0
    assert not DuplicatePair.objects.exists()


def test_a_pair_kept_apart_does_not_come_again(world: World) -> None:
    pair, actor = twins(world), world.as_actor(world.officer)
    for reason in ("", "  不 ", "长" * 201):
        with nothing_written(), pytest.raises(DecisionUnexplained):
            keep_apart(actor=actor, pair=pair, reason=reason, now=world.now)
    keep_apart(actor=actor, pair=pair, reason="两兄弟，同住一院", now=world.now)
    assert search_duplicates(organisation=world.county, now=world.now) == 0
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by_id, pair.reason) == ("APART", world.officer.id, "两兄弟，同住一院")
    with pytest.raises(PairDecided):
        merged(world, pair)


def test_a_merge_keeps_the_chosen_words_and_counts_each_person_once(world: World) -> None:
    pair = twins(
        world,
        (MemberInput("李小花", born_on=BORN, has_consent=True), MemberInput("李大树")),
        (MemberInput("李小花", "FEMALE", BORN, relation="女儿"), MemberInput("赵奶奶")),
    )
    merge = merged(world, pair, fields={"head_name": "SECOND", "address": "FIRST"})
    survivor, absorbed = Household.objects.get(id=pair.first_id), Household.objects.get(id=pair.second_id)
    assert (survivor.head_name, survivor.address) == ("李方", "少云镇示例村三组12号")
    assert absorbed.merged_into == survivor and standing_household(absorbed) == survivor
    standing = survivor.members.filter(merged_into__isnull=True).order_by("id")
    assert [member.name for member in standing] == ["李小花", "李大树", "赵奶奶"]
    # What was not known of the one is known by the other.
    assert (standing[0].sex, standing[0].relation) == ("FEMALE", "女儿")
    twin = Member.objects.get(merged_into=standing[0])
    assert standing_member(twin) == standing[0]
    assert standing_member_ids([twin.id, standing[0].id]) == {twin.id: standing[0].id, standing[0].id: standing[0].id}
    assert household_ids_as_one([absorbed.id]) == household_ids_as_one([survivor.id]) == {survivor.id, absorbed.id}
    assert merge.pair.state == "MERGED"
    require_history()


def test_an_unmerge_brings_back_what_was_save_what_was_corrected_since(world: World) -> None:
    pair = twins(
        world,
        (MemberInput("李小花", born_on=BORN),),
        (MemberInput("李小花", "FEMALE", BORN), MemberInput("赵奶奶")),
    )
    rows = [[*Household.objects.values().order_by("id")], [*Member.objects.values().order_by("id")]]
    merge = merged(world, pair, survivor="SECOND", fields={"head_name": "FIRST", "address": "FIRST"})
    assert merge.survivor_id == pair.second_id
    actor = world.as_actor(world.officer)
    undo_merge(actor=actor, merge=merge, reason="认错了，是两家", now=world.now)
    plain = [[*Household.objects.values().order_by("id")], [*Member.objects.values().order_by("id")]]
    assert plain == rows
    pair.refresh_from_db()
    assert pair.state == "APART" and search_duplicates(organisation=world.county, now=world.now) == 0
    with nothing_written(), pytest.raises(MergeUndone):
        undo_merge(actor=actor, merge=merge, reason="再撤一次", now=world.now)
    # Nothing of the families is kept by a merge that is undone.
    merge.refresh_from_db()
    assert merge.before == ""
    require_history()


def test_papers_of_a_person_entered_twice_stand_for_the_one_who_stays(world: World) -> None:
    child = MemberInput("李小花", born_on=BORN)
    pair = twins(world, (child,), (replace(child, has_consent=True, hardships=("ORPHAN",)), MemberInput("李大树")))
    kept, gone = (side.members.get(born_on=BORN) for side in (pair.first, pair.second))
    grown = pair.second.members.get(born_on__isnull=True)
    actor = world.as_actor(world.officer)
    note_guardian(actor=actor, ward=gone, member=grown, now=world.now)
    note_hardship(actor=actor, household=pair.second, kind_code="DISASTER", now=world.now)
    merge = merged(world, pair)
    kept.refresh_from_db()
    assert kept.has_consent and kept.guardians.get().member == grown
    assert {(row.kind_code, row.member) for row in pair.first.hardships.all()} == {
        ("ORPHAN", kept),
        ("DISASTER", None),
    }
    undo_merge(actor=actor, merge=merge, reason="认错了，是两家", now=world.now)
    kept.refresh_from_db()
    assert not kept.has_consent and gone.guardians.get().member == grown
    assert {row.member for row in pair.second.hardships.all()} == {gone, None}
    require_history()


def test_what_a_merge_keeps_in_words_can_be_erased_and_it_is_undone_all_the_same(world: World) -> None:
    pair = twins(world)
    merge = merged(world, pair, fields={"head_name": "SECOND"})
    assert erase_merges_of(pair.second) == 2
    merge.refresh_from_db()
    assert (merge.before, merge.reason, DuplicatePair.objects.get().reason) == ("", "", "")
    undo_merge(actor=world.as_actor(world.officer), merge=merge, reason="认错了，是两家", now=world.now)
    assert not Household.objects.filter(merged_into__isnull=False).exists()


def test_what_was_corrected_after_a_merge_stays_when_it_is_undone(world: World) -> None:
    pair = twins(world)
    merge = merged(world, pair, fields={"head_name": "SECOND"})
    Household.objects.filter(id=pair.first_id).update(head_name="李芳芳")
    undo_merge(actor=world.as_actor(world.officer), merge=merge, reason="认错了，是两家", now=world.now)
    assert Household.objects.get(id=pair.first_id).head_name == "李芳芳"


def test_merges_are_undone_from_the_last_one(world: World) -> None:
    pair = twins(world)
    first = merged(world, pair)
    again(world, head="李芳", address="示例村三组12号")
    search_duplicates(organisation=world.county, now=world.now)
    second = merged(world, visible_pairs(world.county).get(state="OPEN"), survivor="SECOND")
    third = second.survivor
    assert standing_household(first.absorbed) == third
    assert household_ids_as_one([third.id]) == {third.id, first.survivor_id, first.absorbed_id}
    actor = world.as_actor(world.officer)
    with nothing_written(), pytest.raises(MergedSince):
        undo_merge(actor=actor, merge=first, reason="认错了，是两家", now=world.now)
    undo_merge(actor=actor, merge=second, reason="认错了，是两家", now=world.now)
    undo_merge(actor=actor, merge=first, reason="认错了，是两家", now=world.now)
    assert not Household.objects.filter(merged_into__isnull=False).exists()


def test_parcels_and_books_stay_and_count_for_the_one_family(world: World) -> None:
    parcel = world.walk(world.parcel())
    twin = again(world, members=(MemberInput("示例女童", "FEMALE", world.girl.born_on),))
    search_duplicates(organisation=world.county, now=world.now)
    before = recipients_without_parcel(world.county, world.warm, world.family.township)
    assert twin in [row.household for row in before]
    pair = visible_pairs(world.county).get()
    merged(world, pair, survivor="SECOND")
    parcel.refresh_from_db()
    assert parcel.household == world.family
    assert twin not in [row.household for row in recipients_without_parcel(world.county, world.warm, twin.township)]
    assert_books_close()
    # What is asked for the one that went is for the one that stays.
    own = world.county
    assert get_recipient_household(household_id=world.family.id, organisation=own) == twin
    assert get_recipient(reference=world.family.reference, organisation=own) == (twin, None)
    girl = Member.objects.get(household=twin, name_index=world.girl.name_index)
    assert get_recipient(reference=world.girl.reference, organisation=own) == (twin, girl)
    assert get_member(member_id=world.girl.id, household=twin) == girl
    with pytest.raises(MemberMissing):
        get_member(member_id=uuid.uuid4(), household=twin)


def test_a_person_in_another_organisation_is_known_by_hashes_alone(world: World) -> None:
    child = MemberInput("李小花", "FEMALE", BORN)
    here = again(world, head="李芳", members=(child,))
    there = again(world, head="别名", organisation=world.stranger.organisation, members=(child,))
    again(
        world,
        head="别名",
        organisation=world.stranger.organisation,
        members=(MemberInput("李小花", born_on=dt.date(2015, 1, 1)),),
    )
    (own,), (other,) = here.members.all(), there.members.all()
    assert same_elsewhere([own.id]) == {own.id: {(other.id, there.id)}}, "and not the namesake"
    # An officer is not told of families that others know.
    assert search_duplicates(organisation=world.county, now=world.now) == 0


def test_a_pair_of_two_bodies_is_for_the_officers_above_both(world: World) -> None:
    child = MemberInput("李小花", "FEMALE", BORN)
    again(world, head="李芳", members=(child,))
    again(world, head="别名", organisation=world.province, members=(child,))
    assert search_duplicates(organisation=world.county, now=world.now) == 0
    assert search_duplicates(organisation=world.province, now=world.now) == 1
    pair = visible_pairs(world.province).get()
    assert pair.organisation == world.province
    for organisation in (world.county, world.stranger.organisation):
        with pytest.raises(PairMissing):
            get_pair(pair_id=pair.id, organisation=organisation)
    merge = merged(world, pair)
    for organisation in (world.county, world.stranger.organisation):
        with pytest.raises(MergeMissing):
            get_merge(merge_id=merge.id, organisation=organisation)


@pytest.mark.parametrize(
    "choices", [{"survivor": "BOTH"}, {"fields": {"head_name": "x"}}, {"fields": {"card": "FIRST"}}]
)
def test_an_unknown_choice_is_refused(world: World, choices: dict[str, object]) -> None:
    pair = twins(world)
    with nothing_written(), pytest.raises(MergeChoiceUnknown):
        merged(world, pair, **choices)


@pytest.mark.parametrize("more", [0, 1])
def test_a_family_never_has_more_members_than_may_be(world: World, more: int) -> None:
    first = tuple(MemberInput(f"甲{n}") for n in range(MEMBERS_MAX - 5))
    second = tuple(MemberInput(f"乙{n}") for n in range(5 + more))
    pair = twins(world, first, second)
    if more:
        with nothing_written(), pytest.raises(MembersOutOfBounds):
            merged(world, pair)
    else:
        assert sum(key.startswith("Member:") for key in json.loads(merged(world, pair).before)) == 5
