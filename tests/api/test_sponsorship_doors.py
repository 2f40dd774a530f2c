"""Sponsorships through the API: people look after them, and a sponsor learns an alias and what was released."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.models import StoredAnswer
from logistics.households.consents import withdraw_member_consent
from logistics.households.models import PersonalDataView
from logistics.sponsorships.access import visible_sponsorships
from logistics.sponsorships.reads import outgrown, sponsorship_views_for
from tests.api.conftest import Clerk, Partner
from tests.cast import World
from tests.looking import nothing_written
from tests.replies.stage import consent_of, someone


@pytest.fixture
def officer(world: World) -> Clerk:
    """The officer, signed in."""
    return Clerk(world.officer)


@pytest.fixture
def second(world: World) -> Clerk:
    """A second officer, signed in."""
    return Clerk(someone(world, "second", "OFFICER"))


def body(world: World, **more: Any) -> dict[str, Any]:
    """Say a sponsorship of the girl."""
    return {
        "fund": "girls-2026",
        "donor": str(world.donor.id),
        "household": str(world.family.id),
        "member": str(world.girl.id),
        "alias": "小葵",
        "stage": "PRIMARY_UPPER",
        "yearly": {"amount": 120_000, "currency": "CNY"},
        "started_on": timezone.localdate().isoformat(),
        **more,
    }


def begun(world: World, officer: Clerk) -> str:
    """Begin one; returns its address."""
    consent_of(world, "SPONSOR", "LETTER")
    made = officer.post("/sponsorships", body(world))
    assert made.status_code == 201, made.content
    return f"/sponsorships/{made.json()['id']}"


def test_a_sponsorship_from_consent_to_thanks(world: World, officer: Clerk, second: Clerk) -> None:
    without = officer.post("/sponsorships", body(world))
    assert (without.status_code, without.json()["code"]) == (409, "sponsorship_consent_missing")
    path = begun(world, officer)
    telling = officer.post("/sponsorships", body(world, alias=world.girl.name))
    assert telling.status_code in (409, 422)
    world.give_money(200_000, fund=world.girls_fund)
    planned = officer.post(f"{path}/grants", {"year": 0, "payee": "示例奶奶"})
    assert (planned.status_code, planned.json()["years"][0]["state"]) == (201, "PLANNED"), planned.content
    assert officer.post(f"{path}/grants", {"year": 0}).json()["code"] == "sponsorship_year_planned"
    today = timezone.localdate().isoformat()
    assert officer.post(f"{path}/stage", {"stage": "JUNIOR_HIGH", "on": today}).json()["stage"] == "JUNIOR_HIGH"
    written = officer.post(f"{path}/letters", {"direction": "TO_SPONSOR", "text": f"我叫{world.girl.name}，谢谢您"})
    letter = f"{path}/letters/{written.json()['letters'][0]['id']}"
    own = officer.post(f"{letter}/release", {"text": "谢谢您"})
    assert (own.status_code, own.json()["code"]) == (403, "letter_released_by_recorder")
    unseen = second.post(f"{letter}/release", {"text": f"我叫{world.girl.name}"})
    assert (unseen.status_code, unseen.json()["errors"][0]["pointer"]) == (422, "/has_looked")
    assert second.post(f"{letter}/release", {"text": "谢谢您"}).json()["letters"][0]["state"] == "RELEASED"
    ended = officer.post(f"{path}/end", {"reason": "GRADUATED", "thanks": "谢谢您这些年", "on": today})
    assert (ended.json()["end_reason"], ended.json()["thanks"]) == ("GRADUATED", None), ended.content
    over = officer.post(f"{path}/stage", {"stage": "UNIVERSITY", "on": today})
    assert (over.status_code, over.json()["code"]) == (409, "sponsorship_over")
    kept = "".join(row.body for row in StoredAnswer.objects.all())
    assert kept and not any(word in kept for word in (world.girl.name, "谢谢", "示例奶奶"))


def test_a_sponsor_learns_nothing_of_who_the_child_is(
    world: World, officer: Clerk, second: Clerk, partner: Partner
) -> None:
    path = begun(world, officer)
    written = officer.post(f"{path}/letters", {"direction": "TO_SPONSOR", "text": f"我叫{world.girl.name}，谢谢您"})
    letter = f"{path}/letters/{written.json()['letters'][0]['id']}"
    assert partner.get(f"{path}/sponsor-view").json()["letters"] == []
    second.post(f"{letter}/release", {"text": "谢谢您"})
    seen = partner.get(f"{path}/sponsor-view")
    assert (seen.json()["alias"], seen.json()["letters"][0]["text"]) == ("小葵", "谢谢您")
    told = seen.content.decode()
    family, girl = world.family, world.girl
    of_hers = (girl.name, family.head_name, family.reference, girl.reference, str(girl.id), str(family.id))
    assert not any(word in told for word in (*of_hers, family.township))
    withdraw_member_consent(actor=world.as_actor(world.officer), member=girl, scope="LETTER", now=timezone.now())
    assert partner.get(f"{path}/sponsor-view").json()["letters"] == []


def test_a_letter_that_was_taken_back_is_in_no_answer(
    world: World, officer: Clerk, second: Clerk, partner: Partner
) -> None:
    path = begun(world, officer)
    written = officer.post(f"{path}/letters", {"direction": "TO_SPONSOR", "text": "我住在河边"})
    letter = f"{path}/letters/{written.json()['letters'][0]['id']}"
    early = officer.post(f"{letter}/withdraw", {"reason": "还没有放行"})
    assert (early.status_code, early.json()["code"]) == (409, "letter_not_released")
    second.post(f"{letter}/release", {"text": "住在河边"})
    assert partner.post(f"{letter}/withdraw", {"reason": "暗示了住址"}, key=None).json()["code"] == "person_needed"
    short = officer.post(f"{letter}/withdraw", {"reason": "不"})
    assert (short.status_code, short.json()["errors"][0]["pointer"]) == (422, "/reason")
    told = officer.post(f"{letter}/withdraw", {"reason": "暗示了住址"}).json()["letters"][0]
    assert (told["state"], told["decided"]) == ("WITHDRAWN", None) and told["withdrawn_at"]
    assert partner.get(f"{path}/sponsor-view").json()["letters"] == []
    seen = officer.get(f"{path}?unmask=true&reason=审核信件").json()["letters"][0]
    assert (seen["text"], seen["decided"]) == ("我住在河边", "暗示了住址")
    assert not any("住" in row.body for row in StoredAnswer.objects.all())


def test_words_are_read_by_an_officer_with_a_reason(world: World, officer: Clerk, partner: Partner) -> None:
    path = begun(world, officer)
    officer.post(f"{path}/letters", {"direction": "TO_CHILD", "text": "好好学习"})
    assert partner.get(path).json()["letters"][0]["text"] is None
    refused = partner.get(f"{path}?unmask=true&reason=想看一看")
    assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")
    assert officer.get(f"{path}?unmask=true").status_code == 422
    assert officer.get(f"{path}?unmask=true&reason=审核信件").json()["letters"][0]["text"] == "好好学习"
    assert PersonalDataView.objects.get().fields == ["sponsorships"]


def test_a_key_begins_and_ends_nothing(world: World, officer: Clerk, partner: Partner) -> None:
    path = begun(world, officer)
    with nothing_written():
        for address, said in (
            ("/sponsorships", body(world)),
            (f"{path}/stage", {"stage": "UNIVERSITY", "on": "2026-01-12"}),
            (f"{path}/grants", {"year": 0}),
            (f"{path}/letters", {"direction": "TO_CHILD", "text": "你好"}),
            (f"{path}/end", {"reason": "OTHER", "on": "2026-01-12"}),
        ):
            assert partner.post(address, said, key=None).json()["code"] == "person_needed", address


def test_outsiders_find_nothing(world: World, officer: Clerk, outsider: Partner) -> None:
    path = begun(world, officer)
    officer.post(f"{path}/letters", {"direction": "TO_SPONSOR", "text": "谢谢"})
    letter = officer.get(path).json()["letters"][0]["id"]
    with nothing_written():
        for one in (outsider, Clerk(world.stranger)):
            assert one.get(path).status_code == 404
            for address, said in (
                (f"{path}/stage", {"stage": "UNIVERSITY", "on": "2026-01-12"}),
                (f"{path}/letters/{letter}/release", {"text": "谢谢"}),
                (f"{path}/letters/{letter}/keep-back", {"reason": "不转交"}),
                (f"{path}/letters/{letter}/withdraw", {"reason": "暗示了住址"}),
                ("/sponsorships", body(world)),
            ):
                assert one.post(address, said, key=None).status_code == 404, address
    assert outsider.get(f"{path}/sponsor-view").status_code == 404
    assert outsider.get("/sponsorships").json()["items"] == []


def _another(world: World, officer: Clerk) -> None:
    """Begin one more, for a girl of a family of her own."""
    member = {"name": "示例女孩", "sex": "FEMALE", "born_on": "2008-01-01", "has_consent": True}
    family = {"township": "示例镇", "division_code": "990101001", "head_name": "示例户", "members": [member]}
    made = officer.post("/households", family).json()
    assert "id" in made, made
    address = f"/households/{made['id']}/members/{made['members'][0]['id']}/consents"
    told = officer.post(address, {"scopes": ["SPONSOR", "LETTER"]})
    assert told.status_code == 201, told.content
    said = body(world, household=made["id"], member=made["members"][0]["id"])
    path = f"/sponsorships/{officer.post('/sponsorships', said).json()['id']}"
    officer.post(f"{path}/letters", {"direction": "TO_SPONSOR", "text": "谢谢"})
    officer.post(f"{path}/letters", {"direction": "TO_CHILD", "text": "你好"})


def test_lists_take_as_many_statements_for_one_as_for_many(world: World, officer: Clerk) -> None:
    def statements(over_api: bool) -> int:
        with CaptureQueriesContext(connection) as queries:
            if over_api:
                assert officer.get("/sponsorships").json()["items"]
            else:
                rows = list(visible_sponsorships(world.county))
                views = sponsorship_views_for(rows, today=timezone.localdate())
                assert len(views) == len(rows) == len(outgrown(world.county, timezone.localdate()))
        return len(queries)

    _another(world, officer)
    statements(True)
    one = [statements(True), statements(False)]
    for _number in range(3):
        _another(world, officer)
    assert [statements(True), statements(False)] == one
