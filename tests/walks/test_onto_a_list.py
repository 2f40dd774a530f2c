"""From a visit at home to the parcel in the family's hands: every step by the person whose it is."""

import uuid

from logistics.households.hardships import note_hardship
from logistics.journal.verifying import verified_journal
from logistics.kernel.ranking import Weights
from logistics.ledgers.late_stages import late_stages
from logistics.lists.applications import accept_application, file_application
from logistics.lists.approving import approve_list
from logistics.lists.drafts import draft_list, reckoned
from logistics.lists.facts import facts_of_one
from logistics.lists.notices import entries_of, publish_notice
from logistics.lists.objections import answer_objection, raise_objection
from logistics.lists.offers import offers_at_hand
from logistics.lists.reads import part_names, places_of_list, progress_of
from logistics.lists.shown_drafts import what_if
from logistics.needs.inputs import NeedInput
from logistics.needs.reporting import report_need
from logistics.parcels.allocations import allocate_parcels
from tests.cast import World
from tests.lists.conftest import DAY, Listing, make_listing
from tests.looking import assert_books_close


def test_from_the_need_to_the_parcel(world: World) -> None:
    people: Listing = make_listing(world)
    people.rules(eligibility={"age_to": 14, "not_served_days": 180})
    world.stock_kits(1)
    family, other, now = people.family(), people.family(), world.now

    # A liaison finds two families without winter clothes. One child's father is seriously ill.
    kind = "CLOTHES"
    needs = [
        report_need(actor=people.liaison, household=one, need=NeedInput(uuid.uuid4(), kind, urgency), now=now)
        for one, urgency in ((other, 1), (family, 2))
    ]
    note_hardship(
        actor=people.liaison, household=family, member=family.members.get(), kind_code="SERIOUS_ILLNESS", now=now
    )

    # She proposes both a day later; another person reviews.
    now += DAY
    applications = [
        file_application(
            actor=people.liaison,
            programme=world.warm,
            household=need.household,
            source="LIAISON",
            text="孩子没有过冬的棉衣",
            need=need,
            now=now,
        )
        for need in needs
    ]
    assert [row.urgency for row in applications] == [1, 2]
    for row in applications:
        accept_application(actor=people.reviewer, application=row, text="走访属实", now=now)

    # The village reads township and number; somebody objects, and is answered.
    notice = publish_notice(actor=people.drafter, organisation=world.county, programme=world.warm, now=now)
    assert {entry.township for entry in entries_of(notice)} == {"少云镇"}
    objection = raise_objection(notice=notice, number=applications[0].reference, text="他家有人打工", now=now)
    answer_objection(actor=people.drafter, objection=objection, is_upheld=False, text="收入已计入，仍符合条件", now=now)

    # One kit, two families: without weights the two wait equally long. What if illness counted?
    at_hand = offers_at_hand(world.county, world.warm, on=now.date())
    draft = draft_list(actor=people.drafter, notice=notice, offers=[one.to_json() for one in at_hand], now=now)
    change = what_if(draft, Weights({"SERIOUS_ILLNESS": 30}, urgency=10), now=now)
    assert change.would_gain in ([], [applications[1].reference])
    assert len(reckoned(draft).places) == 2

    # When the notice is over, another person approves: the list is numbered and frozen.
    now += 6 * DAY
    frozen = approve_list(actor=people.approver, draft=draft, now=now)
    first, second = places_of_list(frozen, part_names(shows_hardships=True), start=0, count=10)
    assert (first.offer, second.unserved[1]) == (0, "all that fits goes to those before")
    assert second.reference in first.before[0] and second.reference in first.before[1]

    # The first place becomes a parcel, and the parcel reaches the door.
    (parcel,) = allocate_parcels(actor=people.drafter, row=frozen, now=now)
    assert progress_of(frozen).allocated == 1
    world.walk(parcel)
    assert parcel.state == "DELIVERED" and parcel.household in (family, other)
    served = next(row for row in applications if row.household_id == parcel.household_id)
    assert facts_of_one(served, on=now.date()).served_on == {"warm-heart-pack": world.now.date()}
    assert late_stages(world.county, now) == []
    assert_books_close()
    fault, _ = verified_journal(progress=lambda done, total: None)
    assert fault is None
