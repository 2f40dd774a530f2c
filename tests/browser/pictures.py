"""Take the pictures of the documentation: `make pictures`. They show the demonstration, as the code draws it."""

import tests.environment  # noqa: F401, I001 -- chooses the data folder before Django is set up

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")
django.setup()

import pypdfium2  # noqa: E402 -- Django must be set up first
from django.utils import timezone  # noqa: E402 -- Django must be set up first

from labels.sheet import render_sheets  # noqa: E402 -- Django must be set up first
from labels.sheets import find_sheet  # noqa: E402 -- Django must be set up first
from labels.specimen import specimen_labels  # noqa: E402 -- Django must be set up first
from logistics.parcels.models import Parcel  # noqa: E402 -- Django must be set up first
from logistics.press.demo import give_passwords, let_audit, load_demonstration  # noqa: E402 -- Django must be set up first
from logistics.press.demo_rooms import load_rooms  # noqa: E402 -- Django must be set up first
from tests.architecture.house import ROOT  # noqa: E402 -- Django must be set up first
from tests.browser.chromium import running_browser  # noqa: E402 -- Django must be set up first
from tests.browser.label_pictures import draw_labels  # noqa: E402 -- Django must be set up first
from tests.browser.paper_pictures import draw_papers  # noqa: E402 -- Django must be set up first
from tests.browser.station_pictures import draw_station  # noqa: E402 -- Django must be set up first
from tests.databases import copy_of_template, make_template  # noqa: E402 -- Django must be set up first
from tests.servers import serving  # noqa: E402 -- Django must be set up first

FOLDER = ROOT / "docs" / "pictures"
PASSWORD = "made-for-pictures"
DESK, PHONE = {"width": 1200, "height": 760}, {"width": 390, "height": 760}


def main() -> int:
    """Start everything, take the pictures and end it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    make_template()
    with copy_of_template() as url:
        load_demonstration(now=timezone.now())
        give_passwords(make=lambda: PASSWORD)
        let_audit(now=timezone.now())
        load_rooms(now=timezone.now())
        code = Parcel.objects.filter(state="DISPATCHED").select_related("code")[0].code.text
        draw_papers()
        draw_labels()
        with serving(url) as address, running_browser() as browser:
            _take(browser, address, "home", "/", DESK)
            _take(browser, address, "code", f"/Q/{code}", PHONE)
            _take(browser, address, "ledger", "/ledgers/distribution", DESK, "auditor")
            _take(browser, address, "parcels", "/parcels", DESK, "officer")
            draw_station(browser, address, FOLDER)
    _draw_label()
    return 0


def _take(browser, address, name, path, size, username=""):  # type: ignore[no-untyped-def] -- a script of its own
    context = browser.new_context(viewport=size, locale="zh-CN")
    page = context.new_page()
    if username:
        page.goto(f"{address}/sign-in")
        page.fill("#id_username", username)
        page.fill("#id_password", PASSWORD)
        page.click("main form button")
        page.wait_for_load_state()
    page.goto(f"{address}{path}")
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()
    print(f"docs/pictures/{name}.png")


def _draw_label() -> None:
    pdf = render_sheets(specimen_labels(1), find_sheet("THERMAL_100X150"))
    pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().save(FOLDER / "label.png")
    print("docs/pictures/label.png")


if __name__ == "__main__":
    sys.exit(main())
