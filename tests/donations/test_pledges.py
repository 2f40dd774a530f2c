"""Promises of gifts: what came of them, who kept them, and what no promise can be."""

import datetime as dt

import pytest
from django.utils import timezone

from logistics.donations.actions import record_money_donation
from logistics.donations.models import Donation
from logistics.donations.pledge_models import Pledge, PledgedGift
from logistics.donations.pledge_reads import PledgeMissing, get_pledge, state_of_pledge
from logistics.donations.pledges import (
    GiftPromisedAlready,
    PledgeAmountOutOfBounds,
    PledgeDaysWrong,
    PledgeMismatch,
    PledgeWithdrawn,
    match_gift,
    record_pledge,
    withdraw_pledge,
)
from logistics.journal.models import JournalEntry
from logistics.parties.references import ReferenceReused
from tests.api.conftest import partner_of
from tests.cast import World
from tests.looking import nothing_written

DAY = dt.date(2026, 1, 10)


def pledge_of(world: World, reference: str = "p-1", **more: object) -> Pledge:
    """Record a promise of 1,000 yuan by the donor."""
    said = {"amount_minor": 100_000, "currency": "CNY", "pledged_on": DAY, "due_on": DAY + dt.timedelta(days=30)}
    return record_pledge(
        actor=world.partner,
        programme=world.warm,
        donor=world.donor,
        reference=reference,
        now=world.now,
        **{**said, **more},  # type: ignore[arg-type] -- the test's own words
    )[0]


def _given(world: World, pledge: Pledge | None, amount: int, reference: str) -> Donation:
    return record_money_donation(
        actor=world.partner,
        programme=world.warm,
        fund=world.warm_fund,
        donor=world.donor,
        amount_minor=amount,
        received_at=world.now,
        reference=reference,
        pledge=pledge,
        now=world.now,
    )[0]


def _state(world: World, pledge: Pledge, on: dt.date = DAY) -> tuple[str, int]:
    row = get_pledge(pledge_id=pledge.id, organisation=world.county)
    return state_of_pledge(row, on), vars(row)["received_minor"]


def test_a_promise_is_kept_by_its_gifts_and_stands_in_no_book(world: World) -> None:
    pledge = pledge_of(world)
    assert not JournalEntry.objects.exists()
    assert _state(world, pledge) == ("OPEN", 0)
    _given(world, pledge, 40_000, "g-1")
    assert _state(world, pledge) == ("OPEN", 40_000)
    assert _state(world, pledge, DAY + dt.timedelta(days=31)) == ("OVERDUE", 40_000)
    match_gift(actor=world.partner, pledge=pledge, donation=_given(world, None, 60_000, "g-2"), now=world.now)
    assert _state(world, pledge) == ("FULFILLED", 100_000)


def test_a_gift_keeps_one_promise_of_its_own_donor(world: World) -> None:
    pledge, gift = pledge_of(world), _given(world, None, 100, "g-1")
    match_gift(actor=world.partner, pledge=pledge, donation=gift, now=world.now)
    with nothing_written():
        match_gift(actor=world.partner, pledge=pledge, donation=gift, now=world.now)
    other = pledge_of(world, "p-2")
    with nothing_written(), pytest.raises(GiftPromisedAlready):
        match_gift(actor=world.partner, pledge=other, donation=gift, now=world.now)
    for wrong in (
        pledge_of(world, "p-3", currency="USD"),
        record_pledge(
            actor=world.partner,
            programme=world.spring,
            donor=world.donor,
            amount_minor=1,
            currency="CNY",
            pledged_on=DAY,
            reference="p-4",
            now=world.now,
        )[0],
    ):
        with nothing_written(), pytest.raises(PledgeMismatch):
            _given(world, wrong, 100, "g-2")


def test_a_gift_that_was_a_mistake_keeps_nothing(world: World) -> None:
    from logistics.journal.actions import reverse_entry

    pledge = pledge_of(world)
    gift = _given(world, pledge, 100_000, "g-1")
    reverse_entry(entry=gift.entry, now=world.now, reason_key="mistake")
    assert _state(world, pledge) == ("OPEN", 0)


