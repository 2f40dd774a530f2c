"""The demonstration's visits at home, and what became of the needs that they found."""

import datetime as dt
import uuid

from logistics.needs.actions import By, answer_referral, meet_need, note_whether_it_helped, record_visits, refer_need
from logistics.needs.holders import escalate_due_needs
from logistics.needs.inputs import NeedInput, VisitInput
from logistics.needs.models import Need
from logistics.press.demo_people import Rooms
from logistics.storage.rows import new_id

# How many days ago, what is lacked, how urgently, in which size, in whose words.
FOUND = (
    (4, "CLOTHES", 2, "130", "孩子没有过冬的棉衣"),
    (5, "LEARNING", 1, "", "缺一盏写作业的台灯"),
    (5, "BEDDING", 3, "", "只有一床薄被，孙女和奶奶合盖"),
    (6, "MEDICAL", 2, "", "孩子需要复查，路费有困难"),
    (9, "COMPANY", 1, "", "父母外出，孩子晚上害怕"),
    (12, "HOUSING", 2, "", "屋顶漏雨"),
    (20, "CLOTHES", 1, "110", "棉鞋小了"),
    (95, "NUTRITION", 1, "", "早上常常不吃饭"),
)


def fill_needs(rooms: Rooms) -> None:
    """Let the liaison visit eight families; one need is referred, one is answered, two are met, some go up or stale."""
    for (days, kind, urgency, size, words), family in zip(FOUND, rooms.families, strict=False):
        _visit(rooms, family.id, days, NeedInput(new_id(), kind, urgency, text=words, size=size))
    needs = {row.household_id: row for row in Need.objects.filter(household__in=rooms.families)}
    rows = [needs[family.id] for family in rooms.families if family.id in needs]
    for row, days in ((rows[3], 3), (rows[5], 10)):
        refer_need(
            actor=rooms.officer, need=row, body="CIVIL_AFFAIRS", reason="请民政协助解决", now=rooms.days_ago(days)
        )
    answer_referral(
        actor=rooms.officer,
        need=rows[5],
        answer="ACCEPTED",
        answered_on=rooms.days_ago(6).date(),
        text="已列入危房改造，下月动工",
        now=rooms.days_ago(6),
    )
    for row, days in ((rows[1], 1), (rows[6], 15)):
        meet_need(actor=rooms.officer, need=row, by=By("OTHER"), reason="爱心企业当日送到", now=rooms.days_ago(days))
    note_whether_it_helped(actor=rooms.liaison, need=rows[6], has_helped=True, now=rooms.days_ago(8))
    escalate_due_needs(now=rooms.now)


def _visit(rooms: Rooms, household_id: uuid.UUID, days: int, need: NeedInput) -> None:
    visit = VisitInput(
        visit_id=new_id(),
        household_id=household_id,
        visited_at=rooms.days_ago(days),
        met="HEAD",
        needs=(need,),
        note="示例走访记录",
    )
    record_visits(actor=rooms.liaison, visits=[visit], now=rooms.days_ago(days) + dt.timedelta(hours=1))
