"""Devices at the API: enrolled once by a QR, good for a few calls only, wiped when they are revoked."""

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from api.device_keys import CALLS_OF_DEVICES
from api.doors import Door
from logistics.deliveries.models import ScanEvent
from logistics.journal.log import Leaf
from logistics.journal.revisions import Cause
from logistics.parties.changes import change_person
from logistics.parties.devices import issue_enrolment, revoke_device
from logistics.parties.models import Device, Enrolment, Organisation
from logistics.parties.operators import LOCK_MINUTES, WRONG_PINS_MAX, set_pin
from logistics.partners import known
from logistics.partners.models import ApiKey
from tests.api.conftest import Partner, partner_of
from tests.cast import PASSWORD, World
from tests.looking import nothing_written

PIN = "2580"


def _enrol(token: str, **more: str):  # type: ignore[no-untyped-def]
    body = {"token": token, "name": "示例手机", "platform": "Android", **more}
    return Client(headers={"Accept-Language": "en"}).post("/api/v1/devices/enrol", body, "application/json")


def _token(organisation: Organisation, world: World, **ago: int) -> str:
    at = timezone.now() - dt.timedelta(**ago)
    return issue_enrolment(organisation=organisation, issued_by=world.officer, now=at)[1]


@pytest.fixture(autouse=True)
def _no_key_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "KEY_CACHE_SECONDS", 0)


@pytest.fixture
def device(world: World) -> Partner:
    """An enrolled device of the county."""
    return Partner(_enrol(_token(world.county, world)).json()["key"])


def _row() -> Device:
    return Device.objects.get()


def _revoke(world: World) -> None:
    cause = Cause(world.officer.id, "", timezone.now())
    revoke_device(device=_row(), reason="手机丢失，停用", cause=cause)


def test_it_enrols_a_device_once(world: World) -> None:
    token = _token(world.county, world)
    answer = _enrol(token)
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert said["organisation"] == {
        "code": "示例县",
        "name": {"zh": "示例县妇女联合会", "en": "Example County Federation"},
        "telephone": "0990-000000",
    }
    assert said["device"]["code"].startswith("DEV-")
    row = _row()
    assert (str(row.id), row.enrolled_by, row.organisation) == (said["device"]["id"], world.officer, world.county)
    with nothing_written():
        again = _enrol(token)
    assert (again.status_code, again.json()["code"]) == (422, "enrolment_used")
    assert Partner(said["key"]).get("/devices/me").json()["device"] == said["device"]


def test_neither_token_nor_key_is_kept(world: World) -> None:
    token = _token(world.county, world)
    key = _enrol(token).json()["key"]
    stored = json.dumps([str(vars(row)) for model in (Enrolment, ApiKey, Device) for row in model.objects.all()])
    assert token not in stored
    assert key.rpartition("_")[2] not in stored
    leaves = b"".join(bytes(leaf.data) for leaf in Leaf.objects.filter(kind="REVISION")).decode()
    assert "示例手机" not in leaves, "a telephone's name may be a person's"


