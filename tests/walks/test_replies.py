"""What comes back from families, from the door to the donor: a reply card, a visit, a complaint."""

import datetime as dt

from logistics.journal.sealing import seal_leaves
from logistics.parties.actors import Actor
from logistics.replies.card_reads import reply_view_for, thanks_for
from logistics.replies.cards import record_reply, release_reply
from logistics.replies.grievance_reads import grievance_by_receipt, grievance_view_for, visible_grievances
from logistics.replies.grievances import Told, answer_grievance, escalate_overdue, name_reader, receive_grievance
from logistics.replies.subjects import subject_behind
from logistics.replies.visit_draws import announce_draw, carry_out_draw
from logistics.replies.visit_reads import differences_open, verified_shares, visits_to_make
from logistics.replies.visits import record_visit, settle_difference
from logistics.storage.rows import new_id
from tests.cast import World
from tests.replies.stage import card_of, delivered, someone


def test_a_reply_card_from_the_parcel_to_the_donor(world: World) -> None:
    # A card lay in the parcel. The family scans it and writes; it need not sign in, and it names itself.
    card = card_of(world, delivered(world))
    family = Actor(world.county, card.id, key_name="REPLY_CARD")
    subject = subject_behind(card.text, within=None)
    told = "我叫示例女童，棉衣很暖和，谢谢"
    reply = record_reply(actor=family, subject=subject, text=told, now=world.now, token=new_id())
    # The officer sees what would give the child away, and releases the rest.
    assert [mark.kind for mark in reply_view_for(reply).marks] == ["NAME"]
    release_reply(actor=world.as_actor(world.officer), reply=reply, text="棉衣很暖和，谢谢", now=world.now)
    # Whoever gave reads it on the page of the gift.
    assert [said.text for said in thanks_for(world.donor.donations.get())] == ["棉衣很暖和，谢谢"]


def test_a_visit_that_nobody_chose_finds_a_blanket_missing(world: World) -> None:
    parcel, officer = delivered(world), world.as_actor(world.officer)
    # The draw is announced and sealed; the next checkpoint of the log draws.
    day = world.now.date()
    draw = announce_draw(
        actor=officer, programme=world.warm, from_on=day, to_on=day, size=1, days=14, now=world.now, token=new_id()
    )
    seal_leaves(now=world.now)
    carry_out_draw(actor=officer, draw=draw, now=world.now)
    (visit,) = visits_to_make(world.county)
    assert visit.parcel == parcel
    # A liaison who did not bring it goes and asks.
    result = record_visit(
        actor=world.as_actor(someone(world, "liaison", "LIAISON")),
        visit=visit,
        visited_on=day,
        arrived="PARTLY",
        content_right="NO",
        in_time="YES",
        helped="YES",
        note="少了一条毛毯",
        now=world.now,
    )
    # It stands on the officer's list until somebody has seen to it.
    assert list(differences_open(world.county)) == [visit]
    settle_difference(actor=officer, result=result, text="毛毯已补送", now=world.now)
    assert list(differences_open(world.county)) == []
    assert [(share.made, share.delivered) for share in verified_shares(world.county)] == [(1, 1)]


def test_a_complaint_of_one_of_ours_goes_past_them_and_up(world: World) -> None:
    for person in (world.officer, world.approver):
        name_reader(actor=world.as_actor(world.administrator), person=person, is_reader=True, now=world.now)
    # Somebody tells it at the page, of an officer.
    row, receipt = receive_grievance(
        organisation=world.county,
        told=Told("ASKED_FOR_MONEY", "发东西的人要了二十块钱", about=world.officer),
        channel="PAGE",
        actor=None,
        source="203.0.113.7",
        now=world.now,
        token=new_id(),
    )
    assert list(visible_grievances(world.as_actor(world.officer))) == []
    # Nobody answers in three days: the province holds it from then on.
    late = world.now + dt.timedelta(days=3, seconds=1)
    assert escalate_overdue(now=late) == 1
    assert grievance_view_for(grievance_by_receipt(receipt)).holder == world.province
    answer_grievance(actor=world.as_actor(world.approver), grievance=row, text="钱已退还，此人已停职", now=late)
    assert grievance_view_for(grievance_by_receipt(receipt)).steps[-1].text == "钱已退还，此人已停职"
