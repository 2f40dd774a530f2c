"""Master data through the API: read with an ETag, changed by merge patch, its history read."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from logistics.journal.revisions import revisions_of
from logistics.parties.models import Organisation
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import nothing_written

ROWS = {
    "organisations": "示例县",
    "suppliers": "sup-1",
    "warehouses": "wh-1",
    "funds": "warm-2026",
}


def _patch(partner: Partner, path: str, body: Any, **headers: str) -> HttpResponse:
    content_type = headers.pop("content_type", "application/merge-patch+json")
    sent = {"Authorization": f"Bearer {partner.key}", "Accept-Language": "en", **headers}
    return partner.client.patch(f"/api/v1{path}", data=json.dumps(body), content_type=content_type, headers=sent)


@pytest.mark.parametrize(("kind", "code"), ROWS.items())
def test_a_change_by_merge_patch(world: World, partner: Partner, kind: str, code: str) -> None:
    seen = partner.get(f"/{kind}/{code}")
    assert (seen.status_code, seen.headers["ETag"]) == (200, '"1"')
    body = {"name": {"en": "Corrected"}, "reason": "英文名写错了"}
    changed = _patch(partner, f"/{kind}/{code}", body, **{"If-Match": seen.headers["ETag"]})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"'), changed.content
    assert changed.json()["name"] == {"zh": seen.json()["name"]["zh"], "en": "Corrected"}
    newest = partner.get(f"/{kind}/{code}/history").json()["items"][0]
    assert (newest["number"], newest["reason"]) == (2, "英文名写错了")
    assert newest["changes"] == [
        {"field": "name_en", "before": seen.json()["name"]["en"], "after": "Corrected", "is_personal": False}
    ]


def test_what_all_bodies_share_is_changed_by_the_federation_at_the_top(world: World, partner: Partner) -> None:
    body, first = {"size": "120", "reason": "补上尺码数据"}, {"If-Match": '"1"'}
    for below in (partner, partner_of(world.stranger_county, now=timezone.now())):
        with nothing_written():
            answer = _patch(below, "/items/vest", body, **first)
        assert (answer.status_code, answer.json()["code"]) == (403, "root_required")
    top = partner_of(world.province, now=timezone.now())
    assert _patch(top, "/items/vest", body, **first).json()["size"] == "120"
    # A body at the top that is no federation keeps nothing for the others.
    Organisation.objects.filter(id=world.province.id).update(kind="FIRM")
    top = partner_of(Organisation.objects.get(id=world.province.id), now=timezone.now())
    answer = _patch(top, "/items/vest", body, **{"If-Match": '"2"'})
    assert (answer.status_code, answer.json()["code"]) == (403, "root_required")


def test_a_null_empties_and_what_is_left_out_stays(world: World, partner: Partner) -> None:
    body = {"telephone": None, "reason": "座机已拆除"}
    answer = _patch(partner, "/organisations/示例县", body, **{"If-Match": '"1"'}, content_type="application/json")
    assert (answer.status_code, answer.json()["telephone"], answer.json()["division_code"]) == (200, "", "990101")


def test_without_if_match_428_and_with_an_old_one_412(world: World, partner: Partner) -> None:
    body = {"telephone": "1", "reason": "换了号码了"}
    with nothing_written():
        answer = _patch(partner, "/organisations/示例县", body)
        assert (answer.status_code, answer.json()["code"]) == (428, "if_match_missing")
        for etag in ('"0"', '"2"', "1", "nonsense", 'W/"1"'):
            answer = _patch(partner, "/organisations/示例县", body, **{"If-Match": etag})
            assert (answer.status_code, answer.json()["code"]) == (412, "if_match_stale")
    assert _patch(partner, "/organisations/示例县", body, **{"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"telephone": "1"}, "/reason"),
        ({"telephone": "1", "reason": "x"}, "/reason"),
        ({"telephone": 1, "reason": "换了号码了"}, "/telephone"),
        ({"code": "other", "reason": "换了号码了"}, "/code"),
        ({"level": "PLANET", "reason": "换了号码了"}, "/level"),
        ({"name": {"zh": None}, "reason": "换了号码了"}, "/name/zh"),
        ({"name": {"fr": "x"}, "reason": "换了号码了"}, "/name/fr"),
    ],
)
def test_a_bad_patch_is_refused_with_its_pointer(world: World, partner: Partner, body: Any, pointer: str) -> None:
    with nothing_written():
        answer = _patch(partner, "/organisations/示例县", body, **{"If-Match": '"1"'})
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_programme_closes_and_reopens(world: World) -> None:
    province = partner_of(world.province, now=timezone.now())
    path = "/programmes/warm-heart-pack"
    for is_open, etag in ((False, '"1"'), (True, '"2"')):
        body = {"is_open": is_open, "days_per_stage": None, "required_proofs": ["PHOTO"], "reason": "冬季项目结束"}
        answer = _patch(province, path, body, **{"If-Match": etag})
        assert (answer.status_code, answer.json()["is_open"]) == (200, is_open), answer.content
    assert answer.json()["required_proofs"] == ["PHOTO"]


def test_a_donor_by_id_and_the_name_masked_in_the_history(world: World, partner: Partner) -> None:
    path = f"/donors/{world.donor.id}"
    assert (
        _patch(partner, path, {"name": "示例改名", "reason": "本人来电改名"}, **{"If-Match": '"1"'}).status_code == 200
    )
    history = partner.get(f"{path}/history")
    assert "示例改名" not in history.content.decode()
    assert history.json()["items"][0]["changes"][0]["is_personal"]
    assert partner.get("/donors/nobody").status_code == 404


def test_outsiders_find_nothing_and_those_below_do_not_change_what_stands_above(world: World) -> None:
    outsider = partner_of(world.stranger_county, now=timezone.now())
    below = partner_of(world.county, now=timezone.now())
    body = {"name": {"en": "Mine"}, "reason": "想改成自己的"}
    with nothing_written():
        for path in ("/organisations/示例县", "/suppliers/sup-1", "/warehouses/wh-1", "/funds/warm-2026"):
            assert outsider.get(path).status_code == 404
            assert _patch(outsider, path, body, **{"If-Match": '"1"'}).status_code == 404
            assert outsider.get(f"{path}/history").status_code == 404
        for path in ("/programmes/warm-heart-pack", "/kit-recipes/warm-kit"):
            assert below.get(path).status_code == 200
            answer = _patch(below, path, body, **{"If-Match": '"1"'})
            assert (answer.status_code, answer.json()["code"]) == (403, "master_of_another")


def test_scopes_are_asked_for(world: World) -> None:
    reader = partner_of(world.county, "stock:read", now=timezone.now())
    auditor = partner_of(world.county, "ledgers:read", now=timezone.now())
    with nothing_written():
        answer = _patch(reader, "/warehouses/wh-1", {"reason": "试一试看"}, **{"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert reader.get("/warehouses/wh-1/history").status_code == 403
    assert auditor.get("/warehouses/wh-1/history").status_code == 200


def test_the_history_names_the_key_that_changed(world: World, partner: Partner) -> None:
    _patch(partner, "/warehouses/wh-1", {"name": {"en": "Hall"}, "reason": "补上英文名称"}, **{"If-Match": '"1"'})
    actor = partner.get("/warehouses/wh-1/history").json()["items"][0]["actor"]
    assert actor == str(revisions_of(world.warehouse)[0].actor_id)
    registered = partner.post("/items", {"code": "hat", "name": {"zh": "帽子"}})
    assert registered.status_code == 201
    assert partner.get("/items/hat/history").json()["items"][0]["actor"] == actor
