"""Worked examples: a micro-wish, an errand, and a garment for one child's size."""

import datetime as dt

from logistics.donations.goods import LineInput
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.stock.actions import register_item
from logistics.stock.knitters import register_knitter
from logistics.stock.knitting import YarnInput
from logistics.volunteering.errands import adopt_errand, confirm_errand, late_errands, record_errand_done, report_errand
from logistics.volunteering.knitted import issue_yarn, receive_garment, record_garment_packed, report_measures
from logistics.volunteering.volunteers import register_volunteer
from logistics.volunteering.wish_reads import open_wishes
from logistics.volunteering.wishes import adopt_wish, confirm_wish, record_thanks, release_wish, report_wish
from tests.cast import World
from tests.looking import assert_books_close
from tests.money import given_goods


def test_a_wish_is_asked_screened_taken_fulfilled_and_thanked_for(world: World) -> None:
    officer, approver = world.as_actor(world.officer), world.as_actor(world.approver)
    # A girl tells the liaison what she would like; the officer writes it down, another person words it for strangers.
    wish = report_wish(actor=officer, member=world.girl, words="示例女童想要一个书包", now=world.now)
    assert not open_wishes(world.now).exists()
    release_wish(actor=approver, wish=wish, public_text="一个 11 岁女孩想要一个书包", now=world.now)
    assert [row.public_text for row in open_wishes(world.now)] == ["一个 11 岁女孩想要一个书包"]
    # A volunteer takes it and brings it to the federation, which brings it home.
    volunteer = register_volunteer(actor=officer, name="示例志愿者", telephone="13900000001", now=world.now)
    claim = adopt_wish(wish=wish, volunteer=volunteer, now=world.now)
    assert claim.due_on == dt.date(2026, 2, 2)
    assert not open_wishes(world.now).exists()
    confirm_wish(wish=wish, now=world.now + dt.timedelta(days=3))
    thanked = record_thanks(wish=wish, thanks="书包很漂亮，谢谢阿姨！")
    assert (thanked.state, thanked.thanks) == ("THANKED", "书包很漂亮，谢谢阿姨！")


def test_an_errand_is_asked_for_taken_done_and_confirmed(world: World) -> None:
    officer, day = world.as_actor(world.officer), dt.date(2026, 1, 13)
    errand = report_errand(actor=officer, household=world.family, what="去镇卫生院取药", due_on=day, now=world.now)
    # Nobody has taken it the day after: the officer sees it as late.
    assert list(late_errands(world.county, on=day + dt.timedelta(days=1))) == [errand]
    volunteer = register_volunteer(actor=officer, name="示例志愿者", now=world.now)
    adopt_errand(errand=errand, volunteer=volunteer, now=world.now)
    record_errand_done(errand=errand, now=world.now)
    assert confirm_errand(actor=officer, errand=errand, now=world.now).state == "CONFIRMED"
    assert not late_errands(world.county, on=day + dt.timedelta(days=1))


def test_a_vest_is_knitted_for_one_child_and_comes_back_to_this_child(world: World) -> None:
    officer = world.as_actor(world.officer)
    yarn = register_item(code="yarn", name_zh="毛线", unit="GRAM")
    vest = register_item(code="knit-vest-130", name_zh="毛线背心 130", size="130")
    given_goods(world, LineInput(yarn, 1_000, "AGREEMENT", 3_000))
    order = report_measures(
        actor=officer, member=world.girl, garment=vest, measures={"height": 1_300, "chest": 640}, now=world.now
    )
    knitter = register_knitter(actor=officer, name="示例编织人")
    asked = YarnInput(
        knitter=knitter,
        fund=world.warm_fund,
        yarn=yarn,
        quantity=300,
        happened_at=world.now,
        reference="",
        warehouse=world.warehouse,
    )
    order = issue_yarn(actor=officer, order=order, yarn=asked, now=world.now)
    # What stands at the yarn is the order's number: not the girl, and not her family.
    assert order.yarn_out is not None and order.yarn_out.note == order.reference
    order = receive_garment(actor=officer, order=order, yarn=asked, now=world.now)
    (parcel,) = plan_parcels(
        actor=officer,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(vest, 1)],
        fund=world.warm_fund,
        recipients=[Recipient(world.family, world.girl)],
        now=world.now,
    )
    order = record_garment_packed(order=order, parcel_id=parcel.id, household_id=parcel.household_id)
    assert (order.state, parcel.beneficiary) == ("GIVEN", order.member)
    # It is packed, brought, and handed to her at the door; the books close.
    assert world.walk(parcel).state == "DELIVERED"
    assert_books_close()
