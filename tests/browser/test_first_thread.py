"""The first thread, whole, over pages in a real browser: from a visit at home, by a notice that anybody may question,
to the parcel at the door and the visit that asks whether it helped.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from logistics.deliveries.met_needs import settle_needs
from logistics.lists.models import Application, DistributionList
from logistics.needs.models import Need
from logistics.parcels.models import Parcel
from logistics.press.allocation_models import AllocationJob
from logistics.press.allocation_walk import walk_list
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.test_visits import Liaison
from tests.cast import raise_curtain
from tests.lists.conftest import WORDS, make_listing
from tests.looking import assert_books_close
from tests.servers import MortalServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
WEEK = 7
PATHS = ["/applications", "/applications/new", "/notices/", "/lists", "/lists/programmes", "/needs"]
PATHS += ["/lists/programmes/warm-heart-pack", "/"]
Enter = Callable[..., Visitor]


@pytest.fixture
def server(committed_database: str) -> Iterator[MortalServer]:
    """A server that a week later is the same one, a week older."""
    running = MortalServer(committed_database, DJANGO_SETTINGS_MODULE="tests.later")
    yield running
    running.kill()


@pytest.fixture
def enter(browser: Browser, server: MortalServer) -> Iterator[Enter]:
    """Let somebody come to a screen and sign in; at the end nobody has met a trouble."""
    made: list[Visitor] = []

    def sign_in(name: str, size: tuple[int, int] = DESK) -> Visitor:
        visitor = Visitor(browser, server.address, size)
        made.append(visitor)
        return visitor.sign_in(name) if name else visitor

    yield sign_in
    assert [trouble for visitor in made for trouble in visitor.troubles] == []
    for visitor in made:
        visitor.page.context.close()


def test_from_a_visit_to_the_visit_after(browser: Browser, server: MortalServer, enter: Enter) -> None:
    world = raise_curtain()
    make_listing(world).rules(hours_per_stage={"REVIEW": 24, "HAND_OVER": 240})
    world.stock_kits(1)
    phone = Liaison(browser, server.address).open(world)
    _visit(phone)
    need = Need.objects.get()
    application = _propose(enter("list-liaison", PHONE))
    _review(enter("list-reviewer", PHONE), application)
    notice, draft = _publish(enter("list-drafter"), enter("", PHONE), application)
    _approve_too_early(enter("list-approver", PHONE), draft)

    server.restart(NUANLIU_DAYS_LATER=str(WEEK))
    _freeze(enter("list-approver", PHONE), enter("list-drafter"), notice)
    parcel = Parcel.objects.select_related("code").get()
    assert parcel.household_id == need.household_id
    _deliver(enter("keeper", PHONE), parcel.code.text)
    later = timezone.now() + dt.timedelta(days=WEEK)
    assert settle_needs(now=later) == 1
    assert settle_needs(now=later) == 0

    liaison = enter("list-liaison", PHONE)
    page = liaison.open(f"/needs/{need.id}")
    assert "已满足" in page.inner_text("main") and parcel.code.text[:4] in page.inner_text("#way")
    _visit_again(phone, later)
    need.refresh_from_db()
    assert (need.state, need.has_helped) == ("MET", True)
    for path in [*PATHS, notice, draft]:
        liaison.open(path)
    assert_books_close()


def _visit(phone: Liaison) -> None:
    """The liaison stands in the kitchen, without a network; on the way home there is one."""
    phone.until("document.querySelector('[data-family]')")
    phone.kept_by_worker().cut()
    phone.visit(photo=True)
    phone.join()
    phone.until("document.querySelector('#status').dataset.kind === 'sent'")


def _propose(liaison: Visitor) -> Application:
    """She opens the need that the visit became, and proposes the family."""
    page = liaison.open("/needs")
    page.click("main a[href^='/needs/']")
    page.click("#way a.button")
    assert page.input_value("#id_source") == "LIAISON"
    page.select_option("#id_programme", "warm-heart-pack")
    page.fill("#id_text", WORDS)
    page.click("main form button")
    page.wait_for_url(re.compile(r"/applications/[0-9a-f-]{36}"))
    liaison.assert_fits()
    row = Application.objects.get()
    assert (row.need_id, row.urgency, row.source) == (Need.objects.get().id, 2, "LIAISON")
    return row


def _review(reviewer: Visitor, application: Application) -> None:
    page = reviewer.open(f"/applications/{application.id}")
    page.fill("#id_text", WORDS)
    page.click("button[value=accept]")
    page.wait_for_selector(".state.accepted")


def _publish(drafter: Visitor, anyone: Visitor, application: Application) -> tuple[str, str]:
    """Everybody may read the notice; somebody objects, and is answered."""
    page = drafter.open("/notices/")
    page.click("form[action$='/notices/publish'] button")
    page.wait_for_url(re.compile(r"/notices/[0-9a-f-]{36}"))
    notice = page.url.removeprefix(drafter.address)
    read = anyone.open(notice)
    assert application.reference in read.content()
    assert application.household.reference not in read.content()
    read.fill("#id_number", application.reference)
    read.fill("#id_text", "这家去年领过了")
    read.click("#object form button")
    read.wait_for_selector(".note.success")
    anyone.assert_fits()
    page = drafter.open(notice)
    page.fill("textarea[name=text] >> nth=0", "去年领的是另一个项目")
    page.click("button[value=dismiss]")
    page.wait_for_selector(".state.dismissed")
    return notice, _draft(page).removeprefix(drafter.address)


def _draft(page: Page) -> str:
    page.click("form[action$='/draft'] button")
    page.wait_for_url(re.compile(r"/lists/[0-9a-f-]{36}"))
    return page.url


def _approve_too_early(approver: Visitor, draft: str) -> None:
    page = approver.open(draft)
    assert "公示尚未结束" in page.content()
    page.click("button[value=approve]")
    page.wait_for_selector(".note.error")
    page.fill("#id_reason", "请等公示结束")
    page.click("button[value=reject]")
    page.wait_for_selector(".state.rejected")


def _freeze(approver: Visitor, drafter: Visitor, notice: str) -> None:
    """The notice is over: drafted anew, looked at with other weights, approved by somebody else, and allocated."""
    page = drafter.open(notice)
    draft = _draft(page).removeprefix(drafter.address)
    page.click("a[href$='/what-if']")
    page.fill("#id_urgency", "100")
    page.click("main form button")
    page.wait_for_selector("text=名次不变")
    page = approver.open(draft)
    page.click("button[value=approve]")
    page.wait_for_selector(".state.approved")
    approver.assert_fits()
    assert DistributionList.objects.get(state="APPROVED").entries_sha256
    page = drafter.open(draft)
    # The button has the focus: Enter is enough.
    page.keyboard.press("Enter")
    page.wait_for_selector("button.danger")
    # No worker runs beside these pages: this is its turn, and the page looks again by itself.
    walk_list(AllocationJob.objects.get().id)
    page.wait_for_selector(".state.delivered")


def _deliver(keeper: Visitor, code: str) -> None:
    page = keeper.open("/scan/plain")
    for step in ("PACK", "SEAL", "DISPATCH", "HAND_OVER"):
        page.check(f"input[name=step][value={step}]", force=True)
        page.fill("#id_code", code)
        page.click("button.huge")
        page.wait_for_selector(".answer.good")
    assert Parcel.objects.get().state == "DELIVERED"


def _visit_again(phone: Liaison, later: dt.datetime) -> None:
    """A week later the liaison stands in the kitchen again: does the coat fit?"""
    phone.page.clock.set_system_time(later + dt.timedelta(minutes=1))
    phone.again()
    phone.page.click("#renew")
    phone.until("document.querySelector('[data-family]').textContent.includes('Needs: 1')")
    phone.page.click("[data-family]")
    phone.page.click("[data-value=HEAD]")
    phone.page.click("[data-value=HELPED]")
    phone.page.click("#save")
    phone.until("document.querySelector('#banners').textContent.includes('Kept')")
    phone.until("document.querySelector('#status').dataset.kind === 'sent'")
