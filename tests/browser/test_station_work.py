"""Work in the warehouse at the station: goods in, kits and counts, with and without a network, each once."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from logistics.donations.models import Donation
from logistics.journal.models import Lot
from logistics.parties.models import Person
from logistics.parties.operators import set_pin
from logistics.stock.count_models import Count
from logistics.stock.counts import open_stock_take
from logistics.stock.models import Item
from tests.browser.station import Phone, enrolled
from tests.cast import World, raise_curtain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PIN, BARCODE = "2580", "6901234567892"


@pytest.fixture
def phone(browser: Browser, live_app: str) -> Iterator[Phone]:
    """One phone, not yet enrolled."""
    made = Phone(browser, live_app)
    yield made
    made.context.close()
    assert [one for one in made.troubles if "ERR_" not in one] == []


def _stage(phone: Phone) -> World:
    world = raise_curtain()
    for person in (world.keeper, world.officer, world.courier):
        set_pin(person=person, pin=PIN, now=timezone.now())
    Item.objects.filter(id=world.gloves.id).update(barcode=BARCODE)
    world.give_money(100_000)
    world.buy((world.gloves, 10, 1_000), (world.vest, 10, 1_000), (world.blanket, 10, 1_000))
    enrolled(phone, world)
    return world


def _begin(phone: Phone, kind: str, person: Person | None = None) -> None:
    phone.page.click("#step")
    phone.page.click(f"dialog [data-name={kind}]")
    if person:
        phone.page.click(f"dialog button:has-text('{person.name}')")
        phone.page.fill("#pin", PIN)
        phone.page.click("dialog:last-of-type .big")
    # The list of goods is there: from here on it needs no network.
    phone.until("document.querySelector('dialog h2')?.textContent.includes('1/3')", seconds=40)


def _press(phone: Phone, digits: str) -> None:
    for digit in digits:
        phone.page.click(f"dialog [data-digit='{digit}']")
    phone.page.click("#quantity-go")


def _give(phone: Phone, *, expires_on: str = "") -> None:
    phone.page.click("dialog .choices button:has-text('暖心包专项')")
    phone.page.fill("#donor", "示例爱心企业")
    if expires_on:
        phone.page.fill("#expires", expires_on)
    phone.page.click("#work-go")


def _all_done(phone: Phone, count: int) -> None:
    """Wait until so many facts are in the books, and the page says that nothing waits."""
    for _ in range(400):
        if [row["state"] for row in phone.held("works")] == ["DONE"] * count:
            return phone.until("document.querySelector('#status').dataset.kind === 'sent'")
        phone.page.wait_for_timeout(50)
    raise AssertionError(f"not all done: {phone.held('works')}")


def test_goods_come_in_by_their_bar_code_on_a_mountain_and_once(phone: Phone) -> None:
    world = _stage(phone)
    _begin(phone, "GOODS_IN", world.keeper)
    phone.cut()
    phone.wedge(BARCODE)
    _press(phone, "24")
    _give(phone, expires_on="2099-01-31")
    phone.says("taken", "Noted, waits to be sent")
    phone.until("document.querySelector('#status').textContent.endsWith('1 waiting')")
    _begin(phone, "GOODS_IN")
    phone.page.click("dialog .choices button:has-text('vest')")
    _press(phone, "3")
    _give(phone)
    phone.until("document.querySelector('#status').textContent.endsWith('2 waiting')")
    phone.reload()
    phone.until("document.querySelector('#status').textContent.endsWith('2 waiting')")
    assert Donation.objects.filter(kind="GOODS").count() == 0
    phone.join()
    _all_done(phone, 2)
    lot = Lot.objects.get(expires_on="2099-01-31")
    assert (lot.quantity, lot.item_id) == (24, world.gloves.id)
    assert Donation.objects.filter(kind="GOODS").count() == 2
    phone.page.click("#status")
    told = phone.page.inner_text("[data-part=sent]")
    assert "Goods in · In the books" in told and "gloves × 24" in told and "Lot's code: T7K" in told


def test_a_keeper_hears_the_lot_s_code_at_once(phone: Phone) -> None:
    world = _stage(phone)
    phone.wedge(BARCODE)
    phone.says("look", "A bar code of goods")
    phone.page.click("#verdict .big")
    phone.page.click(f"dialog button:has-text('{world.keeper.name}')")
    phone.page.fill("#pin", PIN)
    phone.page.click("dialog:last-of-type .big")
    # The bar code was scanned already: the next question is how many.
    _press(phone, "5")
    phone.page.fill("#expires", "2001-01-01")
    assert "It has expired" in phone.page.inner_text("dialog")
    assert phone.page.is_disabled("#work-go")
    phone.page.fill("#expires", "")
    _give(phone)
    phone.says("good", "In the books")
    assert "Lot's code: T7K" in phone.page.inner_text("#verdict")


def test_kits_are_made_and_a_refusal_waits_for_a_person(phone: Phone) -> None:
    world = _stage(phone)
    for number, tone, words in (("4", "good", "In the books"), ("99", "ask", "NOT in the books")):
        _begin(phone, "ASSEMBLE", world.keeper if number == "4" else None)
        phone.page.click("dialog .choices button:has-text('Warm pack')")
        _press(phone, number)
        phone.page.click("#work-go")
        phone.says(tone, words)
    assert Lot.objects.get(item_id=world.recipe.item_id).quantity == 4
    phone.until("document.querySelector('#status').textContent.endsWith('1 to look at')")
    # Goods come, and the same request is sent again.
    world.buy((world.gloves, 99, 9_900), (world.vest, 99, 9_900), (world.blanket, 99, 9_900))
    phone.page.click("#status")
    assert "too little blanket" in phone.page.inner_text("[data-part=to_look_at]")
    phone.page.click("[data-part=to_look_at] button")
    phone.page.keyboard.press("Escape")
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    _all_done(phone, 2)
    assert sorted(Lot.objects.filter(item_id=world.recipe.item_id).values_list("quantity", flat=True)) == [4, 99]


def test_two_people_count_blind_on_one_device(phone: Phone) -> None:
    world = _stage(phone)
    open_stock_take(actor=world.as_actor(world.approver), warehouse=world.warehouse, item=world.gloves, now=world.now)
    _begin(phone, "STOCK_TAKE", world.keeper)
    assert "10" not in phone.page.inner_text("dialog"), "blind"
    phone.cut()
    phone.wedge(BARCODE)
    _press(phone, "9")
    phone.page.click("#work-go")
    phone.until("document.querySelector('dialog')?.textContent.includes('You have counted all that you may')")
    phone.page.keyboard.press("Escape")
    phone.join()
    _all_done(phone, 1)
    phone.page.click("#brand")
    phone.page.click("dialog button:has-text('Sign out')")
    _begin(phone, "STOCK_TAKE", world.officer)
    phone.page.click("dialog .choices button:has-text('gloves')")
    _press(phone, "9")
    phone.page.click("#work-go")
    phone.until("document.querySelector('dialog')?.textContent.includes('You have counted all that you may')")
    phone.page.keyboard.press("Escape")
    _all_done(phone, 2)
    assert list(Count.objects.order_by("number").values_list("quantity", "counted_by_id")) == [
        (9, world.keeper.id),
        (9, world.officer.id),
    ]
    assert Count.objects.get(number=0).line.stock_take.state == "COUNTED"


def test_who_may_not_is_told_so(phone: Phone) -> None:
    world = _stage(phone)
    _begin(phone, "GOODS_IN", world.courier)
    phone.wedge(BARCODE)
    _press(phone, "1")
    _give(phone)
    phone.says("ask", "NOT in the books")
    assert "This person has no role for this work" in phone.page.inner_text("#verdict")
    assert Donation.objects.filter(kind="GOODS").count() == 0
