"""Who may do what, and what a stranger sees: nothing."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from logistics.households.reasons import reasons_of
from logistics.partners.keys import SCOPES, issue_key, revoke_key
from logistics.partners.models import ApiKey
from tests.api.conftest import Partner, partner_of
from tests.cast import PASSWORD, World
from tests.looking import nothing_written

AT = "2026-01-12T10:00:00+08:00"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", f"Bearer nuanliu_{'a' * 8}_{'b' * 32}"])
def test_without_a_valid_key_nobody_comes_in(world: World, header: str) -> None:
    partner = Partner("")
    answer = partner.client.get("/api/v1/parcels", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_is_stored_hashed_and_ends(world: World) -> None:
    now = timezone.now()
    row, text = issue_key(organisation=world.county, name="示例", scopes=["parcels:read"], days=1, now=now)
    assert text.startswith("nuanliu_")
    assert text.split("_")[2] not in json.dumps([str(value) for value in vars(ApiKey.objects.get(id=row.id)).values()])
    assert Partner(text).get("/parcels").status_code == 200
    revoke_key(key=row, now=now)
    assert Partner(text).get("/parcels").status_code == 401
    _, old = issue_key(
        organisation=world.county, name="alt", scopes=["parcels:read"], days=1, now=now - dt.timedelta(days=2)
    )
    assert Partner(old).get("/parcels").status_code == 401


def test_a_known_prefix_with_another_secret_is_refused(world: World) -> None:
    _, text = issue_key(organisation=world.county, name="示例", scopes=["parcels:read"], now=timezone.now())
    forged = text[:-1] + ("0" if text[-1] != "0" else "1")
    assert (Partner(text).get("/parcels").status_code, Partner(forged).get("/parcels").status_code) == (200, 401)


CALLS = [
    ("GET", "/parcels", "parcels:read"),
    ("GET", "/stock", "stock:read"),
    ("GET", "/donations", "donations:read"),
    ("GET", "/households", "households:read"),
    ("GET", "/ledgers/funds", "ledgers:read"),
    ("POST", "/donations/money", "donations:write"),
    ("POST", "/purchases", "stock:write"),
    ("POST", "/parcels", "parcels:write"),
    ("POST", "/scans", "scans:write"),
    ("POST", "/grants", "grants:write"),
    ("POST", "/label-batches", "labels:print"),
    ("POST", "/programmes", "admin"),
]


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_each_call_needs_its_scope(world: World, method: str, path: str, scope: str) -> None:
    others = [other for other in SCOPES if other.split(":")[0] != scope.split(":")[0] and other != "admin"]
    without, with_scope = (partner_of(world.county, *scopes, now=timezone.now()) for scopes in (others, [scope]))
    with nothing_written():
        refused = without.get(path) if method == "GET" else without.post(path, {})
        passed = with_scope.get(path) if method == "GET" else with_scope.post(path, {})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert passed.status_code in (200, 422)


def test_a_stranger_finds_nothing(world: World, partner: Partner, outsider: Partner) -> None:
    parcel = world.parcel()
    gift = partner.get("/donations").json()["items"][0]
    paths = [f"/parcels/{parcel.code.text}", f"/parcels/{parcel.id}", f"/donations/{gift['id']}"]
    paths += [f"/donations/{gift['id']}/trace", f"/traces/{parcel.code.text}", f"/households/{world.family.id}"]
    paths += ["/ledgers/distribution?fund=warm-2026", "/stock?warehouse=wh-1", "/ledgers/funds?organisation=示例县"]
    for path in paths:
        assert partner.get(path).status_code == 200, path
        answer = outsider.get(path)
        assert answer.status_code == 404, path
    for path in ("/parcels", "/donations", "/households", "/stock", "/ledgers/distribution", "/ledgers/donations"):
        assert outsider.get(path).json()["items"] == [], path
    assert outsider.get("/ledgers/funds").json()["summary"]["received"] == 0


def test_a_stranger_changes_nothing(world: World, outsider: Partner) -> None:
    parcel = world.parcel()
    family = str(world.family.id)
    gift = {"programme": "warm-heart-pack", "fund": "warm-2026", "donor": {"name": "x", "kind": "PERSON"}}
    gift |= {"money": {"amount": 1, "currency": "CNY"}, "received_at": AT, "channel": "CASH", "reference": "s-1"}
    kits = {"kit_recipe": "warm-kit", "warehouse": "wh-1", "fund": "warm-2026", "quantity": 1}
    plan = {"programme": "warm-heart-pack", "warehouse": "wh-1", "contents": {"kit_recipe": "warm-kit"}}
    money = {"amount": 1, "currency": "CNY"}
    attempts = [
        ("/donations/money", gift),
        ("/kits/assemble", kits),
        ("/parcels", plan),
        ("/grants", {"fund": "girls-2026", "household": family, "money": money, "reference": "s"}),
        ("/label-batches", {"parcels": [parcel.code.text], "sheet": "A4_3X7"}),
        (f"/codes/{parcel.code.text}/revoke", {"reason": "böse"}),
        (f"/parcels/{parcel.code.text}/cancel", {}),
    ]
    for path, body in attempts:
        with nothing_written():
            answer = outsider.post(path, body)
        assert answer.status_code == 404, (path, answer.content)
    parcel.refresh_from_db()
    assert parcel.state == "PLANNED"


def test_the_province_sees_its_counties(world: World) -> None:
    parcel = world.parcel()
    above = partner_of(world.province, now=timezone.now())
    assert above.get(f"/parcels/{parcel.code.text}").status_code == 200
    assert above.get("/ledgers/funds").json()["summary"]["received"] == 20_000


def test_a_signed_in_person_calls_with_the_session_and_csrf(world: World) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    assert client.login(username="auditor", password=PASSWORD)
    assert client.get("/api/v1/ledgers/funds").status_code == 200
    assert client.get("/api/v1/households").status_code == 403
    keeper = Client(enforce_csrf_checks=True)
    assert keeper.login(username="keeper", password=PASSWORD)
    with nothing_written():
        answer = keeper.post("/api/v1/scans", data="{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_households_are_masked_unless_one_says_why(world: World, partner: Partner) -> None:
    from logistics.households.models import PersonalDataView

    path = f"/households/{world.family.id}"
    masked = partner.get(path).json()
    assert masked["head_name"] == "示**"
    assert "13800138000" not in json.dumps(masked)
    with nothing_written():
        assert partner.get(f"{path}?unmask=true").status_code in (400, 422)
    shown = partner.get(f"{path}?unmask=true&reason=电话核实地址").json()
    assert shown["head_name"] == "示例家庭"
    view = PersonalDataView.objects.get()
    assert (reasons_of([view.id])[view.id], view.household_id) == ("电话核实地址", world.family.id)
