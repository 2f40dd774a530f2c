"""What the demonstration's families said: thanks, complaints, and a girl who writes to whom she never meets."""

import datetime as dt

from logistics.grants.actions import approve_grant, pay_grant
from logistics.households.consents import record_member_consent
from logistics.households.guardians import note_guardian
from logistics.parties.models import Person
from logistics.press.demo_people import Rooms
from logistics.replies.cards import record_reply, release_reply
from logistics.replies.grievances import Told, answer_grievance, name_reader, receive_grievance
from logistics.replies.subjects import subject_behind
from logistics.replies.visits import ask_for_visit, record_visit
from logistics.sponsorships.actions import begin_sponsorship, plan_year
from logistics.sponsorships.letters import record_letter, release_letter
from logistics.storage.rows import new_id

YEARLY_MINOR = 120_000


def fill_told(rooms: Rooms) -> None:
    """Replies that wait and that are out, visits to make and made, complaints by telephone, and one pair."""
    _replies(rooms)
    _verifications(rooms)
    _grievances(rooms)
    _sponsorship(rooms)


def _replies(rooms: Rooms) -> None:
    first, second, *_ = (subject_behind(row.code.text, within=rooms.county) for row in rooms.delivered)
    out = record_reply(
        actor=rooms.courier, subject=first, text="被子很暖和，谢谢大家", now=rooms.days_ago(1.5), token=new_id()
    )
    release_reply(actor=rooms.officer, reply=out, text="被子很暖和，谢谢大家", now=rooms.days_ago(1))
    said = "谢谢，孩子在示例镇中心小学读书，棉衣正合身"
    record_reply(actor=rooms.courier, subject=second, text=said, now=rooms.days_ago(0.5), token=new_id())


def _verifications(rooms: Rooms) -> None:
    for place, parcel in enumerate(rooms.delivered[:2]):
        visit = ask_for_visit(
            actor=rooms.officer,
            subject=subject_behind(parcel.code.text, within=rooms.county),
            why="示例抽查",
            due_on=(rooms.now + dt.timedelta(days=7)).date(),
            now=rooms.days_ago(1.5),
            token=new_id(),
        )
        if place:
            record_visit(
                actor=rooms.liaison,
                visit=visit,
                visited_on=rooms.days_ago(1).date(),
                arrived="PARTLY",
                content_right="NO",
                in_time="YES",
                helped="YES",
                note="少了一副手套",
                now=rooms.days_ago(1),
            )


def _grievances(rooms: Rooms) -> None:
    officer = Person.objects.get(id=rooms.officer.holder_id)
    name_reader(actor=rooms.administrator, person=officer, is_reader=True, now=rooms.days_ago(20))
    for days, topic, words in (
        (4, "NOT_RECEIVED", "邻居都收到了，我家还没有"),
        (2, "WRONG_OR_DAMAGED", "棉马甲的拉链坏了"),
    ):
        row, _receipt = receive_grievance(
            organisation=rooms.county,
            told=Told(topic, words),
            channel="TELEPHONE",
            actor=rooms.officer,
            source="",
            now=rooms.days_ago(days),
            token=new_id(),
        )
    answer_grievance(actor=rooms.officer, grievance=row, text="已换新，明天送到", now=rooms.days_ago(1))


def _sponsorship(rooms: Rooms) -> None:
    girl = rooms.girls[0]
    guardian = note_guardian(actor=rooms.officer, ward=girl, name="示例奶奶", relation="祖母", now=rooms.days_ago(30))
    record_member_consent(
        actor=rooms.officer, member=girl, scopes=("SPONSOR", "LETTER"), guardian=guardian, now=rooms.days_ago(30)
    )
    pair = begin_sponsorship(
        actor=rooms.officer,
        fund=rooms.girls_fund,
        donor=rooms.donor,
        member=girl,
        alias="小葵",
        stage="PRIMARY_UPPER",
        yearly_minor=YEARLY_MINOR,
        started_on=rooms.days_ago(25).date(),
        now=rooms.days_ago(25),
        token=new_id(),
    )
    grant = plan_year(actor=rooms.officer, sponsorship=pair, year=0, now=rooms.days_ago(19))
    approve_grant(grant=grant, approver_id=rooms.approver.holder_id, now=rooms.days_ago(18))
    pay_grant(grant=grant, actor=rooms.approver, now=rooms.days_ago(17))
    for days, text in ((9, "我学会了骑自行车，成绩也进步了"), (1, "我在示例镇中心小学，春天要参加运动会")):
        letter = record_letter(
            actor=rooms.officer,
            sponsorship=pair,
            direction="TO_SPONSOR",
            text=text,
            now=rooms.days_ago(days),
            token=new_id(),
        )
        if days > 1:
            release_letter(actor=rooms.approver, letter=letter, text=text, now=rooms.days_ago(days - 1))
