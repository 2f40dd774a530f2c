"""The demonstration's knitting: yarn that was given, and garments ordered for two girls' measures."""

from logistics.donations.goods import LineInput, record_goods_donation
from logistics.press.demo_people import Rooms
from logistics.stock.actions import register_item
from logistics.stock.knitters import register_knitter
from logistics.stock.knitting import YarnInput
from logistics.stock.models import Warehouse
from logistics.volunteering.knitted import issue_yarn, report_measures

YARN_GRAMS, YARN_MINOR = 2_000, 8_000
MEASURES = {"height": 1_300, "chest": 640}


def fill_knitting(rooms: Rooms) -> None:
    """Order two garments; the yarn for one is in a knitter's hands."""
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