@pytest.mark.parametrize(
    ("minutes", "status"),
    [(14, 201), (15, 422), (16, 422)],
)
def test_a_qr_is_good_for_a_quarter_of_an_hour(world: World, minutes: int, status: int) -> None:
    answer = _enrol(_token(world.county, world, minutes=minutes))
    assert answer.status_code == status
    assert status == 201 or answer.json()["code"] == "enrolment_expired"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"token": "x" * 32, "name": "a"}, "enrolment_unknown"),
        ({"token": "", "name": "a"}, "invalid"),
        ({"token": "x" * 65, "name": "a"}, "invalid"),
        ({"name": "a"}, "invalid"),
        ({"token": "x" * 32, "name": "a", "organisation": "邻县"}, "invalid"),
        ({"token": "x" * 32, "name": "\u202ea"}, "invalid"),
    ],
)
def test_it_refuses_what_is_no_enrolment(world: World, body: dict[str, str], code: str) -> None:
    with nothing_written():
        answer = Client().post("/api/v1/devices/enrol", body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_lost_answer_may_be_asked_for_again_until_the_device_was_seen(world: World) -> None:
    token, mine = _token(world.county, world), str(uuid.uuid4())
    first, second = _enrol(token, request_id=mine), _enrol(token, request_id=mine)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["device"] == second.json()["device"]
    assert Partner(first.json()["key"]).get("/devices/me").status_code == 401
    assert _enrol(token, request_id=str(uuid.uuid4())).json()["code"] == "enrolment_used"
    assert Partner(second.json()["key"]).get("/devices/me").status_code == 200
    assert _enrol(token, request_id=mine).json()["code"] == "enrolment_used"


def test_a_device_is_the_same_with_another_key(world: World, device: Partner) -> None:
    parcel = world.parcel()
    _send(device, world, parcel.code.text, 1)
    changed = device.post("/devices/me/key")
    assert changed.status_code == 201, changed.content
    other = Partner(changed.json()["key"])
    _send(other, world, parcel.code.text, 2)
    assert set(ScanEvent.objects.values_list("device_id", flat=True)) == {_row().id}
    assert device.get("/devices/me").status_code == 200, "a lost answer must not lock it out"
    ApiKey.objects.filter(device=_row()).order_by("issued_at").update(expires_at=timezone.now())
    assert device.get("/devices/me").status_code == 401


def _send(device: Partner, world: World, code: str, sequence: int, **more: object):  # type: ignore[no-untyped-def]
    scan = {"scan_id": str(uuid.uuid4()), "code": code, "step": "PACK", "sequence": sequence, **more}
    scan["scanned_at"] = timezone.now().isoformat()
    return device.post("/scans", {"scans": [scan]}, key=None)


def _operations() -> Iterator[tuple[str, str, str]]:
    """Yield method, route and an address of every operation that is not for everybody."""
    for entry in get_resolver("api.urls").url_patterns:
        door = getattr(getattr(entry, "callback", None), "view_class", None)
        route = f"api/{entry.pattern}"
        if door is None or not issubclass(door, Door) or door.is_public:
            continue
        filled = re.sub(r"<uuid:\w+>", str(uuid.UUID(int=7)), route)
        filled = re.sub(r"<int:\w+>", "7", re.sub(r"<str:\w+>", "funds", filled))
        for method in ("get", "post", "put", "patch", "delete"):
            if hasattr(door, method):
                yield method.upper(), route, f"/{filled}"


def test_a_device_reaches_its_own_calls_and_no_other(world: World, device: Partner) -> None:
    operations = list(_operations())
    assert len(operations) > 100
    met = set()
    for method, route, address in operations:
        body = {} if method == "GET" else {"data": "{}", "content_type": "application/json"}
        with nothing_written() if (method, route) not in CALLS_OF_DEVICES else _anything():
            answer = getattr(device.client, method.lower())(
                address, headers={"Authorization": f"Bearer {device.key}"}, **body
            )
        if (method, route) in CALLS_OF_DEVICES:
            met.add((method, route))
            assert answer.status_code not in (401, 403), (method, route)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "call_not_for_devices"), (method, route)
    assert met


def test_its_scopes_alone_would_open_more(world: World, device: Partner) -> None:
    program = partner_of(world.county, "scans:write", "parcels:read", now=timezone.now())
    assert program.get("/parcels").status_code == 200
    assert device.get("/parcels").status_code == 403


class _anything:
    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def test_a_revoked_device_is_told_so_and_nobody_else_is(world: World, device: Partner) -> None:
    _revoke(world)
    parcel = world.parcel()
    for answer in (device.get("/devices/me"), _send(device, world, parcel.code.text, 1)):
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")
    assert ScanEvent.objects.count() == 0
    row = _row()
    assert row.told_at is not None
    assert row.revoked_because == "手机丢失，停用"
    forged = Partner(device.key[:-1] + ("0" if device.key[-1] != "0" else "1"))
    assert forged.get("/devices/me").json()["code"] == "unauthenticated"


def test_a_revocation_holds_within_the_cache_s_two_seconds(
    world: World, device: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "KEY_CACHE_SECONDS", 2.0)
    clock = [1000.0]
    monkeypatch.setattr(known.time, "monotonic", lambda: clock[0])
    assert device.get("/devices/me").status_code == 200
    _revoke(world)
    clock[0] += 1.9
    assert device.get("/devices/me").status_code == 200
    clock[0] += 0.2
    assert device.get("/devices/me").status_code == 401


