"""A phone at the scan station: enrolled, with a real server behind it, and what it holds read out of its database."""

from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from api.keys import issue_key
from api.models import KeyKind
from logistics.parties.models import Organisation
from tests.browser.conftest import PHONE, Visitor

SCOPES = ["scans:write", "parcels:read"]
SECONDS_MAX = 20
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
    """Issue a device's key and say what an enrolled device is told."""
    row, key = issue_key(organisation=organisation, name=name, scopes=SCOPES, kind=KeyKind.DEVICE, now=timezone.now())
    names = {"zh": organisation.name_zh, "en": organisation.name_en}
    body = {"code": organisation.code, "name": names, "telephone": organisation.telephone}
    return {"device": {"id": str(row.id), "code": "", "name": name}, "key": key, "organisation": body}


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

    def kept_by_worker(self) -> "Phone":
        """Wait until the service worker keeps the page and answers for it."""
        self.until("Boolean(navigator.serviceWorker.controller)")
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
