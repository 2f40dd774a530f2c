"""A key under an auditor's mandate: that body's books, those days, as long as the mandate is in force."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from logistics.audits.mandates import approve_mandate, end_mandate, grant_mandate
from logistics.audits.models import AuditLook, AuditMandate
from logistics.journal.sealing import seal_leaves
from logistics.partners import known
from logistics.partners.keys import MANDATE_SCOPES, KeyBeyondMandate, issue_key
from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import nothing_written

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 3, 31)


@pytest.fixture
def mandate(world: World) -> AuditMandate:
    """The county's books of a quarter, for a month from now."""
    now = timezone.now()
    granted = grant_mandate(
        actor=world.as_actor(world.administrator),
        person=world.auditor,
        organisation=world.county,
        from_on=FIRST,
        to_on=LAST,
        expires_at=now + dt.timedelta(days=30),
        reason="示例审计委托书 2026-2",
        now=now,
    )
    return approve_mandate(actor=world.as_actor(world.approver), mandate=granted, now=now)


def _reader(mandate: AuditMandate) -> Partner:
    _, text = issue_key(
        organisation=mandate.organisation,
        name="审计程序",
        scopes=MANDATE_SCOPES,
        mandate=mandate,
        now=timezone.now(),
    )
    return Partner(text)


def test_it_reads_the_days_of_the_mandate_and_no_others(world: World, mandate: AuditMandate) -> None:
    world.give_money(1_000)
    world.give_money(2_000, at=world.now - dt.timedelta(days=40))
    reader = _reader(mandate)
    answer = reader.get("/ledgers/journal").json()
    assert [row["booked_on"] for row in answer["items"]] == ["2026-01-12"]
    assert reader.get("/ledgers/journal?from=2025-12-01").json()["code"] == "outside_mandate"
    assert reader.get("/ledgers/journal?to=2026-04-01").status_code == 403
    assert AuditLook.objects.filter(mandate=mandate).count() == 3


def test_it_proves_no_entry_of_another_day(world: World, mandate: AuditMandate) -> None:
    inside, outside = world.give_money(1), world.give_money(1, at=world.now - dt.timedelta(days=40))
    seal_leaves(now=world.now)
    reader = _reader(mandate)
    answers = [reader.get(f"/entries/{gift.entry_id}/proof").status_code for gift in (inside, outside)]
    assert answers == [200, 403]


def test_it_makes_bundles_of_those_days_alone(world: World, mandate: AuditMandate) -> None:
    reader = _reader(mandate)
    assert reader.post("/bundles", {"from": "2026-01-01", "to": "2026-03-31"}).status_code == 202
    with nothing_written():
        assert reader.post("/bundles", {"from": "2025-01-01", "to": "2026-03-31"}).status_code == 403


def test_it_writes_nothing_and_reads_no_lists(world: World, mandate: AuditMandate) -> None:
    reader = _reader(mandate)
    for path in ("/donations", "/parcels", "/households", "/stock"):
        assert reader.get(path).json()["code"] == "scope_missing", path
    with nothing_written():
        assert reader.post("/donations/money", {}).status_code == 403


def test_it_ends_with_the_mandate(world: World, mandate: AuditMandate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "KEY_CACHE_SECONDS", 0.0)
    reader = _reader(mandate)
    assert reader.get("/ledgers/funds").status_code == 200
    end_mandate(actor=world.as_actor(world.administrator), mandate=mandate, reason="审计结束了", now=timezone.now())
    assert reader.get("/ledgers/funds").json()["code"] == "mandate_absent"


def test_it_is_refused_beyond_the_mandate(world: World, mandate: AuditMandate) -> None:
    told = {"name": "审计程序", "mandate": mandate, "now": timezone.now()}
    for more in (
        {"organisation": world.province, "scopes": MANDATE_SCOPES},
        {"organisation": world.county, "scopes": ("ledgers:read", "donations:read")},
        {"organisation": world.county, "scopes": ()},
        {"organisation": world.county, "scopes": MANDATE_SCOPES, "now": mandate.expires_at},
    ):
        with nothing_written(), pytest.raises(KeyBeyondMandate):
            issue_key(**{**told, **more})  # type: ignore[arg-type] -- the test's own words


def test_the_command_issues_one(world: World, mandate: AuditMandate) -> None:
    output = io.StringIO()
    told = ("--organisation", world.county.code, "--name", "审计程序", "--mandate", str(mandate.id))
    call_command("issue_key", *told, stdout=output)
    assert Partner(output.getvalue().strip()).get("/ledgers/funds").status_code == 200
    with nothing_written(), pytest.raises(CommandError):
        call_command("issue_key", *told, "--scopes", "admin")
