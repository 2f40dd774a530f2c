"""Who stands at the door: two persons, a one-time code, a card, somebody who may collect; and dated goods."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from logistics.codes.actions import issue_codes
from logistics.deliveries.models import ScanEvent
from logistics.deliveries.one_time_codes import issue_one_time_code
from logistics.households.actions import MemberInput, record_household
from logistics.households.collectors import authorise_collector
from logistics.journal.models import Lot
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.models import Parcel
from logistics.parties.models import Person, Programme
from logistics.parties.operators import set_pin
from tests.browser.station import Phone, at_round, enrolled
from tests.cast import World, raise_curtain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PIN = "2580"


@pytest.fixture
def phone(browser: Browser, live_app: str) -> Iterator[Phone]:
    """One phone, not yet enrolled."""
    made = Phone(browser, live_app)
    yield made
    made.context.close()
    assert [one for one in made.troubles if "ERR_" not in one] == []


def _stage(phone: Phone, *proofs: str) -> tuple[World, list[Parcel], Any]:
    world, parcels, distribution = at_round(proofs)
    for person in (world.keeper, world.courier):
        set_pin(person=person, pin=PIN, now=timezone.now())
    enrolled(phone, world)
    phone.load(distribution).choose("HAND_OVER")
    return world, parcels, distribution


def _pin(phone: Phone, person: Person) -> None:
    phone.page.click(f"dialog:last-of-type button:has-text('{person.name}')")
    phone.page.fill("#pin", PIN)
    # The closing key of a handheld scanner may come late: Enter presses nothing for a while.
    phone.page.click("dialog:last-of-type .big")
    phone.until("!document.querySelector('#pin')")


def _confirm(phone: Phone) -> None:
    phone.until("document.querySelector('#confirm-proofs') && !document.querySelector('#confirm-proofs').disabled")
    phone.page.click("#confirm-proofs")


def test_two_persons_are_two_names_without_a_network(phone: Phone) -> None:
    world, parcels, _ = _stage(phone, "TWO_PERSONS")
    phone.cut()
    phone.wedge(parcels[0].code.text)
    _pin(phone, world.keeper)
    phone.page.click("[data-kind=TWO_PERSONS]")
    assert world.keeper.name not in phone.page.inner_text("dialog:last-of-type"), "the second person is another"
    _pin(phone, world.courier)
    _confirm(phone)
    phone.says("taken", "Taken, waits to be sent")
    phone.join()
    phone.all_sent()
    event = ScanEvent.objects.get(step="HAND_OVER")
    assert (event.operator_id, event.witness_id, event.outcome) == (world.keeper.id, world.courier.id, "RECORDED")


def test_one_person_alone_hands_nothing_over_where_two_are_asked_for(phone: Phone) -> None:
    world, parcels, _ = _stage(phone, "TWO_PERSONS")
    phone.wedge(parcels[0].code.text)
    _pin(phone, world.keeper)
    assert phone.page.is_disabled("#confirm-proofs")
    phone.page.keyboard.press("Escape")
    assert phone.held() == [] and not ScanEvent.objects.filter(step="HAND_OVER").exists()


def test_a_one_time_code_is_judged_when_it_arrives(phone: Phone) -> None:
    world, parcels, _ = _stage(phone, "ONE_TIME_CODE")
    _, digits = issue_one_time_code(actor=world.as_actor(world.officer), parcel=parcels[0], now=timezone.now())
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for told, tone, words in ((wrong, "ask", "A proof is missing"), (digits, "good", "Recorded")):
        if told == digits:
            phone.page.click("#verdict .big")
        else:
            phone.wedge(parcels[0].code.text)
        phone.page.click("[data-kind=ONE_TIME_CODE]")
        phone.page.fill("#asked", told)
        phone.page.click("dialog:last-of-type .big")
        _confirm(phone)
        phone.says(tone, words)
    parcels[0].refresh_from_db()
    assert parcels[0].state == "DELIVERED"


def test_a_collector_s_card_is_known_without_a_network(phone: Phone) -> None:
    world, parcels, distribution = _stage(phone, "COLLECTOR")
    actor, now = world.as_actor(world.officer), timezone.now()
    collector = authorise_collector(actor=actor, household=world.family, name="示例代领人", relation="", now=now)
    beside = record_household(
        organisation=world.county,
        township="少云镇",
        division_code="990101001",
        head_name="示例邻居",
        address="示例村二组",
        telephone="13800138001",
        members=[MemberInput("示例女孩", "FEMALE", dt.date(2014, 6, 1), has_consent=True, relation="女儿")],
        now=now,
    )  # fmt: skip -- one call
    stranger = authorise_collector(actor=actor, household=beside, name="示例路人", relation="", now=now)
    phone.load(distribution)
    phone.cut()
    phone.wedge(parcels[0].code.text)
    phone.until("document.querySelector('#confirm-proofs')")
    phone.wedge(stranger.card_code.text)
    phone.until("document.querySelector('dialog')?.textContent.includes('not this family')")
    assert phone.page.is_disabled("#confirm-proofs")
    phone.wedge(collector.card_code.text)
    _confirm(phone)
    phone.says("taken", "Taken, waits to be sent")
    phone.join()
    phone.all_sent()
    assert ScanEvent.objects.get(step="HAND_OVER").outcome == "RECORDED"


def test_a_collector_may_be_named(phone: Phone) -> None:
    world, parcels, _ = _stage(phone, "COLLECTOR")
    actor = world.as_actor(world.officer)
    authorise_collector(actor=actor, household=world.family, name="示例代领人", relation="", now=timezone.now())
    phone.wedge(parcels[0].code.text)
    phone.page.click("[data-kind=COLLECTOR]")
    phone.page.fill("#asked", "示例代领人")
    phone.page.click("dialog:last-of-type .big")
    _confirm(phone)
    phone.says("good", "Recorded")


def test_a_family_that_was_not_at_home_is_tried_again_on_a_day(phone: Phone) -> None:
    _, parcels, _ = _stage(phone)
    day = timezone.localdate() + dt.timedelta(days=10)
    words = f"Next try {day.day} {day:%b}"
    phone.page.click("#step")
    phone.page.click("dialog [data-name=ATTEMPT]")
    phone.page.click("dialog [data-name=NOT_HOME]")
    phone.page.fill("#next-try", (day + dt.timedelta(days=365)).isoformat())
    assert phone.page.is_visible("#next-try"), "a slip of the hand"
    phone.page.fill("#next-try", day.isoformat())
    phone.until("!document.querySelector('dialog')")
    phone.until("document.querySelector('#step').textContent.includes(" + repr(words) + ")")
    phone.cut()
    phone.wedge(parcels[0].code.text)
    phone.says("taken", "Taken, waits to be sent")
    for _ in ("before it is sent", "after"):
        phone.page.click("#progress")
        assert f"Not handed over · Nobody at home · {words}" in phone.page.inner_text(".tried")
        phone.page.keyboard.press("Escape")
        phone.join()
        phone.all_sent()
    parcels[0].refresh_from_db()
    assert parcels[0].next_try_on == day


def _dated(phone: Phone) -> tuple[Parcel, str, str]:
    """A parcel of goods with a date, and the codes on the labels of its lot and of another."""
    world = raise_curtain()
    Programme.objects.filter(id=world.warm.id).update(required_proofs=["LOT_LABEL"])
    world.give_money(20_000)
    lots = []
    for year in (2098, 2099):
        world.buy((world.gloves, 1, 100), expires_on=dt.date(year, 1, 13))
        lots.append(Lot.objects.get(expires_on=dt.date(year, 1, 13)).id)
    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        recipients=[Recipient(world.family)],
        now=world.now,
    )
    right, wrong = issue_codes(kind="LOT", subjects=lots, organisation_id=world.county.id, now=world.now)
    enrolled(phone, world)
    return parcel, right.text, wrong.text


def test_the_label_of_a_dated_lot_is_scanned_where_it_is_packed(phone: Phone) -> None:
    parcel, right, wrong = _dated(phone)
    phone.choose("PACK")
    phone.wedge(right)
    phone.says("ask", "This is a lot's label")
    phone.wedge(parcel.code.text)
    phone.says("ask", "A proof is missing")
    phone.page.click("#verdict .big")
    phone.until("document.querySelector('#type-lot')")
    phone.wedge(wrong)
    phone.says("stop", "Wrong lot")
    # From now on the device asks by itself.
    phone.wedge(parcel.code.text)
    phone.until("document.querySelector('#type-lot')")
    phone.wedge(parcel.code.text)
    phone.until("document.querySelector('dialog')?.textContent.includes('This is no lot')")
    phone.wedge(right)
    phone.says("good", "Recorded")
    parcel.refresh_from_db()
    assert parcel.state == "PACKED"
