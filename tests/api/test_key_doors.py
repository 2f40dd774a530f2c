"""Keys and sandboxes by the API: who may, from where, what comes back, and what stays hidden."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.utils import timezone

from api.models import StoredAnswer
from logistics.partners.key_texts import KEY_PATTERN
from logistics.partners.models import ApiKey
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import nothing_written

KEY = {"name": "示例基金会", "scopes": ["donations:write", "parcels:read"]}


def _patch(partner: Partner, path: str, body: Any, **headers: str) -> Any:
    headers["Authorization"] = f"Bearer {partner.key}"
    return partner.client.patch(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def _issue(partner: Partner, **more: Any) -> dict[str, Any]:
    answer = partner.post("/keys", KEY | more)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_a_key_is_shown_once_and_opens(partner: Partner) -> None:
    answer = partner.post("/keys", KEY, key="once-1")
    made = answer.json()
    assert answer["Cache-Control"] == "no-store" and answer["Location"] == f"/api/v1/keys/{made['id']}"
    assert re.fullmatch(KEY_PATTERN, made["key"])
    assert Partner(made["key"]).get("/parcels").status_code == 200
    one = partner.get(f"/keys/{made['id']}")
    assert "key" not in one.json() and one.json()["last_used_at"] and one.json()["state"] == "LIVE"
    assert made["key"] not in partner.get("/keys").content.decode() + partner.get("/keys?state=LIVE").content.decode()
    # Nor does it stand in an answer that is kept for a repeat.
    assert made["key"] not in "".join(StoredAnswer.objects.values_list("body", flat=True))


def test_nobody_gives_away_more_than_they_have(world: World, partner: Partner) -> None:
    small = partner_of(world.county, "admin", "parcels:read", now=timezone.now())
    with nothing_written():
        refused = small.post("/keys", KEY)
    assert (refused.status_code, refused.json()["facts"]["needed"]) == (403, ["donations:write"])
    big = _issue(partner)
    with nothing_written():
        assert small.post(f"/keys/{big['id']}/rotate").json()["code"] == "scope_missing"
    assert small.post("/keys", KEY | {"scopes": ["parcels:read"]}).status_code == 201


def test_a_key_is_replaced_and_stays_the_same_partner(world: World, partner: Partner) -> None:
    made = _issue(partner)
    gift = {"programme": "warm-heart-pack", "fund": "warm-2026", "donor": {"name": "示例", "kind": "PERSON"}}
    gift |= {"money": {"amount": 100, "currency": "CNY"}, "received_at": "2026-01-12T10:00:00+08:00"}
    gift |= {"channel": "CASH", "reference": "gift-7"}
    first = Partner(made["key"]).post("/donations/money", gift, key="k-7")
    until = (timezone.now() + dt.timedelta(hours=2)).isoformat()
    answer = partner.post(f"/keys/{made['id']}/rotate", {"old_until": until})
    new = answer.json()
    assert (answer.status_code, new["replaces"], new["begins_with"] != made["begins_with"]) == (201, made["id"], True)
    for key in (made["key"], new["key"]):
        again = Partner(key).post("/donations/money", gift, key="k-7")
        assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
        late = Partner(key).post("/donations/money", gift)
        assert (late.status_code, late.json()["id"]) == (200, first.json()["id"])
    assert partner.get(f"/keys/{made['id']}").json()["state"] == "REPLACED"
    assert partner.post(f"/keys/{made['id']}/rotate").json()["code"] == "key_replaced"
    over = partner.post(f"/keys/{new['id']}/rotate", {"old_until": "2020-01-01T00:00:00Z"}).json()
    assert (over["code"], over["errors"][0]["pointer"]) == ("key_overlap_out_of_bounds", "/old_until")
    ApiKey.objects.filter(id=made["id"]).update(expires_at=timezone.now())
    from logistics.partners.known import forget_key

    forget_key(made["begins_with"][-8:])
    assert Partner(made["key"]).get("/parcels").status_code == 401
    assert Partner(new["key"]).get("/parcels").status_code == 200


def test_a_key_is_revoked_at_once_with_a_reason(partner: Partner) -> None:
    made = _issue(partner)
    assert Partner(made["key"]).get("/parcels").status_code == 200
    assert partner.post(f"/keys/{made['id']}/revoke", {}).status_code == 422
    done = partner.post(f"/keys/{made['id']}/revoke", {"reason": "在日志中泄露"})
    assert (done.status_code, done.json()["state"]) == (200, "REVOKED")
    assert Partner(made["key"]).get("/parcels").status_code == 401
    assert partner.post(f"/keys/{made['id']}/revoke", {"reason": "在日志中泄露"}).status_code == 200
    history = partner.get(f"/keys/{made['id']}/history").json()["items"]
    assert [(row["number"], row["reason"]) for row in history] == [(2, "在日志中泄露"), (1, "")]
    assert "secret_hash" not in json.dumps(history)
    assert partner.get("/keys?state=LIVE").json()["items"][0]["id"] != made["id"]


def test_networks_are_enforced_where_the_connection_comes_from(partner: Partner, caplog: Any) -> None:
    made = _issue(partner, networks=["203.0.113.0/24", "2001:db8::/32"])
    caller = Partner(made["key"])
    for address, status in (("203.0.113.9", 200), ("2001:db8::9", 200), ("::ffff:203.0.113.9", 200), ("", 403)):
        caller.client.defaults["REMOTE_ADDR"] = address
        assert caller.get("/parcels").status_code == status, address
    caller.client.defaults["REMOTE_ADDR"] = "198.51.100.1"
    # Nobody vouches for this header: the caller wrote it.
    refused = caller.get("/parcels", **{"X-Forwarded-For": "203.0.113.9"})
    assert (refused.status_code, refused.json()["code"]) == (403, "key_network_refused")
    assert made["key"] not in caplog.text and "198.51.100.1" not in caplog.text
    ETag = partner.get(f"/keys/{made['id']}")["ETag"]
    change = {"networks": ["198.51.100.0/24"], "reason": "换了机房"}
    assert _patch(partner, f"/keys/{made['id']}", change).status_code == 428
    changed = _patch(partner, f"/keys/{made['id']}", change, **{"If-Match": ETag})
    assert changed.json()["networks"] == ["198.51.100.0/24"]
    assert _patch(partner, f"/keys/{made['id']}", change, **{"If-Match": ETag}).status_code == 412
    assert caller.get("/parcels").status_code == 200
    wrong = _patch(partner, f"/keys/{made['id']}", change | {"networks": ["x"]}, **{"If-Match": "*"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "network_unreadable")


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        ("203.0.113.9", 200),
        ("198.51.100.1", 403),
        # The last one that is no proxy of ours counts; what stands before it was written by the caller.
        ("203.0.113.9, 198.51.100.1", 403),
        ("198.51.100.1, 203.0.113.9", 200),
        ("203.0.113.9, 10.1.1.1", 200),
        ("203.0.113.9, rubbish", 403),
        ("", 403),
    ],
)
def test_a_trusted_proxy_says_where_a_request_comes_from(
    partner: Partner, settings: Any, forwarded: str, status: int
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    caller = Partner(_issue(partner, networks=["203.0.113.0/24"])["key"])
    caller.client.defaults["REMOTE_ADDR"] = "10.0.0.2"
    assert caller.get("/parcels", **{"X-Forwarded-For": forwarded}).status_code == status


def test_a_stranger_finds_no_key(partner: Partner, outsider: Partner) -> None:
    made = _issue(partner)
    assert outsider.get(f"/keys/{made['id']}").status_code == 404
    assert made["id"] not in outsider.get("/keys").content.decode()
    for step, body in (("rotate", {}), ("revoke", {"reason": "böse"})):
        with nothing_written():
            assert outsider.post(f"/keys/{made['id']}/{step}", body).status_code == 404
    with nothing_written():
        assert outsider.post("/keys", KEY | {"organisation": "示例县"}).status_code == 404


def test_a_test_key_works_on_a_sandbox_and_finds_nothing_else(world: World, partner: Partner) -> None:
    parcel = world.parcel()
    assert partner.get("/sandbox").json()["code"] == "sandbox_missing"
    tester = Partner(_issue(partner, kind="TEST", scopes=["admin", "parcels:write", "parcels:read"])["key"])
    codes = tester.get("/sandbox").json()["codes"]
    plan = {"programme": codes["programme"], "warehouse": codes["warehouse"]}
    made = tester.post("/parcels", plan | {"contents": {"kit_recipe": codes["kit_recipe"]}})
    assert made.status_code == 201, made.content
    own = made.json()["items"][0]["code"]
    assert [row["code"] for row in tester.get("/parcels").json()["items"]] == [own]
    assert tester.get(f"/parcels/{parcel.code.text}").status_code == 404
    assert partner.get(f"/parcels/{own}").status_code == 404
    assert partner.get("/sandbox").json()["codes"] == codes


def test_a_test_key_does_not_reach_what_all_share(world: World, partner: Partner) -> None:
    tester = Partner(_issue(partner, kind="TEST", scopes=["admin"])["key"])
    mark = tester.get("/sandbox").json()["mark"]
    for path in ("/items", "/kit-recipes"):
        with nothing_written():
            assert tester.post(path, {"code": "x"}).json()["code"] == "call_not_for_tests"
    name = {"name": {"zh": "测试"}}
    with nothing_written():
        assert tester.post("/suppliers", name | {"code": "sup-9"}).json()["code"] == "code_outside_sandbox"
    assert tester.post("/suppliers", name | {"code": f"{mark}-sup-9"}).status_code == 201
    fund = name | {"code": f"{mark}-f2", "programme": f"{mark}-programme", "basis": "AGENCY", "owner": "示例县"}
    with nothing_written():
        assert tester.post("/funds", fund).status_code == 404


def test_a_sandbox_is_reset_by_either_side_and_its_keys_stay(partner: Partner, outsider: Partner) -> None:
    tester = Partner(_issue(partner, kind="TEST", scopes=["admin"])["key"])
    first = tester.get("/sandbox").json()
    with nothing_written():
        assert outsider.post("/sandbox/reset").status_code == 404
    second = tester.post("/sandbox/reset").json()
    third = partner.post("/sandbox/reset").json()
    assert len({answer["mark"] for answer in (first, second, third)}) == 3
    assert tester.get("/sandbox").json() == third