def test_a_withdrawn_promise_waits_for_nothing(world: World) -> None:
    pledge, gift = pledge_of(world), _given(world, None, 100, "g-1")
    withdraw_pledge(pledge=pledge, reason="企业停业", now=world.now)
    assert _state(world, pledge) == ("WITHDRAWN", 0)
    for again in (
        lambda: withdraw_pledge(pledge=pledge, reason="再次", now=world.now),
        lambda: match_gift(actor=world.partner, pledge=pledge, donation=gift, now=world.now),
    ):
        with nothing_written(), pytest.raises(PledgeWithdrawn):
            again()


def test_what_is_no_promise_is_refused(world: World) -> None:
    for refusal, wrong in (
        (PledgeAmountOutOfBounds, {"amount_minor": 0}),
        (PledgeAmountOutOfBounds, {"currency": "XXX"}),
        (PledgeDaysWrong, {"pledged_on": dt.date(2099, 1, 1), "due_on": None}),
        (PledgeDaysWrong, {"due_on": DAY - dt.timedelta(days=1)}),
        (PledgeMismatch, {"fund": world.girls_fund}),
    ):
        with nothing_written(), pytest.raises(refusal):
            pledge_of(world, "p-9", **wrong)
    first = pledge_of(world)
    with nothing_written():
        assert pledge_of(world).id == first.id
    with nothing_written(), pytest.raises(ReferenceReused):
        pledge_of(world, amount_minor=5)


def test_a_stranger_sees_no_promise(world: World) -> None:
    with pytest.raises(PledgeMissing):
        get_pledge(pledge_id=pledge_of(world).id, organisation=world.stranger_county)


def test_a_partner_records_a_promise_and_the_gifts_that_keep_it(world: World) -> None:
    partner = partner_of(world.county, "donations:write", now=timezone.now())
    body = {
        "programme": "warm-heart-pack",
        "donor": {"name": "示例公司", "kind": "ORGANISATION"},
        "money": {"amount": 50_000, "currency": "CNY"},
        "pledged_on": "2026-01-10",
        "due_on": "2026-02-10",
        "reference": "示例-认捐-1",
    }
    first = partner.post("/pledges", body)
    assert (first.status_code, first.json()["state"], first.json()["received"]) == (201, "OVERDUE", 0)
    assert partner.post("/pledges", body).status_code == 200
    gift = {
        "programme": "warm-heart-pack",
        "fund": "warm-2026",
        "donor": {"name": "示例公司", "kind": "ORGANISATION"},
        "money": {"amount": 30_000, "currency": "CNY"},
        "received_at": "2026-01-12T10:00:00+08:00",
        "channel": "BANK",
    }
    pledge = first.json()["id"]
    single = partner.post("/donations/money", {**gift, "reference": "g-1", "pledge": pledge})
    bulk = partner.post("/donations/money", {"items": [{**gift, "reference": "g-2", "pledge": pledge}]})
    assert (single.status_code, bulk.json()["items"][0]["status"]) == (201, 201)
    read = partner.get(f"/pledges/{pledge}").json()
    assert (read["state"], read["received"]) == ("FULFILLED", 60_000)
    assert read["gifts"] == sorted([single.json()["id"], bulk.json()["items"][0]["id"]])
    assert PledgedGift.objects.count() == 2
    third = partner.post("/donations/money", {**gift, "reference": "g-3"}).json()["id"]
    assert partner.post(f"/pledges/{pledge}/gifts", {"donation": third}).json()["received"] == 90_000
    listed = {state: len(partner.get(f"/pledges?state={state}").json()["items"]) for state in ("FULFILLED", "OPEN")}
    assert listed == {"FULFILLED": 1, "OPEN": 0}
    assert partner.get("/pledges?state=x").status_code == 400
    wrong = partner.post("/donations/money", {**gift, "reference": "g-4", "pledge": third})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "pledge_missing")


def test_a_partner_of_another_body_finds_no_promise(world: World) -> None:
    pledge, outsider = pledge_of(world), partner_of(world.stranger_county, now=timezone.now())
    assert outsider.get("/pledges").json()["items"] == []
    assert outsider.get(f"/pledges/{pledge.id}").status_code == 404
    with nothing_written():
        assert outsider.post(f"/pledges/{pledge.id}/withdraw", {"reason": "wrong"}).status_code == 404
