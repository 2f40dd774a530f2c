"""The pictures of the scan station: an answer, scans that wait for a network, and goods being counted."""

from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Browser

from logistics.parcels.models import Parcel
from logistics.parties.models import Person
from logistics.parties.operators import set_pin
from tests.browser.station import Phone, device_of

PIN = "2580"


def draw_station(browser: Browser, address: str, folder: Path) -> None:
    """Enrol a telephone and take its pictures."""
    first, second = Parcel.objects.filter(state="DISPATCHED").select_related("code", "organisation")[:2]
    keeper = next(one for one in Person.objects.filter(organisation=first.organisation) if one.has_role("KEEPER"))
    set_pin(person=keeper, pin=PIN, now=timezone.now())
    phone = Phone(browser, address, "zh-CN")
    phone.enrol(device_of(first.organisation)).kept_by_worker().choose("RECEIVE")
    phone.wedge(first.code.text)
    phone.says("good", "已记录")
    _save(phone, folder, "scan")
    _draw_count(phone, folder, keeper)
    phone.cut()
    phone.wedge(second.code.text)
    phone.says("taken", "已收下，等待上传")
    _save(phone, folder, "scan-offline")
    phone.context.close()


def _draw_count(phone: Phone, folder: Path, keeper: Person) -> None:
    page = phone.page
    phone.reload()
    phone.until(
        "import(`/scan/app/${document.body.dataset.version}/device.js`).then((m) => m.current().operators.length)"
    )
    page.click("#step")
    page.click("dialog [data-name=GOODS_IN]")
    page.click(f"dialog button:has-text('{keeper.name}')")
    page.fill("#pin", PIN)
    page.click("dialog:last-of-type .big")
    phone.until("document.querySelector('dialog h2')?.textContent.includes('1/3')")
    page.click("dialog .choices button")
    for digit in "24":
        page.click(f"dialog [data-digit='{digit}']")
    _save(phone, folder, "scan-count")
    page.keyboard.press("Escape")


def _save(phone: Phone, folder: Path, name: str) -> None:
    phone.page.wait_for_timeout(300)
    phone.page.screenshot(path=folder / f"{name}.png")
    print(f"docs/pictures/{name}.png")
