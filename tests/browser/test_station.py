"""The scan station: every scan first into the phone, then to the server, and the truth on the screen all the while."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from logistics.deliveries.models import ScanEvent
from logistics.parcels.models import Parcel
from tests.browser.station import Phone, device_of
from tests.cast import World, raise_curtain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
SLOW_KEY_MS = 90


@pytest.fixture
def phone(browser: Browser, live_app: str) -> Iterator[Phone]:
    """One phone, not yet enrolled."""
    made = Phone(browser, live_app)
    yield made
    made.context.close()
    assert [one for one in made.troubles if "ERR_INTERNET_DISCONNECTED" not in one and "ERR_FAILED" not in one] == []


def _stage(phone: Phone, count: int = 1) -> tuple[World, list[Parcel]]:
    world = raise_curtain()
    world.stock_kits(count)
    parcels = world.plan(count)
    phone.enrol(device_of(world.county))
    return world, parcels


def test_a_scan_is_recorded_and_shown(phone: Phone) -> None:
    _, (parcel,) = _stage(phone)
    phone.choose("PACK").wedge(f"HTTPS://NUANLIU.EXAMPLE/Q/{parcel.code.text}")
    phone.says("good", "Recorded")
    phone.all_sent()
    parcel.refresh_from_db()
    assert parcel.state == "PACKED"
    (done,) = phone.held("done")
    assert done["answer"]["outcome"] == "RECORDED"


def test_scans_wait_without_a_network_and_survive_a_reload(phone: Phone) -> None:
    _, parcels = _stage(phone, 2)
    phone.kept_by_worker().choose("PACK")
    phone.cut()
    phone.wedge(parcels[0].code.text)
    phone.says("taken", "Taken, waits to be sent")
    phone.reload()
    assert phone.page.inner_text("#status").endswith("1 waiting")
    phone.wedge(parcels[1].code.text)
    phone.until("document.querySelector('#status').textContent.includes('2 waiting')")
    assert [row["sequence"] for row in phone.held()] == [1, 2]
    assert ScanEvent.objects.count() == 0
    phone.join()
    phone.all_sent()
    assert ScanEvent.objects.count() == 2
    assert set(Parcel.objects.values_list("state", flat=True)) == {"PACKED"}


def test_forty_codes_without_a_pause_are_forty_scans_while_a_field_has_the_focus(phone: Phone) -> None:
    _, parcels = _stage(phone, 40)
    phone.choose("PACK")
    phone.cut()
    phone.page.click("#type")
    for parcel in parcels:
        phone.wedge(parcel.code.text)
    phone.until("document.querySelector('#status').textContent.includes('40 waiting')")
    assert [row["code"] for row in phone.held()] == [parcel.code.text for parcel in parcels]
    assert phone.page.input_value("#typed") == ""
    phone.join()
    phone.page.keyboard.press("Escape")
    phone.all_sent()
    assert Parcel.objects.filter(state="PACKED").count() == 40


def test_a_scanner_on_a_slow_link_is_understood(phone: Phone) -> None:
    """Slower than a hand types: a whole code that no field asked for is a scan, and half of one is nothing."""
    _, (parcel,) = _stage(phone)
    phone.choose("PACK")
    phone.page.keyboard.type(parcel.code.text[:12], delay=SLOW_KEY_MS)
    phone.page.keyboard.press("Enter")
    phone.page.keyboard.type(parcel.code.text, delay=SLOW_KEY_MS)
    phone.page.keyboard.press("Enter")
    phone.says("good", "Recorded")
    assert ScanEvent.objects.count() == 1


def test_an_undo_is_a_new_fact(phone: Phone) -> None:
    _, (parcel,) = _stage(phone)
    phone.choose("PACK").wedge(parcel.code.text)
    phone.says("good", "Recorded")
    phone.page.click("#undo")
    phone.says("again", "Taken back")
    phone.all_sent()
    parcel.refresh_from_db()
    assert parcel.state == "PLANNED"
    assert list(ScanEvent.objects.order_by("sequence").values_list("step", flat=True)) == ["PACK", "UNDO"]
    assert [row["undone"] for row in phone.held("done")] == [True, False]


def test_it_says_at_once_what_it_can_know_without_a_network(phone: Phone) -> None:
    _, (parcel,) = _stage(phone)
    phone.choose("HAND_OVER")
    phone.cut()
    code = parcel.code.text
    phone.wedge(code[:-1] + ("0" if code[-1] != "0" else "1"))
    phone.says("stop", "Misread code")
    phone.wedge(f"https://elsewhere.example/Q/{code}")
    phone.says("stop", "Not our code")
    phone.wedge("6901234567892")
    phone.says("look", "A bar code of goods")
    assert phone.held() == []
    phone.wedge(code)
    phone.says("taken", "Taken, waits to be sent")
    phone.wedge(code)
    phone.says("stop", "Handed over already")
    assert "By this device" in phone.page.inner_text("#verdict")
    # Both are facts, and the server will say the same.
    assert len(phone.held()) == 2
    phone.join()
    phone.all_sent()
    assert [row["answer"]["outcome"] for row in phone.held("done")] == ["RECORDED", "ALREADY_DELIVERED"]


def test_a_later_answer_that_differs_is_told_and_stays_on_a_list(phone: Phone) -> None:
    world, parcels = _stage(phone, 2)
    phone.choose("SEAL")
    phone.cut()
    # Not packed yet, which this device cannot know.
    phone.wedge(parcels[0].code.text)
    world.walk(parcels[1], "PACK")
    phone.wedge(parcels[1].code.text)
    phone.until("document.querySelector('#status').textContent.includes('2 waiting')")
    phone.join()
    phone.until("document.querySelector('[data-name=changed]')")
    phone.page.click("#status")
    needs = phone.page.inner_text("[data-part=to_look_at]")
    assert "Not packed yet" in needs and "This device said then: Taken" in needs
    phone.page.click("[data-part=to_look_at] button")
    phone.until("!document.querySelector('[data-part=to_look_at]')")
    phone.page.keyboard.press("Escape")
    phone.all_sent()


def test_typing_says_whether_the_code_can_be_right(phone: Phone) -> None:
    _, (parcel,) = _stage(phone)
    phone.choose("PACK")
    phone.page.click("#type")
    field = phone.page.locator("#typed")
    code = parcel.code.text.lower()
    for text, state in ((code[:7], "SHORT"), (code[:-1] + "u", "SIGN"), (code + "0", "LONG"), (code, "RIGHT")):
        field.fill(text)
        assert phone.page.get_attribute(".told", "data-state") == state, text
    field.press_sequentially("", delay=80)
    phone.page.keyboard.press("Enter")
    phone.says("good", "Recorded")


def test_both_languages_are_complete_and_one_tap_apart(phone: Phone) -> None:
    _stage(phone)
    words = phone.page.evaluate(
        "import(`/scan/app/${document.body.dataset.version}/words.js`).then((m) => m.WORDS_FOR_TESTS)"
    )
    for table in words.values():
        assert [name for name, pair in table.items() if len(pair) != 2 or bool(pair[0]) != bool(pair[1])] == []
    phone.page.click("#brand")
    phone.page.click("dialog [lang=zh-Hans]")
    phone.until("document.querySelector('#step').innerText.startsWith('当前步骤')")
    assert phone.page.get_attribute("html", "lang") == "zh-Hans"
    phone.reload()
    assert phone.page.inner_text("#step").startswith("当前步骤")


def test_a_phone_that_is_no_device_is_told_how_to_become_one(phone: Phone) -> None:
    phone.page.goto(f"{phone.address}/scan/")
    phone.until("document.body.dataset.ready === 'yes'")
    assert "Make this phone a device" in phone.page.inner_text("main")
    assert phone.page.get_attribute("a[href='/scan/plain']", "href")


def test_two_pages_of_one_phone_send_nothing_twice(phone: Phone) -> None:
    _, parcels = _stage(phone, 6)
    second = phone.context.new_page()
    phone.reload(second)
    phone.choose("PACK")
    phone.cut()
    for parcel in parcels:
        phone.wedge(parcel.code.text)
    phone.until("document.querySelector('#status').textContent.includes('6 waiting')")
    posts: list[Any] = []
    phone.context.on("request", lambda request: posts.append(request) if request.url.endswith("/scans") else None)
    phone.join()
    second.evaluate("dispatchEvent(new Event('online'))")
    phone.all_sent()
    assert len(posts) == 1
    assert ScanEvent.objects.count() == 6
