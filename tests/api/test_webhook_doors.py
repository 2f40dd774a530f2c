"""Webhooks and the feed by the API: who may, what comes back, what a stranger sees."""

import json
from typing import Any

import pytest
from django.utils import timezone

from logistics.outbox.catalogue import CATALOGUE
from logistics.outbox.models import Numbered
from logistics.outbox.numbering import number_events
from logistics.parties.reads import bodies_above
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import nothing_written

URL = "https://93.184.216.34/hook"


@pytest.fixture
def endpoint(partner: Partner) -> dict[str, Any]:
    """An endpoint that was registered by the API."""
    answer = partner.post("/webhook-endpoints", {"url": URL, "kinds": ["parcel.packed"], "notify_email": "a@b.cn"})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def _patch(partner: Partner, path: str, body: Any, **headers: str) -> Any:
    headers["Authorization"] = f"Bearer {partner.key}"
    return partner.client.patch(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def _number() -> None:
    while number_events(bodies_above=bodies_above, now=timezone.now()):
        pass


def test_an_endpoint_is_registered_read_changed_and_disabled(partner: Partner, endpoint: dict[str, Any]) -> None:
    path = f"/webhook-endpoints/{endpoint['id']}"
    assert "secret" not in endpoint
    answer = partner.get(path)
    assert (answer.json(), answer.json()["state"]) == (endpoint, "ENABLED")
    assert partner.get("/webhook-endpoints").json()["items"] == [endpoint]
    assert _patch(partner, path, {"kinds": []}).status_code == 428
    assert _patch(partner, path, {"kinds": []}, **{"If-Match": '"1"'}).status_code == 412
    changed = _patch(partner, path, {"is_enabled": False, "kinds": []}, **{"If-Match": answer["ETag"]})
    assert (changed.json()["state"], changed.json()["kinds"]) == ("DISABLED", [])
    assert partner.post(f"{path}/test").json()["code"] == "webhook_endpoint_disabled"
    again = _patch(partner, path, {"is_enabled": True}, **{"If-Match": changed["ETag"]})
    assert again.json()["state"] == "ENABLED"


def test_a_secret_is_read_and_rotated_and_stands_in_no_stored_answer(
    partner: Partner, endpoint: dict[str, Any]
) -> None:
    from api.models import StoredAnswer

    path = f"/webhook-endpoints/{endpoint['id']}/secret"
    first = partner.get(path)
    assert first.json()["secret"].startswith("whsec_")
    assert first["Cache-Control"] == "no-store"
    second = partner.post(path).json()
    assert second["secret"] != first.json()["secret"] and second["previous_until"]
    stored = "".join(StoredAnswer.objects.values_list("body", flat=True))
    assert second["secret"] not in stored and first.json()["secret"] not in stored


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "https://127.1/hook"}, "endpoint_address_refused"),
        ({"url": "http://93.184.216.34/"}, "endpoint_address_refused"),
        ({"url": URL, "kinds": ["parcel.eaten"]}, "invalid"),
        ({"url": URL, "notify_email": "nobody"}, "invalid"),
        ({"url": URL, "secret": "mine"}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_a_bad_endpoint_is_refused_and_nothing_is_written(partner: Partner, body: dict[str, Any], code: str) -> None:
    with nothing_written():
        answer = partner.post("/webhook-endpoints", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_test_and_what_was_delivered_stand_in_the_list(
    world: World, partner: Partner, endpoint: dict[str, Any]
) -> None:
    path = f"/webhook-endpoints/{endpoint['id']}"
    test = partner.post(f"{path}/test")
    assert (test.status_code, test.json()["type"], test.json()["number"]) == (202, "webhook.test", None)
    world.walk(world.parcel(), "PACK")
    _number()
    items = partner.get(f"{path}/deliveries").json()["items"]
    assert [item["type"] for item in items] == ["parcel.packed", "webhook.test"]
    assert partner.get(f"{path}/deliveries?state=FAILED").json()["items"] == []
    assert partner.get(f"{path}/deliveries?state=EATEN").status_code == 400
    assert partner.post(f"{path}/deliveries/{items[0]['id']}/redeliver").status_code == 202
    assert partner.post(f"{path}/redeliver", {"after": 0}).json() == {"queued": 1}


def test_a_stranger_sees_no_endpoint(outsider: Partner, endpoint: dict[str, Any]) -> None:
    path = f"/webhook-endpoints/{endpoint['id']}"
    assert outsider.get("/webhook-endpoints").json()["items"] == []
    for call in (outsider.get(path), outsider.get(f"{path}/secret"), outsider.get(f"{path}/deliveries")):
        assert (call.status_code, call.json()["code"]) == (404, "webhook_endpoint_missing")
    for name in ("secret", "test", "redeliver"):
        with nothing_written():
            assert outsider.post(f"{path}/{name}", {"after": 0} if name == "redeliver" else None).status_code == 404


def test_the_feed_goes_on_from_the_last_number(world: World, partner: Partner, outsider: Partner) -> None:
    _number()
    last = Numbered.objects.count()
    world.walk(world.parcel())
    _number()
    first = partner.get(f"/events?after={last}&limit=1").json()
    rest = partner.get(f"/events?after={first['next']}").json()
    numbers = [item["number"] for item in first["items"] + rest["items"]]
    assert numbers == sorted(set(numbers)) and numbers[0] > last
    assert "delivery.confirmed" in {item["type"] for item in rest["items"]}
    assert partner.get(f"/events?after={rest['next']}").json() == {"items": [], "next": rest["next"]}
    assert outsider.get("/events").json()["items"] == []
    for wrong in ("-1", "x", "1e3", "9" * 19):
        assert partner.get(f"/events?after={wrong}").status_code == 400


def test_the_feed_tells_only_what_the_scopes_may_read(world: World) -> None:
    world.walk(world.parcel())
    _number()
    reader = partner_of(world.county, "donations:read", now=timezone.now())
    kinds = {item["type"] for item in reader.get("/events?limit=500").json()["items"]}
    assert kinds and all(CATALOGUE[kind].scope == "donations:read" for kind in kinds)
    assert partner_of(world.county, "stock:read", now=timezone.now()).get("/events").status_code == 403


def test_the_catalogue_is_for_anybody(world: World) -> None:
    items = Partner("").client.get("/api/v1/event-types").json()["items"]
    assert [item["type"] for item in items] == list(CATALOGUE)
    assert all(item["title"]["zh"] and item["schema"]["properties"] for item in items)
