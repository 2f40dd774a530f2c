"""Everybody can use the station: axe finds nothing wrong in any of its states, and is shown to find what is wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from logistics.parties.operators import set_pin
from tests.architecture.house import ROOT
from tests.browser.station import Phone, device_of
from tests.cast import World, raise_curtain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
AXE = (ROOT / "tests" / "browser" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async (tags) => {
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ").slice(0, 300)}`);
}"""
PIN = "2580"
PACK = {
    "round": {"id": "00000000-0000-7000-8000-000000000001", "name": "示例第一批"},
    "made_at": "2026-01-12T10:00:00Z",
    "valid_until": "2099-01-01T00:00:00Z",
}


def violations(phone: Phone) -> list[str]:
    """Let axe look at the page as it is."""
    phone.page.evaluate(AXE)
    found: list[str] = phone.page.evaluate(_RUN, TAGS)
    return found


@pytest.fixture
def phone(browser: Browser, live_app: str) -> Iterator[Phone]:
    """One phone, not yet enrolled."""
    made = Phone(browser, live_app)
    yield made
    made.context.close()


def test_axe_finds_nothing_in_any_state(phone: Phone) -> None:
    world = raise_curtain()
    world.stock_kits(4)
    set_pin(person=world.keeper, pin=PIN, now=timezone.now())
    codes = [parcel.code.text for parcel in world.plan(4)]
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found[state] = violations(phone)
        phone.assert_fits()

    phone.page.goto(f"{phone.address}/scan/")
    phone.until("document.body.dataset.ready === 'yes'")
    look("welcome")
    phone.enrol(device_of(world.county))
    look("idle")
    phone.page.click("#step")
    look("steps")
    phone.page.keyboard.press("Escape")
    phone.choose("PACK").wedge(codes[0])
    phone.says("good", "Recorded")
    look("good")
    phone.wedge(codes[0])
    phone.says("again", "Done already")
    look("again")
    phone.wedge(codes[0][:-1] + ("0" if codes[0][-1] != "0" else "1"))
    phone.says("stop", "Misread code")
    look("stop")
    _work(phone, world, look)
    phone.kept_by_worker().cut()
    phone.wedge(codes[1])
    phone.says("taken", "Taken, waits to be sent")
    look("taken, offline")
    for state, button in (("list", "#status"), ("type", "#type"), ("settings", "#brand")):
        phone.page.click(button)
        phone.page.wait_for_timeout(200)
        look(state)
        phone.page.keyboard.press("Escape")
    _carry(phone, codes)
    phone.reload()
    phone.choose("HAND_OVER").wedge(codes[0])
    phone.until("document.querySelector('#confirm-proofs')")
    look("proofs")
    phone.page.click("[data-kind=SIGNATURE]")
    look("signature")
    phone.page.keyboard.press("Escape")
    phone.page.keyboard.press("Escape")
    phone.wedge(codes[1])
    phone.says("hold", "Recalled")
    look("hold")
    phone.wedge(codes[3])
    phone.says("ask", "Not on this round")
    look("ask")
    phone.page.click("#progress")
    look("round")
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
    assert len(found) == 20


def _work(phone: Phone, world: World, look: Callable[[str], None]) -> None:
    """Begin to receive goods, down to the last question."""
    phone.until(
        "import(`/scan/app/${document.body.dataset.version}/device.js`).then((m) => m.current().operators.length)"
    )
    phone.page.click("#step")
    phone.page.click("dialog [data-name=GOODS_IN]")
    look("people")
    phone.page.click(f"dialog button:has-text('{world.keeper.name}')")
    phone.page.fill("#pin", PIN)
    look("PIN")
    phone.page.click("dialog:last-of-type .big")
    phone.until("document.querySelector('dialog h2')?.textContent.includes('1/3')", seconds=40)
    look("goods: what")
    phone.page.click("dialog .choices button")
    phone.page.click("dialog [data-digit='7']")
    look("goods: how many")
    phone.page.click("#quantity-go")
    phone.page.click("dialog .choices button")
    look("goods: from where")
    phone.page.keyboard.press("Escape")
    phone.until("!document.querySelector('dialog')")


def _carry(phone: Phone, codes: list[str]) -> None:
    about: dict[str, Any] = {
        "state": "DISPATCHED",
        "programme": {"zh": "宝贝暖心包"},
        "township": "示例镇",
        "contents": [],
    }
    about |= {"required_proofs": ["SIGNATURE", "PHOTO"], "needs_two": False, "card": None}
    parcels = [{"code": code, "recalled": code == codes[1], **about} for code in codes[:3]]
    keep = "(pack) => import(`/scan/app/${document.body.dataset.version}/round.js`).then((m) => m.keepPack(pack))"
    phone.page.evaluate(keep, {**PACK, "parcels": parcels, "revoked": []})


def test_axe_bites(phone: Phone) -> None:
    phone.page.goto(f"{phone.address}/scan/")
    phone.until("document.body.dataset.ready === 'yes'")
    phone.page.evaluate(
        """() => {
            const [field, words] = ["input", "p"].map((name) => document.createElement(name));
            words.textContent = "pale";
            words.style.color = "#fff0e8";
            document.querySelector("main").append(field, words);
        }"""
    )
    assert {one.split(":")[0] for one in violations(phone)} >= {"label", "color-contrast"}
