"""The demonstration's volunteers: wishes, errands, a companion, and a garment for one child's measures."""

import datetime as dt

from logistics.donations.goods import LineInput, record_goods_donation
from logistics.press.demo_people import Rooms
from logistics.stock.actions import register_item
from logistics.stock.knitters import register_knitter
from logistics.stock.knitting import YarnInput
from logistics.stock.models import Warehouse
from logistics.volunteering.companions import assign_companion, record_companion_visit
from logistics.volunteering.errands import adopt_errand, confirm_errand, record_errand_done, report_errand
from logistics.volunteering.knitted import issue_yarn, report_measures
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
YARN_GRAMS, YARN_MINOR = 2_000, 8_000
MEASURES = {"height": 1_300, "chest": 640}


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
    _knitting(rooms)


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


def _knitting(rooms: Rooms) -> None:
    yarn = register_item(code="demo-yarn", name_zh="毛线", name_en="Yarn", unit="GRAM")
    vest = register_item(code="demo-vest-130", name_zh="毛线背心 130", name_en="Knitted vest 130", size="130")
    store = Warehouse.objects.get(code="demo-store")
    record_goods_donation(
        actor=rooms.officer,
        programme=rooms.warm.programme,
        fund=rooms.warm,
        donor=rooms.donor,
        warehouse=store,
        received_at=rooms.days_ago(15),
        reference="demo-yarn-1",
        lines=[LineInput(yarn, YARN_GRAMS, "AGREEMENT", YARN_MINOR)],
        now=rooms.days_ago(15),
    )
    orders = [
        report_measures(actor=rooms.officer, member=girl, garment=vest, measures=MEASURES, now=rooms.days_ago(10))
        for girl in rooms.girls[2:4]
    ]
    out = YarnInput(
        knitter=register_knitter(actor=rooms.officer, name="示例编织人"),
        fund=rooms.warm,
        yarn=yarn,
        quantity=300,
        happened_at=rooms.days_ago(8),
        reference="",
        warehouse=store,
    )
    issue_yarn(actor=rooms.officer, order=orders[0], yarn=out, now=rooms.days_ago(8))
