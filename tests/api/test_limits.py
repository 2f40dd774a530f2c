"""Limits per key: told, refused, shared between processes."""

import datetime as dt
import time
import urllib.request
import uuid
from typing import Any

import http_sf
import pytest
from django.test import Client
from django.utils import timezone

from api.limits import Meter, Policy, TooManyRequests
from api.models import Usage
from tests.api.conftest import partner_of
from tests.cast import PASSWORD, World

NOON = dt.datetime(2026, 1, 12, 4, 0, 0, tzinfo=dt.UTC)
THREE = Policy("calls", 3, 60)
KEY, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def _count(meter: Meter, times: int, *, key: uuid.UUID = KEY, at: dt.datetime = NOON) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(times):
        headers = meter.count(key, [THREE], now=at)
    return headers


def test_what_is_left_is_told_until_nothing_is(db: None) -> None:
    meter = Meter()
    told = _count(meter, 2, at=NOON + dt.timedelta(seconds=15))
    assert told == {"RateLimit-Policy": '"calls";q=3;w=60', "RateLimit": '"calls";r=1;t=45'}
    _count(meter, 1)
    with pytest.raises(TooManyRequests) as refusal:
        _count(meter, 1, at=NOON + dt.timedelta(seconds=50))
    assert refusal.value.headers["Retry-After"] == "10"
    assert refusal.value.headers["RateLimit"] == '"calls";r=0;t=10'


def test_another_key_and_the_next_minute_are_not_touched(db: None) -> None:
    meter = Meter()
    _count(meter, 3)
    _count(meter, 3, key=OTHER)
    assert _count(meter, 1, at=NOON + dt.timedelta(seconds=60))["RateLimit"].startswith('"calls";r=2')


def test_processes_learn_what_the_others_counted(db: None) -> None:
    one, two = Meter(), Meter()
    _count(one, 2)
    _count(two, 1)
    for meter in (one, two, one):
        meter.share(now=NOON)
    assert Usage.objects.get().count == 3
    with pytest.raises(TooManyRequests):
        _count(two, 1)


def test_a_refused_request_is_not_counted(db: None) -> None:
    meter = Meter()
    _count(meter, 3)
    for _ in range(5):
        with pytest.raises(TooManyRequests):
            _count(meter, 1)
    meter.share(now=NOON)
    assert Usage.objects.get().count == 3


def test_old_windows_are_forgotten(db: None) -> None:
    meter = Meter()
    _count(meter, 1)
    meter.share(now=NOON)
    meter.share(now=NOON + dt.timedelta(hours=3))
    assert not Usage.objects.exists() and not meter._windows


def test_a_partner_is_told_and_then_refused(world: World, settings: Any) -> None:
    settings.CALLS_PER_MINUTE = 2
    partner = partner_of(world.county, now=timezone.now())
    for left in (1, 0):
        answer = partner.get("/parcels")
        ((name, facts),) = http_sf.parse(answer.headers["RateLimit"].encode(), tltype="list")
        assert (answer.status_code, name, facts["r"]) == (200, "calls", left)
    refused = partner.get("/parcels")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["facts"]["policy"] == "calls"


def test_whole_ledgers_have_a_quota_of_their_own(world: World, settings: Any) -> None:
    settings.EXPORTS_PER_HOUR = 1
    partner = partner_of(world.county, now=timezone.now())
    assert partner.get("/ledgers/funds?format=csv").status_code == 200
    assert partner.get("/ledgers/funds?format=csv").json()["facts"]["policy"] == "exports"
    assert partner.get("/ledgers/funds").status_code == 200


def test_people_at_the_pages_are_not_counted(world: World) -> None:
    client = Client()
    assert client.login(username="officer", password=PASSWORD)
    assert "RateLimit" not in client.get("/api/v1/parcels").headers


def test_a_server_shares_its_counts_by_itself(live_app: str, committed_world: World) -> None:
    partner = partner_of(committed_world.county, now=timezone.now())
    for _ in range(5):
        request = urllib.request.Request(
            f"{live_app}/api/v1/parcels", headers={"Authorization": f"Bearer {partner.key}"}
        )
        urllib.request.urlopen(request).close()
    until = time.monotonic() + 20
    while sum(Usage.objects.values_list("count", flat=True)) < 5 and time.monotonic() < until:
        time.sleep(0.1)
    assert sum(Usage.objects.values_list("count", flat=True)) == 5
