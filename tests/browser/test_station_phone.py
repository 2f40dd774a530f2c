"""What a telephone lends to the station: lamp, cameras, a screen that stays on, memory, sending in the background."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from logistics.deliveries.models import ScanEvent
from logistics.parcels.models import Parcel
from logistics.partners.models import ApiKey
from tests.browser.chromium import another_browser
from tests.browser.station import Phone, device_of, enrolled
from tests.cast import World, raise_curtain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
FALSE_CAMERAS = ["--use-fake-device-for-media-stream=device-count=2", "--use-fake-ui-for-media-stream"]
DAY = dt.timedelta(days=1)
# A telephone with a lamp, which writes down what it is asked for.
_LAMP = """globalThis.asked = { torch: [], awake: 0, released: 0, persist: 0 };
const ownCan = MediaStreamTrack.prototype.getCapabilities, ownDo = MediaStreamTrack.prototype.applyConstraints;
MediaStreamTrack.prototype.getCapabilities = function () { return { ...ownCan.call(this), torch: true }; };
MediaStreamTrack.prototype.applyConstraints = async function (wanted) {
    const [{ torch } = {}] = wanted?.advanced ?? [];
    if (torch === undefined) return ownDo.call(this, wanted);
    asked.torch.push(torch);
};
const lock = { release: async () => { asked.released += 1; } };
navigator.wakeLock.request = async () => { asked.awake += 1; return lock; };
navigator.storage.persisted = async () => false;
navigator.storage.persist = async () => { asked.persist += 1; return true; };"""
_AGE = """async (hours) => {
    const { transact, asked } = await import(`/scan/app/${document.body.dataset.version}/database.js`);
    await transact(["scans"], "readwrite", async (tx) => {
        const store = tx.objectStore("scans");
        for (const row of await asked(store.getAll())) store.put({ ...row, at: row.at - hours * 3600000 });
    });
}"""
_OLD_KEY = """async (days) => {
    const { keep, read } = await import(`/scan/app/${document.body.dataset.version}/database.js`);
    const device = await read("device");
    await keep("device", { ...device, keyed_at: Date.now() - days * 86400000 });
    return device.key;
}"""
_KEY = """() => import(`/scan/app/${document.body.dataset.version}/device.js`).then((m) => m.current().key)"""


@pytest.fixture
def phone(browser: Browser, live_app: str) -> Iterator[Phone]:
    """One phone, not yet enrolled."""
    made = Phone(browser, live_app)
    yield made
    made.context.close()
    assert [one for one in made.troubles if "ERR_" not in one] == []


@pytest.fixture
def seeing(browser: Browser, live_app: str) -> Iterator[Phone]:
    """A phone with two cameras and a lamp."""
    with another_browser(browser, *FALSE_CAMERAS) as other:
        made = Phone(other, live_app)
        made.context.add_init_script(_LAMP)
        made.enrol(device_of(raise_curtain().county))
        yield made
        made.context.close()


def _waiting(phone: Phone) -> tuple[World, Parcel]:
    """Let one scan wait for a network."""
    world = raise_curtain()
    world.stock_kits(1)
    (parcel,) = world.plan(1)
    phone.enrol(device_of(world.county)).kept_by_worker().choose("PACK").cut()
    phone.wedge(parcel.code.text)
    phone.says("taken", "Taken, waits to be sent")
    return world, parcel


def test_the_lamp_is_lit_and_put_out_and_the_screen_stays_on(seeing: Phone) -> None:
    page = seeing.page
    assert page.is_hidden("#torch")
    page.click("#camera")
    seeing.until("!document.querySelector('#torch').hidden", seconds=60)
    assert page.evaluate("asked.awake") == 1
    for is_lit in ("true", "false"):
        page.click("#torch")
        seeing.until(f"document.querySelector('#torch').getAttribute('aria-pressed') === '{is_lit}'")
    assert page.evaluate("asked.torch") == [True, False]
    page.click("#camera")
    seeing.until("document.querySelector('#torch').hidden")
    assert page.evaluate("asked.released") == 1, "a screen that nobody looks at goes dark"


def test_another_camera_is_chosen_and_remembered(seeing: Phone) -> None:
    track = """() => {
        const { deviceId } = document.querySelector("video").srcObject.getVideoTracks()[0].getSettings();
        return deviceId;
    }"""
    seeing.page.click("#camera")
    seeing.until("Boolean(document.querySelector('video')?.srcObject)", seconds=60)
    first = seeing.page.evaluate(track)
    seeing.page.click("#brand")
    seeing.page.click("dialog button:has-text('Other camera')")
    # Between two cameras there is none: that is not another one yet.
    now = "document.querySelector('video')?.srcObject?.getVideoTracks()[0].getSettings().deviceId"
    seeing.until(f"![undefined, {first!r}].includes({now})")
    second = seeing.page.evaluate(track)
    seeing.reload()
    seeing.until("Boolean(document.querySelector('video')?.srcObject)", seconds=60)
    assert seeing.page.evaluate(track) == second != first


def test_it_asks_to_keep_its_memory(seeing: Phone) -> None:
    seeing.until("asked.persist === 1")


def test_it_warns_when_something_has_waited_for_a_day(phone: Phone) -> None:
    _waiting(phone)
    late = "Boolean(document.querySelector('[data-name=late]'))"
    for hours, is_late in ((23, False), (2, True)):
        phone.page.evaluate(_AGE, hours)
        phone.reload()
        phone.until("document.querySelector('#status').textContent.includes('1 waiting')")
        assert phone.page.evaluate(late) is is_late
    assert "waited for more than 24 hours" in phone.page.inner_text("#banners")
    phone.join()
    phone.all_sent()
    phone.until(f"!{late}")


def test_the_outbox_is_sent_in_the_background_though_no_page_is_open(phone: Phone) -> None:
    _, parcel = _waiting(phone)
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.page.goto("about:blank")
    session = phone.context.new_cdp_session(phone.page)
    found: list[Any] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    phone.page.wait_for_timeout(500)
    phone.join()
    phone.page.wait_for_timeout(500)
    if not ScanEvent.objects.exists():
        wish = {"origin": phone.address, "registrationId": found[0]["registrationId"], "tag": "outbox"}
        session.send("ServiceWorker.dispatchSyncEvent", {**wish, "lastChance": False})
    for _ in range(100):
        if ScanEvent.objects.exists():
            break
        phone.page.wait_for_timeout(100)
    parcel.refresh_from_db()
    assert parcel.state == "PACKED"
    phone.reload()
    assert phone.held() == []
    assert ScanEvent.objects.count() == 1


def test_what_the_service_worker_sent_is_told_on_the_open_page(phone: Phone) -> None:
    _waiting(phone)
    tell = """async () => {
        const app = `/scan/app/${document.body.dataset.version}`;
        const { waiting, settle } = await import(`${app}/outbox.js`);
        const [scan] = await waiting(1);
        const answer = { scan_id: scan.scan_id, outcome: "NOT_ALLOWED", facts: {} };
        const settled = await settle(new Map([[scan.scan_id, answer]]));
        new BroadcastChannel("nuanliu-scan").postMessage({ kind: "SETTLED", settled });
    }"""
    phone.page.evaluate(tell)
    phone.says("stop", "Not allowed")
    # It was said on the screen, so that nobody has to look for it on the list.
    phone.all_sent()


def test_the_key_is_changed_long_before_it_ends(phone: Phone) -> None:
    world = raise_curtain()
    enrolled(phone, world)
    first = phone.page.evaluate(_KEY)
    for days, changes in ((170, False), (181, True)):
        phone.page.evaluate(_OLD_KEY, days)
        phone.reload()
        phone.page.wait_for_timeout(1_500)
        assert (phone.page.evaluate(_KEY) != first) is changes
    assert ApiKey.objects.filter(device__isnull=False).count() == 2
    old = ApiKey.objects.filter(device__isnull=False).order_by("issued_at")[0]
    assert old.expires_at <= timezone.now() + DAY
    # It scans with the new one.
    world.stock_kits(1)
    (parcel,) = world.plan(1)
    phone.choose("PACK").wedge(parcel.code.text)
    phone.says("good", "Recorded")
