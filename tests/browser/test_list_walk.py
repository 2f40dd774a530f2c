"""A family on its way onto a list, over the pages in a real browser: from the application to the parcel."""

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from logistics.lists.models import Application, DistributionList
from logistics.parcels.models import Parcel
from tests.browser.conftest import DESK, PHONE
from tests.cast import raise_curtain
from tests.lists.conftest import make_listing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
WORDS = "入户核实过，情况属实。"
PATHS = ["/applications", "/applications/new", "/notices/", "/lists", "/lists/programmes"]
PATHS += ["/lists/programmes/warm-heart-pack", "/"]


def test_a_family_walks_onto_a_list(visit: Any) -> None:
    world = raise_curtain()
    there = make_listing(world)
    there.rules(hours_per_stage={"REVIEW": 24, "HAND_OVER": 240})
    world.stock_kits(1)
    there.now = timezone.now()
    family = there.family()

    liaison = visit(size=PHONE).sign_in("list-liaison")
    page = liaison.open("/applications/new")
    page.select_option("#id_programme", "warm-heart-pack")
    page.fill("#id_beneficiary", family.reference)
    page.select_option("#id_source", "LIAISON")
    page.fill("#id_text", WORDS)
    page.click("main form button")
    page.wait_for_url(re.compile(r"/applications/[0-9a-f-]{36}"))
    liaison.assert_fits()
    row = Application.objects.get()

    reviewer = visit(size=PHONE, language="en").sign_in("list-reviewer")
    page = reviewer.open(f"/applications/{row.id}")
    page.fill("#id_text", WORDS)
    page.click("button[value=accept]")
    page.wait_for_selector("h1")
    drafter = visit(size=DESK).sign_in("list-drafter")
    page = drafter.open("/notices/")
    page.click("form[action$='/notices/publish'] button")
    page.wait_for_url(re.compile(r"/notices/[0-9a-f-]{36}"))
    address = page.url.removeprefix(drafter.address)

    anyone = visit(size=PHONE)
    page = anyone.open(address)
    assert row.reference in page.content() and family.reference not in page.content()
    page.fill("#id_number", row.reference)
    page.fill("#id_text", "这家去年领过了")
    page.click("#object form button")
    page.wait_for_selector(".note.success")
    anyone.assert_fits()

    page = drafter.open(address)
    page.fill("textarea[name=text] >> nth=0", "去年领的是另一个项目")
    page.click("button[value=dismiss]")
    page.wait_for_selector(".state.dismissed")
    page.click("form[action$='/draft'] button")
    page.wait_for_url(re.compile(r"/lists/[0-9a-f-]{36}"))
    draft = page.url.removeprefix(drafter.address)
    approver = visit(size=PHONE).sign_in("list-approver")
    page = approver.open(draft)
    assert "公示尚未结束" in page.content()
    page.click("button[value=approve]")
    page.wait_for_selector(".note.error")
    page.fill("#id_reason", "请等公示结束")
    page.click("button[value=reject]")
    page.wait_for_selector(".state.rejected")

    # Another family, whose notice was published a week ago.
    there.now = timezone.now() - dt.timedelta(days=7)
    other = there.family()
    there.accepted(other)
    notice = there.notice()
    page = drafter.open(f"/notices/{notice.id}")
    page.click("form[action$='/draft'] button")
    page.wait_for_url(re.compile(r"/lists/[0-9a-f-]{36}"))
    page.click("a[href$='/what-if']")
    page.fill("#id_urgency", "100")
    page.click("main form button")
    page.wait_for_selector("text=名次不变")
    found = DistributionList.objects.get(state="PROPOSED")
    page = approver.open(f"/lists/{found.id}")
    page.click("button[value=approve]")
    page.wait_for_selector(".state.approved")
    approver.assert_fits()
    page = drafter.open(f"/lists/{found.id}")
    # The button has the focus: Enter is enough.
    page.keyboard.press("Enter")
    page.wait_for_selector(".state.delivered")
    assert Parcel.objects.get().household == other
    for path in [*PATHS, address, f"/lists/{found.id}"]:
        reviewer.open(path)
        approver.open(path)
    assert liaison.troubles + reviewer.troubles + drafter.troubles + anyone.troubles + approver.troubles == []
