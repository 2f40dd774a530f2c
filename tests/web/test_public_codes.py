"""The page behind every code, on anybody's phone: what it is, whom to call, and never a person."""

import re

import pytest
from django.test import Client

from logistics.codes.actions import issue_codes, revoke_code
from logistics.households.collectors import authorise_collector
from logistics.kernel.codes import KIND_LETTERS
from logistics.storage.rows import new_id
from tests.cast import World
from tests.web.conftest import Visitor

WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36 MicroMessenger/8.0.49 Language/zh_CN"
NAMELESS = sorted(set(KIND_LETTERS) - {"PARCEL", "ACKNOWLEDGEMENT"})


def _text(page: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", page)


def test_a_parcel_says_what_it_is_whom_to_call_and_what_a_family_may_expect(world: World) -> None:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    for language, words in (("zh-CN", "完全免费"), ("en", "it costs nothing")):
        page = Visitor(language=language).get(f"/q/{parcel.code.text}").content.decode()
        assert words in page
        assert "tel:0990-000000" in page
        assert not any(
            word in page for word in ("示例家庭", "示例女童", "示例村", "13800138000", world.family.reference)
        )
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts == []


def test_wechat_is_told_how_to_reach_the_scan_app(world: World) -> None:
    path = f"/Q/{world.parcel().code.text}"
    page = Client(headers={"User-Agent": WECHAT, "Accept-Language": "zh-CN"}).get(path).content.decode()
    assert "在浏览器打开" in page
    assert "/scan/?code=" not in page
    outside = Visitor().get(path)
    assert "在浏览器打开" not in outside.content.decode()
    assert "/scan/?code=" in outside.content.decode()


def test_no_cache_and_no_search_engine_keeps_it(world: World) -> None:
    for path in (f"/Q/{world.parcel().code.text}", "/Q/ABC"):
        page = Visitor().get(path)
        assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-cache", "noindex")
        assert {"Cookie", "Accept-Language", "User-Agent"} <= {part.strip() for part in page["Vary"].split(",")}


@pytest.mark.parametrize("kind", NAMELESS)
def test_each_other_kind_is_one_of_ours_with_a_number_to_call(world: World, kind: str) -> None:
    (code,) = issue_codes(kind=kind, subjects=[new_id()], organisation_id=world.county.id, now=world.now)
    page = Visitor(language="en").get(f"/Q/{code.text}").content.decode()
    assert "please call us" in page
    assert "tel:0990-000000" in page
    assert "reply card inside" not in page
    revoke_code(code=code, reason="丢失", now=world.now)
    gone = Visitor(language="en").get(f"/Q/{code.text}").content.decode()
    assert "no longer counts" in gone
    assert "keep the parcel" not in gone


def test_a_collector_s_card_names_nobody(world: World) -> None:
    row = authorise_collector(actor=world.partner, household=world.family, name="示例代领人", now=world.now)
    page = _text(Visitor().get(f"/Q/{row.card_code.text}").content.decode())
    assert "代领卡" in page
    assert "示例代领人" not in page
    assert "示例家庭" not in page
