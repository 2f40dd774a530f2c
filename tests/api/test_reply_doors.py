"""Verification visits, reply cards and grievances through the API: who judges is a person, and few see what is sore."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.models import StoredAnswer
from logistics.households.models import PersonalDataView
from logistics.journal.sealing import seal_leaves
from logistics.replies.grievances import TEXT_LENGTH_MAX
from logistics.replies.models import Grievance, ReplyCard
from tests.api.conftest import Clerk, Partner
from tests.cast import World
from tests.looking import nothing_written
from tests.replies.stage import card_of, consent_of, delivered, picture, someone

FOUND = {"arrived": "WHOLE", "content_right": "YES", "in_time": "YES", "helped": "YES"}
TOLD = {"kind": "QUALITY", "text": "毛毯是破的，请换一条", "channel": "TELEPHONE"}


@pytest.fixture
def officer(world: World) -> Clerk:
    """The officer, signed in."""
    return Clerk(world.officer)


@pytest.fixture
def second(world: World) -> Clerk:
    """A second officer, signed in."""
    return Clerk(someone(world, "second", "OFFICER"))


def today(days: int = 0) -> str:
    """Say a day."""
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


def _visit(world: World, officer: Clerk) -> str:
    body = {"code": delivered(world).code.text, "why": "家里打电话说没收到毛毯", "due_on": today(7)}
    made = officer.post("/verification-visits", body)
    assert made.status_code == 201, made.content
    return f"/verification-visits/{made.json()['id']}"


def test_a_visit_is_asked_for_made_and_its_difference_settled(world: World, officer: Clerk, second: Clerk) -> None:
    path = _visit(world, officer)
    assert officer.get("/verification-visits?state=TO_MAKE").json()["items"][0]["due_on"] == today(7)
    silent = second.post(f"{path}/result", {**FOUND, "arrived": "PARTLY", "visited_on": today()})
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/note")
    body = {**FOUND, "arrived": "PARTLY", "visited_on": today(), "note": "少了一双手套"}
    found = second.post(f"{path}/result", body)
    assert (found.status_code, found.json()["result"]["differs"]) == (201, True), found.content
    again = second.post(f"{path}/result", body)
    assert (again.status_code, again.json()["code"]) == (409, "visit_made_already")
    own = second.post(f"{path}/settle", {"text": "已补发手套"})
    assert (own.status_code, own.json()["code"]) == (403, "difference_settled_by_visitor")
    assert officer.post(f"{path}/settle", {"text": "已补发手套"}).json()["result"]["settled_at"]
    assert officer.get("/verification-visits?state=DIFFERING").json()["items"] == []
    assert officer.get(path).json()["note"] is None
    read = officer.get(f"{path}?unmask=true&reason=核对回访").json()
    assert (read["note"], read["settled"]) == ("少了一双手套", "已补发手套")
    assert PersonalDataView.objects.get().fields == ["verification"]
    assert officer.get("/verification-visits?state=MOON").status_code == 400
    assert officer.get("/verified-shares").json()["items"][0]["made"] == 1


def test_a_key_reads_visits_and_judges_nothing(world: World, officer: Clerk, partner: Partner) -> None:
    path = _visit(world, officer)
    assert partner.get(path).json()["why"] is None
    refused = partner.post(f"{path}/result", {**FOUND, "visited_on": today()})
    assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")
    chinese = partner.post(f"{path}/settle", {"text": "已经处理"}, **{"Accept-Language": "zh"})
    assert "登录" in chinese.json()["detail"]


def test_a_draw_is_announced_and_the_log_chooses(world: World, officer: Clerk) -> None:
    delivered(world)
    body = {"programme": "warm-heart-pack", "from_on": "2026-01-01", "to_on": today(), "size": 1, "days": 14}
    made = officer.post("/visit-draws", {**body, "from_on": today(-30)})
    assert (made.status_code, made.json()["drawing"]) == (201, None), made.content
    twice = officer.post("/visit-draws", {**body, "from_on": today(-30)})
    assert (twice.status_code, twice.json()["code"]) == (409, "visit_drawn_already")
    path = f"/visit-draws/{made.json()['id']}/draw"
    early = officer.post(path)
    assert (early.status_code, early.json()["code"]) == (409, "visit_draw_too_early")
    seal_leaves(now=timezone.now())
    drawn = officer.post(path).json()["drawing"]
    assert drawn["checkpoint_root"] and officer.post(path).json()["drawing"] == drawn
    assert officer.get("/visit-draws").json()["items"][0]["drawing"] == drawn
    large = officer.post("/visit-draws", {**body, "size": 501})
    assert (large.status_code, large.json()["errors"][0]["pointer"]) == (422, "/size")


def test_a_reply_is_recorded_screened_and_withdrawn(world: World, officer: Clerk, second: Clerk) -> None:
    consent_of(world, "LETTER")
    code = card_of(world, delivered(world)).text
    empty = officer.post("/reply-cards", {"code": code})
    assert (empty.status_code, empty.json()["code"]) == (422, "reply_empty")
    made = officer.post("/reply-cards", {"code": code, "text": f"我是{world.girl.name}，谢谢"})
    assert (made.status_code, made.json()["state"]) == (201, "WAITING"), made.content
    path = f"/reply-cards/{made.json()['id']}"
    assert (officer.get(path).json()["text"], officer.get(path).json()["marks"]) == (None, [])
    read = second.get(f"{path}?unmask=true&reason=审核回音卡").json()
    assert world.girl.name in read["text"] and read["marks"][0]["kind"]
    own = officer.post(f"{path}/release", {"text": "谢谢"})
    assert (own.status_code, own.json()["code"]) == (403, "reply_screened_by_recorder")
    unseen = second.post(f"{path}/release", {"text": read["text"]})
    assert (unseen.status_code, unseen.json()["errors"][0]["pointer"]) == (422, "/has_looked")
    assert second.post(f"{path}/release", {"text": "谢谢阿姨"}).json()["state"] == "RELEASED"
    assert [row["state"] for row in officer.get("/reply-cards?state=RELEASED").json()["items"]] == ["RELEASED"]
    assert officer.get("/reply-cards?state=WAITING").json()["items"] == []
    why = second.post(f"{path}/withdraw", {"reason": "短"})
    assert (why.status_code, why.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert second.post(f"{path}/withdraw", {"reason": "家人不愿公开"}).json()["state"] == "WITHDRAWN"
    assert second.post(f"{path}/keep-back", {"reason": "家人不愿公开"}).json()["state"] == "KEPT_BACK"
    kept = "".join(row.body for row in StoredAnswer.objects.all())
    assert kept and world.girl.name not in kept and "谢谢" not in kept and "家人" not in kept


def test_a_photographed_reply_is_covered(world: World, partner: Partner, officer: Clerk) -> None:
    photo = picture()
    sha256, code = hashlib.sha256(photo).hexdigest(), card_of(world, delivered(world)).text
    unsent = partner.post("/reply-cards", {"code": code, "photo": sha256})
    assert (unsent.status_code, unsent.json()["code"]) == (404, "proof_bytes_missing")
    headers = {"Authorization": f"Bearer {partner.key}"}
    partner.client.put(f"/api/v1/proofs/{sha256}", photo, content_type="image/jpeg", headers=headers)
    made = partner.post("/reply-cards", {"code": code, "photo": sha256})
    assert made.json()["has_picture"] is True, made.content
    path = f"/reply-cards/{made.json()['id']}"
    assert partner.get(f"{path}/picture.jpg").json()["code"] == "person_needed"
    shown = officer.get(f"{path}/picture.jpg")
    assert shown.headers["Content-Type"] == "image/jpeg" and shown.headers["Cache-Control"] == "no-store"
    outside = officer.post(f"{path}/cover", {"boxes": [{"left": 900, "top": 0, "width": 200, "height": 10}]})
    assert (outside.status_code, outside.json()["code"]) == (422, "boxes_out_of_bounds")
    box = {"left": 0, "top": 0, "width": 500, "height": 500}
    assert officer.post(f"{path}/cover", {"boxes": [box]}).status_code == 200
    assert officer.get(path).json()["is_covered"] is True
    assert officer.get(f"{path}/picture.jpg").content != shown.content


def test_who_brings_goods_reads_no_childs_words(world: World, officer: Clerk, partner: Partner) -> None:
    code = card_of(world, delivered(world)).text
    path = f"/reply-cards/{officer.post('/reply-cards', {'code': code, 'text': '谢谢'}).json()['id']}"
    liaison = Clerk(someone(world, "liaison", "LIAISON"))
    with nothing_written():
        assert liaison.get(f"{path}?unmask=true&reason=想看一看").json()["code"] == "reply_not_yours"
        assert liaison.get(f"{path}/picture.jpg").json()["code"] == "reply_not_yours"
        assert partner.get(f"{path}?unmask=true&reason=想看一看").json()["code"] == "person_needed"


def test_a_grievance_from_call_to_close(officer: Clerk, second: Clerk) -> None:
    kinds = {row["code"]: row for row in officer.get("/grievance-kinds").json()["items"]}
    kind = next(code for code, row in kinds.items() if not row["is_sensitive"])
    made = officer.post("/grievances", {**TOLD, "kind": kind, "contact": "13800138000"}, key="call-1")
    assert made.status_code == 201, made.content
    again = officer.post("/grievances", {**TOLD, "kind": kind, "contact": "13800138000"}, key="call-1")
    assert again.json() == made.json() and Grievance.objects.count() == 1
    # Another call under the same key is no repeat: nothing that somebody complains of is lost.
    officer.post("/grievances", {**TOLD, "kind": kind, "text": "另一件事也请查一查"}, key="call-1")
    assert Grievance.objects.count() == 2
    assert not StoredAnswer.objects.filter(body__contains=made.json()["receipt"]).exists()
    path = f"/grievances/{made.json()['id']}"
    assert second.post(f"{path}/close").json()["code"] == "grievance_out_of_turn"
    assert second.post(f"{path}/take-up").json()["state"] == "TAKEN_UP"
    assert second.post(f"{path}/answer", {"text": "已经换了新的毛毯"}).json()["state"] == "ANSWERED"
    read = officer.get(path).json()
    assert (read["contact"], [step["kind"] for step in read["steps"]]) == ("13800138000", ["TAKEN_UP", "ANSWERED"])
    assert second.post(f"{path}/close").json()["state"] == "CLOSED"
    unknown = officer.post("/grievances", {**TOLD, "kind": "MOON"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/kind")
    long = officer.post("/grievances", {**TOLD, "kind": kind, "text": "长" * (TEXT_LENGTH_MAX + 1)})
    assert (long.status_code, long.json()["errors"][0]["pointer"]) == (422, "/text")


def test_sensitive_grievances_are_seen_by_few(world: World, officer: Clerk, second: Clerk, partner: Partner) -> None:
    administrator = someone(world, "admin2", "ADMINISTRATOR")
    body = {**TOLD, "kind": next(iter(_sensitive(officer))), "about": str(world.officer.id)}
    made = second.post("/grievances", body).json()
    assert made["is_sensitive"] is True
    path = f"/grievances/{made['id']}"
    for one in (officer, second, Clerk(administrator)):
        assert one.get(path).status_code == 404
        assert one.get("/grievances").json()["items"] == []
        assert one.post(f"{path}/answer", {"text": "没有这回事"}).status_code == 404
    for reading in ("/grievances", path):
        assert partner.get(reading).json()["code"] == "person_needed"
    named = {"person": str(someone(world, "reader", "OFFICER").id), "is_reader": True}
    assert officer.post("/grievance-readers", named).json()["code"] == "scope_missing"
    own = Clerk(administrator).post("/grievance-readers", {"person": str(administrator.id), "is_reader": True})
    assert own.json()["code"] == "reader_named_by_themself"
    assert Clerk(administrator).post("/grievance-readers", named).status_code == 201


def _sensitive(officer: Clerk) -> list[str]:
    return [row["code"] for row in officer.get("/grievance-kinds").json()["items"] if row["is_sensitive"]]


def test_outsiders_find_nothing(world: World, officer: Clerk, outsider: Partner) -> None:
    visit = _visit(world, officer)
    code = card_of(world, delivered(world)).text
    reply = f"/reply-cards/{officer.post('/reply-cards', {'code': code, 'text': '谢谢'}).json()['id']}"
    stranger = Clerk(world.stranger)
    grievance = f"/grievances/{officer.post('/grievances', {**TOLD, 'kind': _plain(officer)}).json()['id']}"
    with nothing_written():
        for one in (outsider, stranger):
            assert one.get(visit).status_code == 404 and one.get(reply).status_code == 404
            for path, body in (
                (f"{visit}/result", {**FOUND, "visited_on": today()}),
                (f"{visit}/settle", {"text": "已经处理"}),
                (f"{reply}/release", {"text": "谢谢"}),
                (f"{reply}/keep-back", {"reason": "不公开了"}),
                ("/reply-cards", {"code": code, "text": "谢谢"}),
                ("/verification-visits", {"code": code, "why": "去看一看", "due_on": today(1)}),
            ):
                assert one.post(path, body, key=None).status_code == 404, path
        assert stranger.get(grievance).status_code == 404
    assert ReplyCard.objects.count() == 1


def _plain(officer: Clerk) -> str:
    kinds: list[dict[str, Any]] = officer.get("/grievance-kinds").json()["items"]
    return next(str(row["code"]) for row in kinds if not row["is_sensitive"])


@pytest.mark.parametrize("name", ["verification-visits", "reply-cards", "grievances"])
def test_lists_take_as_many_statements_for_one_row_as_for_many(world: World, officer: Clerk, name: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(f"/{name}").json()["items"]
        return len(queries)

    kind = _plain(officer)

    def more() -> None:
        code = delivered(world).code.text
        officer.post("/reply-cards", {"code": code, "text": "谢谢"})
        officer.post("/verification-visits", {"code": code, "why": "去看一看", "due_on": today(1)})
        officer.post("/grievances", {**TOLD, "kind": kind})

    more()
    statements()
    one = statements()
    more()
    more()
    assert statements() == one
