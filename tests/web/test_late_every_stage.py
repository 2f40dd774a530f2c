"""In time: a moved clock fills and empties the late list for every stage that there is, and every stage has a page."""

import datetime as dt

import pytest
from django.utils import timezone

from logistics.grants.actions import approve_grant, pay_grant
from logistics.grants.allocations import allocate_grants
from logistics.ledgers.late_rows import WAITING
from logistics.ledgers.late_stages import CONFIRMATION, ESCALATION, late_stages
from logistics.lists.models import Stage
from logistics.lists.objections import answer_objection, raise_objection
from logistics.lists.rules import change_rules
from logistics.needs.actions import confirm_need
from logistics.needs.holders import escalate_due_needs
from logistics.needs.models import NeedTimetable
from logistics.needs.reporting import report_need
from logistics.needs.timetables import set_need_timetable
from logistics.parcels.allocations import allocate_parcels
from logistics.replies.cards import keep_back_reply, record_reply
from logistics.replies.subjects import subject_behind
from logistics.storage.rows import new_id
from logistics.web.lists_wording import LIST_STAGES
from tests.cast import World
from tests.lists.conftest import DAY, HOUR, Listing, make_listing
from tests.needs.village import lacking
from tests.replies.stage import card_of
from tests.web.conftest import Visitor

SINGLE = dict.fromkeys(Stage.values, 24)


@pytest.fixture
def there(world: World) -> Listing:
    """People of a list; each test sets the one stage that it is about."""
    world.stock_kits(2)
    return make_listing(world)


def _stages(there: Listing, since: dt.datetime, hours: float) -> list[tuple[str, str, int]]:
    found = late_stages(there.world.county, since + dt.timedelta(hours=hours))
    assert late_stages(there.world.stranger_county, since + dt.timedelta(hours=hours)) == []
    return [(one.stage, one.subject, one.hours_over) for one in found]


def _fills(there: Listing, stage: str, subject: str, since: dt.datetime) -> None:
    """Nothing is late to the minute; two hours later it is, by two hours."""
    assert _stages(there, since, 24) == []
    assert _stages(there, since, 26) == [(stage, subject, 2)]


def _only(there: Listing, stage: str) -> None:
    there.rules(hours_per_stage={stage: 24})


def test_every_stage_has_hours_rows_and_words() -> None:
    assert set(WAITING) == set(Stage)
    assert set(LIST_STAGES) == {*Stage.values, CONFIRMATION, ESCALATION}


def test_an_objection_waits_for_its_answer(there: Listing) -> None:
    _only(there, "OBJECTION")
    there.accepted(there.family())
    notice = there.notice()
    objection = raise_objection(notice=notice, text="这一户不在本村居住", now=there.now)
    _fills(there, "OBJECTION", "OBJECTION", there.now)
    answer_objection(actor=there.drafter, objection=objection, is_upheld=False, text="已核实在住", now=there.now)
    assert _stages(there, there.now, 26) == []


def test_an_approved_list_waits_for_its_allocation(there: Listing) -> None:
    _only(there, "ALLOCATION")
    frozen = there.approved(there.family())
    _fills(there, "ALLOCATION", "LIST", there.now)
    allocate_parcels(actor=there.drafter, row=frozen, now=there.now)
    assert _stages(there, there.now, 26) == []


@pytest.mark.parametrize("stage", ["ALLOCATION", "HAND_OVER"])
def test_what_a_round_that_is_over_did_not_give_is_no_longer_late(there: Listing, stage: str) -> None:
    _only(there, stage)
    there.approved(there.family())
    _fills(there, stage, "LIST", there.now)
    rules = there.world.warm.list_rules  # type: ignore[attr-defined]
    cause = there.owner.cause(there.now, "进入新一年的批次")
    change_rules(actor=there.owner, rules=rules, changes={"round_name": "2027年冬季"}, cause=cause)
    assert _stages(there, there.now, 26) == []


STEPS = ("PACK", "SEAL", "DISPATCH", "HAND_OVER")


@pytest.mark.parametrize(
    ("stage", "before", "ends"), [("PACKING", 0, 1), ("DISPATCH", 1, 3), ("DELIVERY", 3, 4), ("DISPATCH", 2, 3)]
)
def test_a_parcel_waits_to_be_packed_sent_and_brought(there: Listing, stage: str, before: int, ends: int) -> None:
    _only(there, stage)
    (parcel,) = allocate_parcels(actor=there.drafter, row=there.approved(there.family()), now=there.now)
    if before:
        there.world.walk(parcel, *STEPS[:before])
    parcel.refresh_from_db()
    _fills(there, stage, "PARCEL", parcel.state_since)
    there.world.walk(parcel, *STEPS[before:ends])
    assert _stages(there, parcel.state_since, 26) == []


