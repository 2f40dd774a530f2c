"""The pages of verification visits: draw, visit, and what differs stands on the officer's first list."""

import datetime as dt

import pytest
from django.utils import timezone

from logistics.journal.sealing import seal_leaves
from logistics.replies.models import VerificationVisit, VisitDraw
from tests.cast import World
from tests.replies.stage import delivered, someone
from tests.web.conftest import Visitor

FOUND = {"content_right": "YES", "in_time": "NO", "helped": "YES", "note": "少了一条毛毯"}


def _asked(world: World, officer: Visitor) -> VerificationVisit:
    today = timezone.localdate()
    sent = officer.send("/verifications/new", code=delivered(world).code.text, why="家里打过电话", due_on=str(today))
    assert sent.status_code == 302, sent.content.decode()
    return VerificationVisit.objects.get()


def test_a_draw_is_announced_and_then_drawn_by_the_log(world: World, officer: Visitor) -> None:
    delivered(world)
    sent = officer.send(
        "/verifications/draw", programme="warm-heart-pack", from_on="2026-01-01", to_on="2026-01-31", size=5, days=7
    )
    assert sent.status_code == 302, sent.content.decode()
    draw = VisitDraw.objects.get()
    officer.client.post(f"/verifications/draws/{draw.id}")
    assert "校验点" in officer.get("/verifications").content.decode()
    assert not VerificationVisit.objects.exists()
    seal_leaves(now=timezone.now())
    officer.client.post(f"/verifications/draws/{draw.id}")
    page = officer.get("/verifications").content.decode()
    assert world.family.reference in page
    assert VerificationVisit.objects.count() == 1


def test_a_liaison_visits_and_a_difference_waits_for_the_officer(world: World, officer: Visitor) -> None:
    someone(world, "liaison", "LIAISON")
    visit, liaison = _asked(world, officer), Visitor("liaison")
    assert world.family.reference in liaison.get("/verifications").content.decode()
    page = liaison.get(f"/verifications/{visit.id}").content.decode()
    assert "家里打过电话" in page
    assert "示例家庭" not in page
    values = FOUND | {"visited_on": str(timezone.localdate()), "arrived": "PARTLY"}
    assert liaison.client.post(f"/verifications/{visit.id}", values | {"note": ""}).status_code == 422
    assert liaison.client.post(f"/verifications/{visit.id}", values).status_code == 302
    assert f"/verifications/{visit.id}" in officer.get("/attention").content.decode()
    assert "少了一条毛毯" in officer.get(f"/verifications/{visit.id}").content.decode()
    assert officer.client.post(f"/verifications/{visit.id}", {"text": "已补发毛毯"}).status_code == 302
    assert f"/verifications/{visit.id}" not in officer.get("/attention").content.decode()


def test_an_overdue_visit_stands_on_the_late_list(
    world: World, officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = _asked(world, officer)
    assert f"/verifications/{visit.id}" not in officer.get("/attention").content.decode()
    later = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    page = Visitor("officer").get("/attention").content.decode()
    assert f"/verifications/{visit.id}" in page


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_empty_lists_say_what_to_do(world: World, language: str) -> None:
    words = {"zh-CN": "没有要回访的家庭", "en": "Nobody to visit"}
    assert words[language] in Visitor("officer", language).get("/verifications").content.decode()


def test_strangers_and_other_roles_find_nothing(world: World, officer: Visitor) -> None:
    visit = _asked(world, officer)
    assert Visitor("stranger").get(f"/verifications/{visit.id}").status_code == 404
    assert world.family.reference not in Visitor("stranger").get("/verifications").content.decode()
    for path in ("/verifications", f"/verifications/{visit.id}", "/verifications/new", "/verifications/draw"):
        assert Visitor("courier").get(path).status_code == 404
        assert Visitor().get(path).status_code == 302
