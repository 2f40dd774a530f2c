"""The demonstration's winter coats: a programme with rules, its fund, and the coats that were given.

A programme of its own: the rules of lists would hold for whoever else plans parcels of a programme.
"""

from logistics.donations.goods import LineInput, record_goods_donation
from logistics.funds.actions import register_fund
from logistics.kernel.eligibility import Terms
from logistics.lists.rules import register_rules
from logistics.parties.actions import register_programme
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.press.demo_people import Rooms
from logistics.stock.actions import register_item
from logistics.stock.models import Warehouse

COATS = "demo-coats"
COATS_GIVEN, NOTICE_DAYS = 3, 5


def give_coats(rooms: Rooms) -> Programme:
    """Register the programme and its fund, and let coats be given to it."""
    programme = register_programme(organisation=rooms.county, code=COATS, name_zh="示例冬衣", name_en="Winter coats")
    owner = Actor(rooms.county, rooms.administrator.holder_id, rooms.administrator.person)
    register_rules(
        actor=owner,
        programme=programme,
        round_name=f"{rooms.now.year}年冬季",
        notice_days=NOTICE_DAYS,
        hours_per_stage={"REVIEW": 48, "HAND_OVER": 240},
        cause=owner.cause(rooms.days_ago(20)),
    )
    fund = register_fund(
        code=COATS,
        name_zh="示例冬衣专项",
        name_en="Winter coats",
        programme=programme,
        owner=rooms.county,
        holder=rooms.county,
        basis="AGENCY",
        terms=Terms(),
        now=rooms.days_ago(20),
    )
    coat = register_item(code="demo-coat", name_zh="儿童棉衣", name_en="Child's winter coat", weight_grams=900)
    record_goods_donation(
        actor=rooms.officer,
        programme=programme,
        fund=fund,
        donor=rooms.donor,
        warehouse=Warehouse.objects.get(code="demo-store"),
        received_at=rooms.days_ago(16),
        reference="demo-coats-1",
        lines=[LineInput(coat, COATS_GIVEN, "AGREEMENT", COATS_GIVEN * 15_000)],
        now=rooms.days_ago(16),
    )
    return programme
