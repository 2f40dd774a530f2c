"""The way onto a list at the pages: each step by the person whose it is, and a notice that anyone may read."""

import datetime as dt

import pytest
from django.utils import timezone

from logistics.lists.allocations import hold_up
from logistics.lists.models import Application, DistributionList, ListEntry, Objection, PublicNotice
from logistics.parcels.models import Parcel
from logistics.parties.actions import register_person
from logistics.press.allocation_models import AllocationJob
from logistics.press.allocation_walk import walk_list
from tests.cast import PASSWORD, World
from tests.lists.conftest import Listing, make_listing
from tests.web.conftest import Visitor

WORDS = "入户核实过，情况属实。"


@pytest.fixture
def there(world: World) -> Listing:
    """People of the way onto a list, today."""
    found = make_listing(world)
    found.now = timezone.now()
    for name in ("programmes", "programmes-2"):
        register_person(
            organisation=world.province, username=name, name="示例", roles=["ADMINISTRATOR"], password=PASSWORD
        )
    return found


def _passed(notice: PublicNotice) -> dict[str, object]:
    return {"ends_on": timezone.localdate() - dt.timedelta(days=1)}


def test_the_whole_way_at_the_pages(there: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    world = there.world
    world.stock_kits(1)
    owner, liaison, officer = Visitor("programmes"), Visitor("list-liaison"), Visitor("list-reviewer")
    saved = owner.client.post(
        "/lists/programmes/warm-heart-pack",
        {"round_name": "2026年冬季", "notice_days": "5", "age_to": "12", "review": "72", "step": "save"},
    )
    assert saved.status_code == 302, saved.content.decode()
    family = there.family()
    filed = liaison.send(
        "/applications/new",
        programme="warm-heart-pack",
        beneficiary=family.reference,
        source="LIAISON",
        urgency="2",
        text=WORDS,
    )
    row = Application.objects.get()
    assert filed.url == f"/applications/{row.id}"
    page = liaison.get(filed.url).content.decode()
    assert "待审核" in page and row.reference in page and 'value="accept"' not in page
    page = officer.get(filed.url).content.decode()
    assert "符合本项目的全部条件" in page and 'value="accept"' in page
    assert officer.client.post(filed.url, {"text": WORDS, "decision": "accept"}).status_code == 302
    drafter = Visitor("list-drafter")
    assert "待发布公示" in drafter.get("/notices/").content.decode()
    published = drafter.client.post("/notices/publish", {"programme": "warm-heart-pack"})
    stranger = Visitor()
    shown = stranger.get(published.url).content.decode()
    assert row.reference in shown and family.reference not in shown and "示例家庭" not in shown
    assert "提出异议" in shown and "编制名单" not in shown
    sent = stranger.send(published.url, number=row.reference, text="这家去年领过了")
    assert sent.status_code == 302 and Objection.objects.count() == 1
    assert "去年领过" not in stranger.get(published.url).content.decode()
    assert "去年领过" not in Visitor("stranger").get(published.url).content.decode()
    assert "去年领过" in drafter.get(published.url).content.decode()
    answer = f"/objections/{Objection.objects.get().id}/answer"
    assert drafter.client.post(answer, {"text": "去年是另一个项目", "decision": "dismiss"}).status_code == 302
    drafted = drafter.client.post(f"{published.url}/draft")
    assert "公示尚未结束" in drafter.get(drafted.url).content.decode()
    approver = Visitor("list-approver")
    seen = approver.get(drafted.url).context["seen"]
    early = approver.client.post(drafted.url, {"decision": "approve", "seen": seen})
    assert early.status_code == 422 and "公示到" in early.content.decode()
    later = timezone.now() + dt.timedelta(days=6)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    own = drafter.client.post(drafted.url, {"decision": "approve", "seen": seen})
    assert own.status_code in (302, 422) and DistributionList.objects.get().state == "PROPOSED"
    approver = Visitor("list-approver")
    done = approver.client.post(drafted.url, {"decision": "approve", "seen": seen})
    assert done.status_code == 302, done.content.decode()
    frozen = DistributionList.objects.get()
    assert (frozen.state, frozen.number) == ("APPROVED", 1)
    drafter = Visitor("list-drafter")
    pressed = drafter.client.post(f"/lists/{frozen.id}/allocate", {"kind": "PARCEL"})
    shown = drafter.get(pressed.url)
    assert shown.headers["Refresh"] and "已处理 0 / 1" in shown.content.decode()
    walk_list(AllocationJob.objects.get().id)
    assert Parcel.objects.get().household == family
    assert "已分配 1 / 1" in drafter.get(drafted.url).content.decode()


def test_an_allocation_is_stopped_and_says_whom_it_held_up(there: Listing) -> None:
    there.rules()
    there.now -= dt.timedelta(days=10)
    there.world.stock_kits(2)
    frozen = there.approved(there.family(), there.family())
    officer, path = Visitor("list-drafter"), f"/lists/{frozen.id}"
    assert "安排全部 2 个包裹" in officer.get(path).content.decode()
    officer.client.post(f"{path}/allocate", {"kind": "PARCEL"})
    job = AllocationJob.objects.get()
    stop = f"/lists/allocations/{job.id}/cancel"
    assert Visitor("stranger").client.post(stop).status_code == 404
    assert officer.client.post(stop).url == path
    page = officer.get(path)
    assert "Refresh" not in page.headers and "已停止" in page.content.decode()
    hold_up(ListEntry.objects.get(place=2), "consent_missing", now=there.now)
    page = officer.get(path).content.decode()
    assert "监护人同意未登记或已撤回: 1" in page or "监护人同意未登记或已撤回：1" in page
    assert "安排全部 2 个包裹" in page


def test_strangers_find_nothing_but_notices(there: Listing) -> None:
    there.rules()
    (row,) = there.accepted(there.family())
    notice = there.notice()
    there.world.stock_kits(1)
    draft = there.draft(notice)
    for path in (f"/applications/{row.id}", f"/lists/{draft.id}", f"/lists/{draft.id}/what-if"):
        assert Visitor("stranger").get(path).status_code == 404
        assert Visitor().get(path).status_code == 302
    assert Visitor("courier").get("/lists").status_code == 404
    assert Visitor().get(f"/notices/{notice.id}").status_code == 200
    assert Visitor().get("/notices/").status_code == 200


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_say_what_to_do_where_there_is_nothing(there: Listing, language: str) -> None:
    officer = Visitor("officer", language)
    for path in ("/applications", "/notices/", "/lists", "/lists/programmes"):
        assert officer.get(path).status_code == 200, path
    assert 'class="empty"' in officer.get("/lists").content.decode()


def test_a_change_of_rules_says_first_whom_it_shuts_out(there: Listing) -> None:
    there.rules()
    row = there.file(there.family())
    owner = Visitor("programmes")
    values = {"round_name": "2026年冬季", "notice_days": "5", "age_to": "3", "step": "preview"}
    page = owner.client.post("/lists/programmes/warm-heart-pack", values).content.decode()
    assert row.reference in page and "年龄超过" in page
    assert there.world.warm.list_rules.eligibility == {}
    refused = owner.client.post("/lists/programmes/warm-heart-pack", {**values, "step": "save"})
    assert refused.status_code == 422
    values |= {"step": "save", "reason": "只收三岁以下"}
    assert owner.client.post("/lists/programmes/warm-heart-pack", values).status_code == 302
    # A county does not change a province's programme.
    other = Visitor("list-drafter").client.post("/lists/programmes/warm-heart-pack", values)
    assert other.status_code == 422


def test_weights_are_proposed_by_one_and_approved_by_another(there: Listing) -> None:
    there.rules()
    owner, other = Visitor("programmes"), Visitor("programmes-2")
    address = "/lists/programmes/warm-heart-pack"
    owner.client.post(f"{address}/weights", {"in_force_from": "2026-01-01", "reason": "党组会议定", "urgency": "9"})
    owner.client.post(f"{address}/weights/1/approve")
    assert there.world.warm.weights.get().state == "PROPOSED"
    other.client.post(f"{address}/weights/1/approve")
    assert there.world.warm.weights.get().state == "APPROVED"


def test_what_if_changes_nothing(there: Listing) -> None:
    there.rules()
    there.world.stock_kits(1)
    today = there.now.date()
    there.accepted(there.family(), waiting_since=today - dt.timedelta(days=300))
    there.accepted(there.family(), urgency=3)
    draft = there.draft(there.notice())
    page = Visitor("officer").get(f"/lists/{draft.id}/what-if?urgency=100").content.decode()
    assert "2 户名次会变" in page and "1 户将由无变有" in page
    page = Visitor("officer", "en").get(f"/lists/{draft.id}").content.decode()
    assert "days of waiting" in page and "What if the weights were others?" in page
    draft.refresh_from_db()
    assert (draft.state, draft.weights) == ("PROPOSED", None)


def test_a_number_is_found_on_a_draft_and_on_a_list(there: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logistics.web.views.lists.PLACES_PER_PAGE", 1)
    there.rules()
    there.world.stock_kits(1)
    there.accepted(*(there.family() for _ in range(3)))
    draft = there.draft(there.notice())
    officer = Visitor("officer")
    for _ in ("draft", "list"):
        wanted = Application.objects.order_by("reference").last()
        assert wanted is not None
        answer = officer.client.get(f"/lists/{draft.id}?find= {wanted.reference.lower()} ")
        assert answer.status_code == 302 and answer.url.startswith(f"/lists/{draft.id}?page=")
        page = officer.get(answer.url.partition("#")[0]).content.decode()
        assert wanted.reference in page and f'id="{answer.url.partition("#")[2]}"' in page
        missing = officer.get(f"/lists/{draft.id}?find=A-NONE").content.decode()
        assert "名单上没有 A-NONE" in missing
        if draft.state == "PROPOSED":
            draft = there.approve(draft)


def test_whoever_looks_at_a_long_draft_sees_its_moment_and_may_look_again(
    there: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("logistics.lists.shown_drafts.SHOWN_SHORT_MAX", 0)
    there.now -= dt.timedelta(days=7)
    there.rules()
    there.world.stock_kits(1)
    rows = there.accepted(there.family(), there.family())
    draft, officer = there.draft(there.notice()), Visitor("officer")
    assert all(row.reference in officer.get(f"/lists/{draft.id}").content.decode() for row in rows)
    Application.objects.filter(id=rows[0].id).update(state="REFUSED")
    page = officer.get(f"/lists/{draft.id}").content.decode()
    assert rows[0].reference in page and "立即重新计算" in page
    # What was seen is not what would be frozen: the approver is told, and sees what it is now.
    seen = officer.get(f"/lists/{draft.id}").context["seen"]
    refused = Visitor("list-approver").client.post(f"/lists/{draft.id}", {"decision": "approve", "seen": seen})
    assert refused.status_code == 422 and refused.context["seen"] != seen
    assert rows[0].reference not in officer.get(f"/lists/{draft.id}").content.decode()
