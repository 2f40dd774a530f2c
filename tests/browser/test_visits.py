"""Visits on a phone: written down without a network, handed in once when it is back, nothing lost and nothing twice."""

import hashlib
import io

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Route

from logistics.households.models import Household
from logistics.households.proof_models import KeptProof
from logistics.needs.models import HomeVisit, Need, VisitPhoto
from logistics.parties.devices import revoke_device
from logistics.parties.models import Device
from tests.browser.station import Phone, device_of
from tests.browser.test_station_access import violations
from tests.cast import World, raise_curtain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


class Liaison(Phone):
    """A phone whose page is the one for visits."""

    def open(self, world: World) -> "Liaison":
        """Enrol at the scan page, since a phone is one device, and open the page for visits."""
        self.enrol(device_of(world.county))
        return self.again()

    def again(self) -> "Liaison":
        """Open the page anew."""
        self.page.goto(f"{self.address}/visits/")
        self.until("document.body.dataset.ready === 'yes'")
        return self

    def visit(self, *, photo: bool = False) -> None:
        """Visit the first family: met the head, a coat is lacking this week."""
        self.page.click("[data-family]")
        self.page.click("[data-value=HEAD]")
        self.page.click("[data-kind=CLOTHES]")
        self.page.fill("#size", "130")
        self.page.fill("#in-words", "没有过冬的衣服")
        self.page.click("[data-urgency='2']")
        if photo:
            with self.page.expect_file_chooser() as chosen:
                self.page.click("#photo")
            chosen.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
            self.until("document.querySelector('form.visit [role=status]').textContent.startsWith('1 ')")
        self.page.fill("#note", "奶奶一个人带孩子")
        self.page.click("#save")
        self.until("document.querySelector('#banners').textContent.includes('Kept')")


def picture() -> bytes:
    """A photo with a place in it, as cameras write one."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (64, 48), "blue").save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_visits_without_a_network_arrive_once(browser: Browser, live_app: str) -> None:
    world = raise_curtain()
    phone = Liaison(browser, live_app).open(world)
    phone.until("document.querySelector('[data-family]')")
    phone.kept_by_worker()
    phone.cut()
    assert phone.page.evaluate("fetch('/healthz', { cache: 'no-store' }).then(() => false, () => true)")
    phone.visit(photo=True)
    phone.visit()
    # What is kept here says nothing of the family to who opens the phone's memory.
    kept = str(phone.held("visits")) + str(phone.held("photos")) + str(phone.held("packs"))
    assert not [word for word in ("奶奶", "过冬", "示例", "CLOTHES") if word in kept]
    assert len(phone.held("visits")) == 2
    assert not HomeVisit.objects.exists()
    # The page opens without a network, and nothing is lost.
    phone.again()
    phone.until("document.querySelector('#status').dataset.kind === 'waiting'")
    assert phone.page.is_visible("#offline")
    # The first answer is lost on its way: the visits are there, the phone does not know, and sends them again.
    lost: list[int] = []
    phone.context.route("**/home-visits", lambda route: _lose_once(route, lost))
    phone.join()
    phone.until("document.querySelector('#status').dataset.kind === 'sent'", seconds=60)
    assert lost == [200]
    assert HomeVisit.objects.count() == Need.objects.count() == 2
    photo, kept_bytes = VisitPhoto.objects.get(), KeptProof.objects.get()
    assert photo.arrived_at is not None
    assert photo.sha256 == kept_bytes.sha256 != hashlib.sha256(picture()).hexdigest()
    assert phone.held("photos") == []
    # What was written is gone from the phone; the day's list says only that it was sent, and whose it was.
    assert [(row["state"], row["body"]) for row in phone.held("visits")] == [("DONE", None)] * 2
    # What was a slip is taken back by a fact of its own.
    phone.again()
    phone.page.click("#status")
    phone.page.click("[data-state=DONE] button")
    phone.until("!document.querySelector('dialog')")
    phone.until("document.querySelector('#status').dataset.kind === 'sent'", seconds=60)
    assert HomeVisit.objects.count() == 3
    assert sorted(Need.objects.values_list("state", flat=True)) == ["OPEN", "WITHDRAWN"]


def test_a_refused_visit_says_why_and_waits_for_a_person(browser: Browser, live_app: str) -> None:
    world = raise_curtain()
    phone = Liaison(browser, live_app).open(world)
    phone.until("document.querySelector('[data-family]')")
    phone.kept_by_worker()
    phone.cut()
    phone.visit(photo=True)
    Household.objects.update(organisation=world.stranger_county)
    phone.join()
    phone.until("document.querySelector('#status').dataset.kind === 'attention'")
    phone.page.click("#status")
    assert "there is no household" in phone.page.inner_text("[data-state=ATTENTION]").lower()
    assert violations(phone) == []
    phone.assert_fits()
    # The family is ours again; the liaison tries once more.
    Household.objects.update(organisation=world.county)
    phone.page.click("[data-state=ATTENTION] .choices button >> nth=0")
    phone.until("document.querySelector('#status').dataset.kind === 'sent'")
    assert HomeVisit.objects.get().kept_photos.get().arrived_at is not None


def test_a_revoked_phone_forgets_the_families(browser: Browser, live_app: str) -> None:
    world = raise_curtain()
    phone = Liaison(browser, live_app).open(world)
    phone.until("document.querySelector('[data-family]')")
    phone.kept_by_worker()
    phone.cut()
    phone.visit()
    cause = world.as_actor(world.officer).cause(timezone.now())
    revoke_device(device=Device.objects.get(), reason="手机丢失", cause=cause)
    # A key that was looked up a moment ago is trusted for two seconds.
    phone.page.wait_for_timeout(3_000)
    phone.join()
    phone.page.wait_for_selector(".welcome")
    assert phone.held("packs") == []
    # What was not sent is still owed to the family: enrolled anew, the phone hands it in.
    assert [row["state"] for row in phone.held("visits")] == ["WAITING"]
    phone.open(world)
    phone.until("document.querySelector('#status').dataset.kind === 'sent'")
    assert HomeVisit.objects.count() == 1


def _lose_once(route: Route, lost: list[int]) -> None:
    if lost:
        route.continue_()
        return
    lost.append(route.fetch().status)
    route.abort()


def test_the_page_can_be_used_by_everybody(browser: Browser, live_app: str) -> None:
    world = raise_curtain()
    phone = Liaison(browser, live_app).open(world)
    phone.until("document.querySelector('[data-family]')")
    assert violations(phone) == []
    phone.assert_fits()
    phone.page.click("[data-family]")
    assert violations(phone) == []
    phone.assert_fits()
    phone.page.click("[data-kind=CLOTHES]")
    assert violations(phone) == []
    phone.assert_fits()
    phone.page.click("[data-urgency='2']")
    phone.page.click("#leave")
    assert violations(phone) == []
    phone.page.click("#leave-go")
    phone.page.click("#status")
    assert violations(phone) == []
