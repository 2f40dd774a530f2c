"""An auditor goes from the ledgers down to a parcel, samples, takes the evidence home, finds and is answered."""

import io
import re
import zipfile
from typing import Any

import pypdfium2
import pytest

from tests.browser.conftest import DESK, PHONE
from tests.cast import raise_curtain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PDF, ZIP = "main a[href$='.pdf']", "main a[href$='.zip']"
PATHS = ["/audit", "/audit/findings", "/audit/findings/new", "/audit/periods", "/audit/sample", "/audit/evidence"]
PATHS += ["/audit/changes?all", "/audit/bundles", "/masters", "/masters/people", "/masters/people/keeper"]


def test_an_auditor_walks_from_the_ledgers_to_the_evidence(visit: Any) -> None:
    world = raise_curtain()
    parcel = world.parcel()
    world.walk(parcel)
    code = parcel.code.text

    auditor = visit(size=DESK).sign_in("auditor")
    page = auditor.open("/audit")
    page.click("a[href='/ledgers/distribution']")
    page.wait_for_selector("table.ledger")
    assert code in page.content().replace("-", "")

    page = auditor.open("/audit")
    page.click("a[href='/audit/sample?of=parcels']")
    page.fill("#id_seed", "示例种子")
    page.fill("#id_size", "3")
    page.click("main form button")
    page.wait_for_selector("tbody a.code")
    page.click("tbody a.code")
    page.wait_for_url(re.compile(f"/audit/evidence/{code}"))
    auditor.assert_fits()
    found = page.locator("h3").all_inner_texts()
    assert len(found) == 6, found

    page.click("form[action$='/file'] button")
    page.wait_for_selector(PDF, timeout=60_000)
    pdf = page.context.request.get(f"{auditor.address}{page.get_attribute(PDF, 'href')}").body()
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = "".join("".join(sheet.get_textpage().get_text_range().split()) for sheet in document)
    for words in ("包裹证据档案", code, "HAND_OVER", "示例发票-001", parcel.household.reference):
        assert words in text
    assert "示例家庭" not in text

    page = auditor.open(f"/audit/evidence/{code}")
    page.click("a[href*='kind=PARCEL']")
    page.fill("#id_text", "签收照片缺失，请说明")
    page.select_option("#id_severity", "SERIOUS")
    page.click("main form button")
    page.wait_for_url(re.compile(r"/audit/findings/[0-9a-f-]{36}"))
    address = page.url.removeprefix(auditor.address)

    officer = visit(size=PHONE, language="en").sign_in("officer")
    page = officer.open("/audit/findings")
    page.click("tbody a")
    page.fill("#id_text", "网络中断，照片次日补传")
    page.click("button[value=answer]")
    page.wait_for_selector(".thread .answered")
    officer.assert_fits()

    page = auditor.open(address)
    page.fill("#id_text", "已核对照片，了结")
    page.click("button[value=settle]")
    page.wait_for_selector(".thread .settled")

    page = auditor.open("/audit/bundles")
    page.fill("#id_begin", "2026-01-01")
    page.fill("#id_end", "2026-12-31")
    page.click("main form button")
    page.wait_for_selector(ZIP, timeout=90_000)
    auditor.assert_fits()
    file = page.context.request.get(f"{auditor.address}{page.get_attribute(ZIP, 'href')}").body()
    assert any(name.endswith("verify.py") for name in zipfile.ZipFile(io.BytesIO(file)).namelist())


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-CN"), (DESK, "en")])
def test_the_auditors_pages_fit_and_are_reached_by_keyboard(visit: Any, size: Any, language: str) -> None:
    world = raise_curtain()
    parcel = world.parcel()
    world.walk(parcel)
    auditor = visit(size=size, language=language).sign_in("auditor")
    for path in [*PATHS, f"/audit/evidence/{parcel.code.text}"]:
        page = auditor.open(path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") in {"A", "INPUT", "BUTTON"}
        # Every field has its label.
        bare = page.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]"
            ".filter(field => !field.labels || !field.labels.length).map(field => field.name)"
        )
        assert bare == [], path
