"""A phone at the scan station: enrolled, with a real server behind it, and what it holds read out of its database."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from api.device_keys import enrol_by_token
from api.v1.device_answers import said_enrolled
from logistics.deliveries.rounds import open_round, plan_round
from logistics.parcels.models import Parcel
from logistics.parties.devices import issue_enrolment
from logistics.parties.models import Organisation, Programme
from tests.browser.conftest import PHONE, Visitor
from tests.cast import World, raise_curtain

# A browser beside other work may have to wait for its turn.
SECONDS_MAX = 60
# What the page holds, read by its own modules.
_HELD = """async (name) => {
    const app = `/scan/app/${document.body.dataset.version}`;
    const { transact, asked } = await import(`${app}/database.js`);
    return transact([name], "readonly", (tx) => asked(tx.objectStore(name).getAll()));
}"""
_BECOME = """async (device) => {
    const { become } = await import(`/scan/app/${document.body.dataset.version}/device.js`);
    await become(device);
}"""


def device_of(organisation: Organisation, name: str = "示例手机") -> dict[str, Any]:
    """Enrol a device and say what it is told."""
    now = timezone.now()
    _, token = issue_enrolment(organisation=organisation, issued_by=None, now=now)
    return said_enrolled(enrol_by_token(token=token, name=name, platform="", request_id=None, now=now), now)


class Phone(Visitor):
    """A phone whose page is the scan station."""

    def __init__(self, browser: Browser, address: str, language: str = "en", **more: Any) -> None:
        super().__init__(browser, address, PHONE, language)
        self.context: BrowserContext = self.page.context
        self.more = more

    def enrol(self, device: dict[str, Any]) -> "Phone":
        """Open the page and make this phone a device."""
        self.page.goto(f"{self.address}/scan/")
        self.until("document.body.dataset.ready === 'yes'")
        self.page.evaluate(_BECOME, device)
        return self.reload()

    def reload(self, page: Page | None = None) -> "Phone":
        """Open the page anew and wait until it listens."""
        (page or self.page).goto(f"{self.address}/scan/")
        self.until("document.body.dataset.ready === 'yes'", page=page)
        return self

    def until(self, expression: str, seconds: float = SECONDS_MAX, page: Page | None = None) -> Any:
        """Wait until an expression is true; the page's policy lets nothing else look."""
        at = page or self.page
        for _ in range(int(seconds * 20)):
            value = at.evaluate(expression)
            if value:
                return value
            at.wait_for_timeout(50)
        raise AssertionError(f"never true: {expression}; the page says: {at.inner_text('body')[:800]}")

    def load(self, distribution: Any) -> "Phone":
        """Load a round, as the code on its page does."""
        self.page.evaluate(f"location.hash = 'round={distribution.id}'")
        self.until("document.querySelector('[data-name=round]')")
        self.until("document.querySelector('#progress') || document.querySelector('#line').textContent")
        return self

    def kept_by_worker(self) -> "Phone":
        """Wait until the service worker keeps the page and answers for it."""
        self.until("Boolean(navigator.serviceWorker.controller)", seconds=60)
        return self

    def choose(self, step: str, reason: str = "") -> "Phone":
        """Choose a step of the work."""
        self.page.click("#step")
        self.page.click(f"dialog [data-name={step}]")
        if reason:
            self.page.click(f"dialog [data-name={reason}]")
        self.until("!document.querySelector('dialog')")
        return self

    def wedge(self, text: str) -> "Phone":
        """Scan as a handheld scanner does: it types, and ends with Enter."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        return self

    def held(self, store: str = "scans") -> list[dict[str, Any]]:
        """Read what one store of this device holds."""
        rows: list[dict[str, Any]] = self.page.evaluate(_HELD, store)
        return rows

    def says(self, tone: str, words: str) -> None:
        """Wait for an answer in this colour with these words."""
        shown = "document.querySelector('#verdict .words')?.textContent"
        self.until(f"document.body.dataset.tone === {tone!r} && {shown} === {words!r}")

    def cut(self) -> None:
        """Cut the network, for the page and its worker."""
        self.context.set_offline(True)

    def join(self) -> None:
        """Let the network come back."""
        self.context.set_offline(False)

    def all_sent(self) -> None:
        """Wait until the outbox is empty."""
        self.until("document.querySelector('#status').dataset.kind === 'sent'")
        assert self.held() == []


def at_round(proofs: Sequence[str]) -> tuple[World, list[Parcel], Any]:
    """Raise the curtain on four dispatched parcels, the first three on a round of today's federation."""
    world = raise_curtain()
    Programme.objects.filter(id=world.warm.id).update(required_proofs=list(proofs))
    world.stock_kits(4)
    parcels = world.plan(4)
    for parcel in parcels:
        world.walk(parcel, "PACK", "SEAL", "DISPATCH")
    officer, now = world.as_actor(world.officer), timezone.now()
    planned = plan_round(
        actor=officer,
        name="示例第一批",
        place="少云镇",
        held_on=timezone.localdate(now) + dt.timedelta(days=1),
        parcels=parcels[:3],
        now=now,
    )  # fmt: skip -- one call
    return world, parcels, open_round(actor=officer, distribution=planned, now=now)


def enrolled(phone: Phone, world: World) -> Phone:
    """Enrol a phone by the one-time code of the officer's page, and wait until it knows its people."""
    _, token = issue_enrolment(organisation=world.county, issued_by=world.officer, now=timezone.now())
    phone.page.goto(f"{phone.address}/scan/#enrol={token}")
    phone.page.fill("#new-name", "示例三号机")
    phone.page.click("dialog form button")
    phone.until("document.body.dataset.ready === 'yes'")
    assert token not in phone.page.url
    phone.until(
        "import(`/scan/app/${document.body.dataset.version}/device.js`).then((m) => m.current()?.operators.length)"
    )
    return phone.kept_by_worker()
