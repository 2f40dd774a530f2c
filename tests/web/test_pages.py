"""Every page: who may open it, both languages, and what it says."""

import re

import pytest
from django.test import Client

from logistics.kernel.codes import make_code
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written
from tests.web.conftest import Visitor

PAGES = {
    "/stock": {"keeper", "officer", "administrator"},
    "/receive": {"keeper", "administrator"},
    "/assemble": {"keeper", "administrator"},
    "/plan": {"keeper", "officer", "administrator"},
    "/labels": {"keeper", "officer", "administrator"},
    "/labels/printers": {"keeper", "officer", "administrator"},
    "/labels/papers/new": {"keeper", "officer", "administrator"},
    "/scan/plain": {"keeper", "courier", "officer", "administrator"},
    "/attention": {"officer", "approver", "administrator"},
    "/parcels": {"keeper", "officer", "approver", "administrator"},
    "/funds": {"officer", "approver", "administrator"},
    "/gifts/new": {"officer", "approver", "administrator"},
    "/purchases/new": {"officer", "approver", "administrator"},
    "/grants": {"officer", "approver", "administrator"},
    "/households": {"officer", "approver", "administrator"},
    "/volunteering/wishes": {"officer", "approver", "administrator"},
    "/volunteering/errands": {"officer", "approver", "administrator"},
    "/volunteering/volunteers": {"officer", "approver", "administrator"},
    "/households/duplicates": {"officer", "approver", "administrator"},
    "/households/imports": {"officer", "approver", "administrator"},
    "/ledgers/distribution": {"auditor", "officer", "approver", "administrator"},
    "/ledgers/funds": {"auditor", "officer", "approver", "administrator"},
    "/trace": {"auditor", "officer", "approver", "administrator"},
}
EVERYONE = {"keeper", "courier", "officer", "approver", "auditor", "administrator"}
# In an order that longer words come before their parts.
OWN_WORDS = (
    "妇女联合会",
    "供应商",
    "少云镇",
    "棉马甲",
    "暖心包",
    "手套",
    "毛毯",
    "春蕾",
    "宝贝",
    "女童",
    "专项",
    "家庭",
    "仓库",
)
OWN_WORDS += ("示例", "示", "县", "邻", "省", "administrator")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_for_its_roles_alone(world: World, path: str) -> None:
    world.walk(world.parcel(), "PACK")
    for username in EVERYONE:
        answer = Visitor(username).get(path)
        assert answer.status_code == (200 if username in PAGES[path] else 404), username
    asked = Visitor().get(path)
    assert (asked.status_code, asked.headers["Location"].split("?")[0]) == (302, "/sign-in")


@pytest.mark.parametrize("path", [*PAGES, "/", "/sign-in", "/nothing", "/Q/ABC"])
def test_a_page_speaks_english_or_chinese_and_not_both(world: World, path: str) -> None:
    world.walk(world.parcel(), "PACK")
    for language in ("en", "zh-CN"):
        page = Visitor("administrator", language).get(path).content.decode()
        shown = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>|简体中文", " ", page, flags=re.DOTALL)
        # What people wrote themselves keeps its language.
        for own in OWN_WORDS:
            shown = shown.replace(own, " ")
        if language == "en":
            assert not _HAN.search(shown), _HAN.findall(shown)
        else:
            words = set(re.findall(r"[A-Z][a-z]{3,} [a-z]{3,}", shown))
            assert not words, words


def test_the_switch_keeps_the_language(db: None) -> None:
    visitor = Visitor(language="zh-CN")
    assert "让温暖真正到达" in visitor.get("/").content.decode()
    visitor.client.post("/language", {"language": "en", "next": "/"})
    assert "Warmth that arrives" in visitor.get("/").content.decode()


