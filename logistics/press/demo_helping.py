"""The demonstration's volunteers: wishes, errands, a companion, and a garment for one child's measures."""

import datetime as dt

from logistics.press.demo_knitting import fill_knitting
from logistics.press.demo_people import Rooms
from logistics.volunteering.companions import assign_companion, record_companion_visit
from logistics.volunteering.errands import adopt_errand, confirm_errand, record_errand_done, report_errand
from logistics.volunteering.models import CheckKind, Volunteer
from logistics.volunteering.volunteers import record_check, register_volunteer
from logistics.volunteering.wishes import adopt_wish, confirm_wish, record_thanks, release_wish, report_wish

WISHES = (
    ("想要一个新书包", "一个女孩想要一个书包"),
    ("想要一本字典", "一个女孩想要一本字典"),
    ("想要一双球鞋", "一个女孩想要一双球鞋"),
    ("想要一盒彩笔", ""),
)
# What is to be done, in how many days; the last one is late.
ERRANDS = (("去镇卫生院取药", 2), ("接孩子放学", 1), ("修院门", -1), ("陪老人复查", -3))


def fill_helping(rooms: Rooms) -> None:
    """Volunteers take wishes and errands, one keeps a girl company, and one knits."""
    volunteer = register_volunteer(
        actor=rooms.officer, name="示例爱心妈妈", telephone="13900000001", now=rooms.days_ago(30)
    )
    _wishes(rooms, volunteer)
    _errands(rooms, volunteer)
    for kind in CheckKind:
        record_check(
            actor=rooms.officer,
            volunteer=volunteer,
            kind=kind,
            checked_on=rooms.days_ago(29).date(),
            expires_on=(rooms.now + dt.timedelta(days=300)).date(),
            now=rooms.days_ago(29),
        )
    pair = assign_companion(
        actor=rooms.officer, volunteer=volunteer, member=rooms.girls[1], kind="LOVING_MOTHER", now=rooms.days_ago(28)
    )
    record_companion_visit(
        actor=rooms.officer,
        companionship=pair,
        visited_on=rooms.days_ago(7).date(),
        note="一起写作业，孩子状态不错",
        now=rooms.days_ago(7),
    )
    fill_knitting(rooms)


def _wishes(rooms: Rooms, volunteer: Volunteer) -> None:
    told = [
        report_wish(actor=rooms.officer, member=rooms.girls[place], words=words, now=rooms.days_ago(12))
        for place, (words, _) in enumerate(WISHES)
    ]
    for wish, (_, public) in zip(told, WISHES, strict=True):
        if public:
            release_wish(actor=rooms.approver, wish=wish, public_text=public, now=rooms.days_ago(11))
    for wish in told[:2]:
        adopt_wish(wish=wish, volunteer=volunteer, now=rooms.days_ago(9))
    confirm_wish(wish=told[0], now=rooms.days_ago(4))
    record_thanks(wish=told[0], thanks="书包很漂亮，谢谢阿姨！")


def _errands(rooms: Rooms, volunteer: Volunteer) -> None:
    asked = [
        report_errand(
            actor=rooms.officer,
            household=family,
            what=what,
            due_on=(rooms.now + dt.timedelta(days=days)).date(),
            now=rooms.days_ago(5),
        )
        for (what, days), family in zip(ERRANDS, rooms.families, strict=False)
    ]
    for errand in (asked[1], asked[3]):
        adopt_errand(errand=errand, volunteer=volunteer, now=rooms.days_ago(4))
    record_errand_done(errand=asked[3], now=rooms.days_ago(3))
    confirm_errand(actor=rooms.officer, errand=asked[3], now=rooms.days_ago(2))