def test_a_grant_waits_to_be_paid(there: Listing) -> None:
    world = there.world
    there.rules(world.spring, hours_per_stage={"PAYMENT": 24})
    world.give_money(10_000, fund=world.girls_fund)
    family = there.family()
    there.accept(there.file(family, family.members.get(), programme=world.spring))
    offer = {"fund": "girls-2026", "amount_minor": 10_000, "quantity": 1}
    frozen = there.approve(there.draft(there.notice(world.spring), [offer]))
    (grant,) = allocate_grants(actor=there.drafter, row=frozen, now=there.now)
    _fills(there, "PAYMENT", "GRANT", there.now)
    approved = approve_grant(grant=grant, approver_id=there.approver.holder_id, now=there.now)
    _fills(there, "PAYMENT", "GRANT", there.now)
    pay_grant(actor=there.drafter, grant=approved, now=there.now)
    assert _stages(there, there.now, 26) == []


def test_a_reply_waits_for_somebody_to_look(there: Listing) -> None:
    _only(there, "REPLY")
    parcel = there.world.walk(there.world.parcel())
    card = card_of(there.world, parcel)
    subject = subject_behind(card.text, within=there.world.county)
    courier = there.world.as_actor(there.world.courier)
    reply = record_reply(actor=courier, subject=subject, text="谢谢大家", now=there.now, token=new_id())
    _fills(there, "REPLY", "REPLY", there.now)
    keep_back_reply(actor=there.drafter, reply=reply, reason="画面里有名字", now=there.now)
    assert _stages(there, there.now, 26) == []


def _timetable(there: Listing, **levels: int) -> NeedTimetable:
    return set_need_timetable(
        actor=there.owner,
        programme=there.world.warm,
        days_per_level=levels,
        days_until_stale=10,
        reason="入冬后加快",
        now=there.now,
    )


def test_a_need_waits_to_be_confirmed_and_to_be_handed_up(there: Listing) -> None:
    world, now = there.world, there.now
    _timetable(there, COUNTY=4, PROVINCE=7)
    need = report_need(actor=there.liaison, household=there.family(), need=lacking(), programme=world.warm, now=now)
    assert _stages(there, now, 4 * 24) == []
    # The timer of the worker stands still: the officer sees it.
    assert _stages(there, now, 4 * 24 + 3) == [(ESCALATION, "NEED", 3)]
    assert escalate_due_needs(now=now + 5 * DAY) == 1
    assert _stages(there, now, 5 * 24 + 1) == []
    need.refresh_from_db()
    # Nobody stands above the province: what it does not meet stays on the list.
    assert need.holder == world.province and _stages(there, now, 10 * 24) == []
    assert _stages(there, now, 10 * 24 + 2) == [(CONFIRMATION, "NEED", 2)]
    confirm_need(actor=there.liaison, need=need, now=now + 10 * DAY)
    assert _stages(there, now, 10 * 24 + 2) == []
    assert [one.stage for one in late_stages(world.county, now + 13 * DAY)] == [ESCALATION]


def test_both_pages_of_an_officer_lead_to_what_is_late(there: Listing) -> None:
    """Rows of an hour each: the clock of the pages is the real one, and the world's stands long before it."""
    _timetable(there, COUNTY=4)
    there.rules(hours_per_stage=SINGLE)
    need = report_need(
        actor=there.liaison, household=there.family(), need=lacking(), programme=there.world.warm, now=there.now
    )
    row = there.file(there.family())
    frozen = there.approved(there.family())
    (parcel,) = allocate_parcels(actor=there.drafter, row=frozen, now=there.now)
    officer = Visitor("officer")
    for address in ("/", "/attention"):
        page = officer.get(address).content.decode()
        for link in (
            f"/needs/{need.id}",
            f"/applications/{row.id}",
            f"/lists/{frozen.id}",
            f"/parcels/{parcel.code.text}",
        ):
            assert link in page, (address, link)
    assert timezone.now() > there.now + DAY


def test_a_programme_sets_all_of_it_on_its_page(there: Listing) -> None:
    there.rules()
    page = Visitor("list-owner")
    address = "/lists/programmes/warm-heart-pack"
    shown = page.get(address).content.decode()
    for stage in Stage.values:
        assert f'name="{stage.lower()}"' in shown
    days = {"needs-days_until_stale": "30", "needs-village": "2", "needs-township": "3", "needs-reason": "入冬后加快"}
    assert page.client.post(f"{address}/needs", {**days, "needs-reason": ""}, follow=True).status_code == 200
    assert not NeedTimetable.objects.exists()
    assert page.client.post(f"{address}/needs", days).status_code == 302
    row = NeedTimetable.objects.get()
    assert (row.days_until_stale, row.days_per_level) == (30, {"VILLAGE": 2, "TOWNSHIP": 3})


def test_each_hour_is_one_hour(there: Listing) -> None:
    there.rules(hours_per_stage={"REVIEW": 1})
    there.file(there.family())
    assert _stages(there, there.now, 1) == []
    assert late_stages(there.world.county, there.now + HOUR + dt.timedelta(minutes=1))[0].hours_over == 0