def test_every_answer_carries_the_strict_policy(db: None) -> None:
    for path in ("/", "/sign-in", "/api/docs/", "/nothing", "/api/v1/nothing"):
        policy = Visitor().get(path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_pages_hold_no_inline_script_or_style(world: World) -> None:
    world.walk(world.parcel(), "PACK")
    for path in [*PAGES, "/"]:
        page = Visitor("administrator").get(path).content.decode()
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", page), path


def test_the_first_page_counts_what_happened(world: World) -> None:
    world.stock_kits(3)
    parcels = world.plan(2)
    world.walk(parcels[0])
    page = Visitor("officer", "en").get("/").content.decode()
    for part in ("¥600.00", "¥400.00", "Warm Heart Pack", "<svg", "Delivered 1, Under way 1, Late 0"):
        assert part in page, part
    assert "¥600.00" not in Visitor("stranger", "en").get("/").content.decode()


@pytest.mark.parametrize("prefix", ["Q", "q"])
def test_anybody_learns_what_a_parcel_is_and_whom_to_call(world: World, prefix: str) -> None:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    for language, words in (("en", "This parcel is on its way."), ("zh-CN", "这个包裹正在路上。")):
        page = Visitor(language=language).get(f"/{prefix}/{parcel.code.text.lower()}").content.decode()
        for part in (words, "0990-000000", "少云镇"):
            assert part in page
        for secret in ("示例家庭", "示例女童", world.family.reference, "13800138000"):
            assert secret not in page, secret
        # The station asks for a device of its own: its address is no secret, and staff are rarely signed in here.
        assert f"/scan/?code={parcel.code.text}" in page
    assert "/scan/?code=" in Visitor("courier").get(f"/Q/{parcel.code.text}").content.decode()


def test_a_donor_follows_the_gift_by_its_code(world: World) -> None:
    gift = world.give_money(20_000)
    world.buy((world.gloves, 1, 2_000), (world.vest, 1, 8_000), (world.blanket, 1, 10_000))
    from logistics.stock.actions import assemble_kits

    assemble_kits(
        actor=world.partner,
        recipe=world.recipe,
        warehouse=world.warehouse,
        fund=world.warm_fund,
        quantity=1,
        now=world.now,
    )
    world.walk(world.plan()[0])
    page = Visitor(language="en").get(f"/Q/{gift.code.text}").content.decode()
    assert "With families" in page
    assert "¥200.00" in page
    assert "少云镇" in page
    assert "示例家庭" not in page


@pytest.mark.parametrize(
    ("code", "status"),
    [("ABC", 422), (make_code("PARCEL", "8Z", 1), 422), (make_code("PARCEL", "7K", 1), 404), ("%00", 404)],
)
def test_a_code_that_is_none_of_ours_is_told_so(db: None, code: str, status: int) -> None:
    assert Visitor().get(f"/Q/{code}").status_code == status


def test_a_revoked_label_is_told_to_anybody(world: World) -> None:
    from logistics.codes.actions import revoke_code

    parcel = world.parcel()
    revoke_code(code=parcel.code, reason="糊了", now=world.now)
    assert "This label was revoked" in Visitor(language="en").get(f"/Q/{parcel.code.text}").content.decode()


def test_a_stranger_s_officer_sees_no_parcel(world: World) -> None:
    parcel = world.parcel()
    stranger = Visitor("stranger")
    assert stranger.get(f"/parcels/{parcel.code.text}").status_code == 404
    assert stranger.get(f"/trace/{parcel.code.text}").status_code == 404
    with nothing_written():
        assert stranger.client.post(f"/parcels/{parcel.code.text}/cancel").status_code == 404
    assert parcel.code.text not in stranger.get("/parcels").content.decode()


def test_a_form_from_nowhere_is_refused_in_words(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    with nothing_written():
        answer = client.post("/sign-in", {"username": "keeper", "password": "x"})
    assert answer.status_code == 403
    assert b"This page was open too long" in answer.content


def test_who_signs_in_wrongly_is_told_so(world: World) -> None:
    answer = Visitor(language="en").client.post("/sign-in", {"username": "keeper", "password": "wrong"})
    assert b"do not go together" in answer.content


def test_the_address_after_signing_in_cannot_lead_elsewhere(world: World) -> None:
    from tests.cast import PASSWORD

    answer = Visitor().client.post(
        "/sign-in", {"username": "keeper", "password": PASSWORD, "next": "https://example.org/"}
    )
    assert answer.headers["Location"] == "/"


def test_what_broke_says_so_without_half_writing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("logistics.web.views.home.figures_by_programme", broken)
    answer = Visitor(language="en").get("/")
    assert answer.status_code == 500
    assert b"Something broke here" in answer.content
    assert b"planted" not in answer.content


def test_unknown_ids_are_not_found(officer: Visitor) -> None:
    for path in (f"/labels/{new_id()}", f"/labels/{new_id()}.pdf", "/parcels/x", "/ledgers/x"):
        assert officer.get(path).status_code == 404, path