def test_a_device_was_last_seen(world: World, device: Partner) -> None:
    assert _row().last_seen_at is None
    device.get("/devices/me")
    seen = _row().last_seen_at
    assert seen is not None
    device.get("/devices/me")
    assert _row().last_seen_at == seen, "noted at most once a minute"


def test_a_device_hears_who_may_work_on_it(world: World, device: Partner) -> None:
    set_pin(person=world.courier, pin=PIN, now=timezone.now())
    told = device.get("/devices/me").json()
    names = {row["name"]: row["pin"] for row in told["operators"]}
    assert set(names) == {"示例keeper", "示例courier", "示例officer", "示例administrator"}
    pin = names["示例courier"]
    derived = hashlib.pbkdf2_hmac("sha256", PIN.encode(), bytes.fromhex(pin["salt"]), pin["iterations"]).hex()
    assert (derived, pin["iterations"]) == (pin["verifier"], 600_000)
    assert names["示例keeper"] is None
    assert told["must_wipe"] is False
    change_person(
        person=world.courier,
        changes={"is_active": False},
        cause=Cause(world.administrator.id, "已离队停用", timezone.now()),
    )
    assert "示例courier" not in {row["name"] for row in device.get("/devices/me").json()["operators"]}


def test_a_pin_is_checked_here_and_locks(world: World, device: Partner) -> None:
    set_pin(person=world.courier, pin=PIN, now=timezone.now())
    body = {"operator": str(world.courier.id), "pin": PIN}
    assert device.post("/devices/sign-in", body).json()["operator"]["name"] == "示例courier"
    for _ in range(WRONG_PINS_MAX):
        wrong = device.post("/devices/sign-in", body | {"pin": "0852"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "pin_wrong")
    locked = device.post("/devices/sign-in", body)
    assert (locked.status_code, locked.json()["code"]) == (409, "pin_locked")
    pin = world.courier.pin
    pin.refresh_from_db()
    pin.failed_at -= dt.timedelta(minutes=LOCK_MINUTES)
    pin.save()
    assert device.post("/devices/sign-in", body).status_code == 200
    unknown = device.post("/devices/sign-in", body | {"operator": str(world.stranger.id)})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "operator_unknown")


def test_calls_of_devices_are_nobody_else_s(world: World, partner: Partner) -> None:
    for answer in (partner.get("/devices/me"), partner.post("/devices/me/key"), partner.get("/devices/me")):
        assert (answer.status_code, answer.json()["code"]) == (404, "device_missing")


def test_devices_are_listed_and_revoked_by_their_own(world: World, device: Partner, partner: Partner) -> None:
    outsider = partner_of(world.stranger_county, now=timezone.now())
    (row,) = partner.get("/devices").json()["items"]
    assert (row["name"], row["organisation"], row["revoked_at"]) == ("示例手机", "示例县", None)
    assert outsider.get("/devices").json()["items"] == []
    path = f"/devices/{row['id']}/revoke"
    with nothing_written():
        assert outsider.post(path, {"reason": "别人的设备"}).status_code == 404
        assert partner.post(path, {"reason": "x"}).json()["code"] == "change_unexplained"
    revoked = partner.post(path, {"reason": "手机丢失"})
    assert revoked.json()["revoked_at"]
    assert partner.post(path, {"reason": "又点了一次"}).json() == revoked.json()
    assert device.get("/devices/me").json()["code"] == "device_revoked"


@pytest.mark.parametrize(("username", "status"), [("keeper", 201), ("courier", 201), ("auditor", 403)])
def test_a_signed_in_person_makes_the_telephone_a_device(world: World, username: str, status: int) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.get("/scan/enrol-here").status_code == 401
    assert browser.login(username=username, password=PASSWORD)
    body, told = {"name": "示例手机", "request_id": str(uuid.uuid4())}, browser.get("/scan/enrol-here")
    assert told.status_code == (200 if status == 201 else 403)
    with nothing_written():
        assert browser.post("/scan/enrol-here", body, "application/json").status_code == 403
    csrf = told.json().get("csrf_token", "")
    answers = [
        browser.post("/scan/enrol-here", body, "application/json", headers={"X-CSRFToken": csrf}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [status, status]
    assert Device.objects.count() == (1 if status == 201 else 0)
    if status == 201:
        assert Partner(answers[1].json()["key"]).get("/devices/me").status_code == 200
        assert _row().enrolled_by.username == username
