"""What the demonstration's families said: thanks, complaints, and a girl who writes to whom she never meets."""

import datetime as dt

from logistics.parties.models import Person
from logistics.press.demo_pair import fill_pair
from logistics.press.demo_people import Rooms
from logistics.replies.cards import record_reply, release_reply
from logistics.replies.grievances import Told, answer_grievance, name_reader, receive_grievance
from logistics.replies.subjects import subject_behind
from logistics.replies.visits import ask_for_visit, record_visit
from logistics.storage.rows import new_id


def fill_told(rooms: Rooms) -> None:
    """Replies that wait and that are out, visits to make and made, complaints by telephone, and one pair."""
    _replies(rooms)
    _verifications(rooms)
    _grievances(rooms)
    fill_pair(rooms)


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
