"""One parcel goes all the way through the pages, in a real browser, by a real server and a real worker."""

import re
from typing import Any

import pytest

from labels.readback import read_codes
from logistics.journal.reads import purse_balance
from logistics.parcels.models import Parcel
from tests.browser.conftest import DESK, PHONE
from tests.cast import raise_curtain
from tests.looking import assert_books_close

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PDF = "a[href$='.pdf']"
PATHS = ["/", "/stock", "/receive", "/assemble", "/plan", "/labels", "/scan/plain", "/attention", "/parcels", "/funds"]
PATHS += ["/gifts/new", "/purchases/new", "/grants", "/households", "/ledgers/distribution", "/ledgers/donations"]
PATHS += ["/ledgers/funds", "/ledgers/stock", "/trace", "/nothing", "/Q/ABC"]


def test_a_parcel_goes_all_the_way_through_the_pages(visit: Any) -> None:
    world = raise_curtain()
    officer = visit(language="en").sign_in("officer")
    page = officer.open("/gifts/new")
    page.select_option("#id_fund", "warm-2026")
    page.fill("#id_donor_name", "示例捐赠人")
    page.fill("#id_amount", "200.00")
    page.click("main form button")
    page.wait_for_url(re.compile("/Q/"))
    gift_code = page.url.rsplit("/", 1)[1]
    page = officer.open("/purchases/new")
    page.select_option("#id_fund", "warm-2026")
    page.fill("#id_invoice", "F-1")
    for number, (item, value) in enumerate((("gloves", "20"), ("vest", "80"), ("blanket", "100"))):
        page.select_option(f"#id_line-{number}-item", item)
        page.fill(f"#id_line-{number}-quantity", "1")
        page.fill(f"#id_line-{number}-line_total", value)
    page.click("main form button")
    page.wait_for_url(re.compile("/stock"))
    assert purse_balance(world.warm_fund.purse_id) == 0

    keeper = visit(size=PHONE).sign_in("keeper")
    page = keeper.open("/assemble")
    page.select_option("#id_fund", "warm-2026")
    page.fill("#id_quantity", "1")
    page.click("main form button")
    page.wait_for_url(re.compile("/plan"))
    page.check("input[name=whom]")
    page.click("main form[method=post] button")
    page.wait_for_url(re.compile("/labels$"))
    page.select_option("#id_sheet", "THERMAL_100X150")
    page.click("main form button.huge")
    page.wait_for_selector(PDF, timeout=60_000)
    parcel = Parcel.objects.select_related("code").get()
    pdf = page.context.request.get(f"{keeper.address}{page.get_attribute(PDF, 'href')}")
    (uri,) = read_codes(pdf.body())
    assert uri.endswith(parcel.code.text)

    page = keeper.open("/scan/plain")
    for step, words in (("PACK", "已记录"), ("SEAL", "已记录"), ("DISPATCH", "已记录")):
        page.check(f"input[name=step][value={step}]", force=True)
        # A handheld scanner types what the QR holds, and ends with Enter, wherever the focus is.
        page.evaluate("document.activeElement.blur()")
        page.keyboard.type(uri)
        page.keyboard.press("Enter")
        page.wait_for_selector(f".answer.good >> text={words}")
        keeper.assert_fits()
    page.check("input[name=step][value=HAND_OVER]", force=True)
    page.fill("#id_code", parcel.code.text.lower())
    page.click("button.huge")
    page.wait_for_selector(".answer.good")
    parcel.refresh_from_db()
    assert parcel.state == "DELIVERED"

    page.click(".answer form button")
    page.wait_for_selector(".answer.good")
    parcel.refresh_from_db()
    assert parcel.state == "DISPATCHED"
    page.check("input[name=step][value=HAND_OVER]", force=True)
    page.fill("#id_code", parcel.code.text)
    page.click("button.huge")
    page.wait_for_selector(".answer.good")
    page.fill("#id_code", parcel.code.text[:-1] + ("0" if parcel.code.text[-1] != "0" else "1"))
    page.click("button.huge")
    page.wait_for_selector(".answer.stop")

    auditor = visit(language="en").sign_in("auditor")
    page = auditor.open("/ledgers/distribution")
    assert parcel.code.text in page.content()
    page = auditor.open(f"/trace/{gift_code}")
    assert "With families" in page.content()
    donor = visit(size=PHONE, language="en")
    assert "¥200.00" in donor.open(f"/Q/{gift_code}").content()
    assert_books_close()


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-CN"), (PHONE, "en"), (DESK, "zh-CN")])
def test_every_page_fits_the_screen_and_is_labelled(visit: Any, size: tuple[int, int], language: str) -> None:
    world = raise_curtain()
    world.stock_kits(4)
    parcels = world.plan(2)
    world.walk(parcels[0])
    visitor = visit(size=size, language=language).sign_in("administrator")
    paths = [*PATHS, f"/parcels/{parcels[0].code.text}", f"/trace/{parcels[0].code.text}", f"/Q/{parcels[0].code.text}"]
    for path in paths:
        page = visitor.open(path)
        assert page.title()
        assert page.locator("h1").count() == 1, path
        assert page.get_attribute("html", "lang") == ("en" if language == "en" else "zh-hans")
        assert page.evaluate(UNLABELLED) == [], path
        assert page.evaluate(SMALL) == [], path


OPERATIONS_LEAST, SCREENS_MAX = 40, 60
# Fields without a name that a screen reader could say.
UNLABELLED = """[...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter((field) => !field.labels?.length && !field.getAttribute("aria-label")).map((field) => field.name)"""
# Buttons too small for a gloved finger.
SMALL = """[...document.querySelectorAll("button, .button, nav a")]
    .filter((node) => node.offsetParent && node.getBoundingClientRect().height < 44).map((node) => node.textContent)"""


def test_the_documentation_of_the_api_works_under_the_policy(visit: Any) -> None:
    visitor = visit(language="en")
    page = visitor.open("/api/docs/")
    seen: set[str] = set()
    # It draws the operations that come into sight.
    for _ in range(SCREENS_MAX):
        seen |= set(page.locator(".opblock").evaluate_all("(rows) => rows.map((row) => row.id)"))
        if len(seen) > OPERATIONS_LEAST:
            break
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(150)
    assert len(seen) > OPERATIONS_LEAST


def test_the_keyboard_alone_is_enough(visit: Any) -> None:
    world = raise_curtain()
    parcel = world.parcel()
    visitor = visit().sign_in("keeper")
    page = visitor.open("/scan/plain")
    assert page.evaluate("document.activeElement.id") == "id_code"
    page.keyboard.press("Shift+Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.name") == "step":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('input[name=step]:checked').value") == "PACK"
    page.keyboard.type(parcel.code.text)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer.good")
    parcel.refresh_from_db()
    assert parcel.state == "PACKED"


def test_pages_work_without_scripts(browser: Any, live_app: str) -> None:
    from tests.cast import PASSWORD

    world = raise_curtain()
    parcel = world.parcel()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_app}/sign-in?next=/scan/plain")
    page.fill("#id_username", "keeper")
    page.fill("#id_password", PASSWORD)
    page.click("main form button")
    page.check("input[name=step][value=PACK]", force=True)
    page.fill("#id_code", parcel.code.text)
    page.click("button.huge")
    page.wait_for_selector(".answer.good")
    context.close()
