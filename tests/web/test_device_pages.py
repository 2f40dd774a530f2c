"""Pages of devices, PINs and rounds: who opens them, what they show, what they do."""

import datetime as dt
import re
import uuid

import pytest
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image, ImageDraw

from logistics.deliveries.device_reads import handed_in_by
from logistics.deliveries.round_models import DistributionRound, RoundParcel
from logistics.deliveries.rounds import open_round, plan_round
from logistics.parties.actors import Actor
from logistics.parties.devices import enrol_device, enrol_here
from logistics.parties.models import Device, Enrolment, OperatorPin
from logistics.storage.rows import new_id
from tests.cast import NOW, World
from tests.looking import nothing_written, statements
from tests.web.conftest import Visitor

TODAY = timezone.localdate()
SCANNERS = {"keeper", "courier", "officer", "administrator"}
OFFICERS = {"officer", "approver", "administrator"}
PEOPLE = ("keeper", "courier", "officer", "approver", "auditor", "administrator")


def _device(world: World) -> Device:
    return enrol_here(actor=world.as_actor(world.keeper), name="示例手机", token=new_id(), now=NOW)


def _round(world: World, count: int = 2, held_on: dt.date = TODAY) -> DistributionRound:
    world.stock_kits(count)
    return plan_round(
        actor=world.as_actor(world.officer),
        name="少云镇入户发放",
        place="少云镇",
        held_on=held_on,
        parcels=world.plan(count),
        now=NOW,
    )


def _read_qr(page: str) -> str:
    """Draw the QR of a page as a camera would see it, and read it."""
    side = int(re.search(r'<div class="qr".*?viewBox="0 0 (\d+)', page, re.DOTALL)[1])  # type: ignore[index]
    image = Image.new("L", (side * 4, side * 4), 255)
    draw = ImageDraw.Draw(image)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", page):
        draw.rectangle((int(x) * 4, int(y) * 4, int(x) * 4 + 3, int(y) * 4 + 3), fill=0)
    return zxingcpp.read_barcodes(image)[0].text


@pytest.mark.parametrize("username", PEOPLE)
def test_pages_open_to_those_whose_they_are(world: World, username: str) -> None:
    device, row = _device(world), _round(world, 1)
    visitor = Visitor(username)
    found = {
        path: visitor.get(path).status_code == 200
        for path in ("/devices", f"/devices/{device.id}", "/pin", "/rounds", f"/rounds/{row.id}", "/rounds/new")
    }
    is_officer, scans = username in OFFICERS, username in SCANNERS
    assert found == {
        "/devices": is_officer,
        f"/devices/{device.id}": is_officer,
        "/pin": scans,
        "/rounds": is_officer or scans,
        f"/rounds/{row.id}": is_officer or scans,
        "/rounds/new": is_officer or username == "keeper",
    }


def test_a_stranger_finds_nothing_and_does_nothing(world: World) -> None:
    device, row = _device(world), _round(world, 1)
    stranger = Visitor("stranger")
    with nothing_written():
        assert "示例手机" not in stranger.get("/devices").content.decode()
        assert row.name not in stranger.get("/rounds").content.decode()
        assert stranger.get(f"/devices/{device.id}").status_code == 404
        assert stranger.client.post(f"/devices/{device.id}", {"reason": "别人的设备"}).status_code == 404
        assert stranger.get(f"/rounds/{row.id}").status_code == 404
        for step in ("open", "close", "drop"):
            answer = stranger.client.post(f"/rounds/{row.id}/{step}", {"reason": "别人的", "rest": "STILL_OUT"})
            assert answer.status_code == 404
        # Nobody enrols a device for a body beside.
        answer = stranger.client.post("/devices", {"once": str(new_id()), "over": "示例县"})
        assert answer.status_code == 422


def test_a_courier_follows_a_round_and_changes_nothing(world: World) -> None:
    row, courier = _round(world, 1), Visitor("courier")
    assert "form" not in courier.get(f"/rounds/{row.id}").content.decode().split("<main")[1]
    with nothing_written():
        assert courier.client.post(f"/rounds/{row.id}/open").status_code == 404


def test_the_qr_enrols_one_device(world: World, officer: Visitor) -> None:
    answer = officer.client.post("/devices", {"once": str(new_id()), "over": "示例县"})
    page = answer.content.decode()
    address = _read_qr(page)
    assert re.fullmatch(r"http://testserver/scan/#enrol=[\w-]{32}", address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "--https" in page, "without HTTPS a telephone's camera stays shut"
    token = address.partition("=")[2]
    assert enrol_device(token=token, name="示例手机", now=timezone.now()).organisation == world.county
    assert Enrolment.objects.get().issued_by == world.officer


def test_an_empty_list_says_what_to_do(world: World, officer: Visitor) -> None:
    assert "还没有设备" in officer.get("/devices").content.decode()
    assert "No device yet" in Visitor("officer", "en").get("/devices").content.decode()
    assert "还没有发放活动" in officer.get("/rounds").content.decode()


def test_a_device_is_revoked_with_a_reason(world: World, officer: Visitor) -> None:
    device = _device(world)
    with nothing_written():
        assert officer.client.post(f"/devices/{device.id}", {"reason": "x"}).status_code == 422
    page = officer.client.post(f"/devices/{device.id}", {"reason": "手机丢失"}, follow=True).content.decode()
    assert "手机丢失" in page
    device.refresh_from_db()
    assert device.revoked_at is not None


def test_gaps_show_what_was_not_handed_in(world: World, officer: Visitor) -> None:
    parcel, device = world.parcel(), _device(world)
    actor = Actor(world.county, device.id)
    for sequence in (1, 2, 5, 9):
        scan = world.scan(parcel, "COUNT")
        world.record(type(scan)(**{**vars(scan), "sequence": sequence}), actor=actor)
    told = handed_in_by([device.id])[device.id]
    assert (told.last, told.missing) == (9, 5)
    assert handed_in_by([new_id()]) == {}
    assert "9" in officer.get(f"/devices/{device.id}").content.decode()


def test_the_list_costs_the_same_statements_however_long(world: World, officer: Visitor) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            _device(world)
        with CaptureQueriesContext(connection) as queries:
            officer.get("/devices")
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1]


def test_somebody_sets_the_own_pin(world: World) -> None:
    courier = Visitor("courier")
    with nothing_written():
        for pin, again in (("1234", "1234"), ("2580", "2581"), ("25", "25")):
            assert courier.client.post("/pin", {"pin": pin, "again": again}).status_code == 422
    assert courier.client.post("/pin", {"pin": "2580", "again": "2580"}).status_code == 302
    assert OperatorPin.objects.get().person == world.courier
    assert "2580" not in courier.get("/pin").content.decode()


def test_a_round_is_planned_opened_and_closed_at_the_pages(world: World, officer: Visitor) -> None:
    world.stock_kits(3)
    parcels = world.plan(3)
    fields = {"kind": "OUTING", "name": "少云镇入户发放", "place": "少云镇", "held_on": TODAY.isoformat()}
    with nothing_written():
        for more in ({}, {"township": "少云镇", "codes": parcels[0].code.text}, {"codes": "P123"}):
            assert officer.send("/rounds/new", **fields, **more).status_code in (404, 422)
    answer = officer.send("/rounds/new", **fields, township="少云镇", people=[str(world.courier.id)])
    row = DistributionRound.objects.get()
    assert (answer.headers["Location"], row.parcel_count) == (f"/rounds/{row.id}", 3)
    page = officer.get(f"/rounds/{row.id}").content.decode()
    assert _read_qr(page) == f"http://testserver/scan/#round={row.id}"
    assert "示例courier" in page
    assert f"batch={parcels[0].batch}" in page, "the papers open with the round's batch"
    assert officer.client.post(f"/rounds/{row.id}/open").status_code == 302
    assert officer.get(f"/rounds/{row.id}").headers["Refresh"] == "10"
    assert "Refresh" not in officer.get(f"/rounds/{row.id}?close").headers
    world.walk(parcels[0])
    refused = officer.client.post(f"/rounds/{row.id}/close", {"rest": ""})
    assert refused.status_code == 422
    assert parcels[1].code.text in refused.content.decode()
    chosen = {f"left-{parcels[1].id}": "STILL_OUT", "rest": "TO_BE_RETURNED", f"left-{uuid.UUID(int=1)}": ""}
    assert officer.client.post(f"/rounds/{row.id}/close", chosen).status_code == 302
    ends = dict(RoundParcel.objects.values_list("parcel_id", "left_as"))
    assert ends == {parcels[0].id: "", parcels[1].id: "STILL_OUT", parcels[2].id: "TO_BE_RETURNED"}
    closed = officer.get(f"/rounds/{row.id}").content.decode()
    assert "仍在外" in closed
    assert 'class="qr"' not in closed
    assert officer.client.post(f"/rounds/{row.id}/close", chosen, follow=True).status_code == 422


def test_a_round_is_dropped_with_a_reason(world: World, officer: Visitor) -> None:
    row = _round(world, 1)
    with nothing_written():
        assert officer.client.post(f"/rounds/{row.id}/drop", {"reason": ""}).status_code == 422
    officer.client.post(f"/rounds/{row.id}/drop", {"reason": "下雪改期"})
    row.refresh_from_db()
    assert (row.state, row.note) == ("DROPPED", "下雪改期")


def test_rounds_that_are_late_wait_for_the_officer(world: World, officer: Visitor) -> None:
    row = _round(world, 1, held_on=TODAY - dt.timedelta(days=1))
    assert row.name in officer.get("/attention").content.decode()
    actor = world.as_actor(world.officer)
    open_round(actor=actor, distribution=row, now=NOW)
    officer.client.post(f"/rounds/{row.id}/close", {"rest": "TO_BE_RETURNED"})
    page = officer.get("/attention").content.decode()
    assert "尚未退回" in page
    assert "无人结束的发放活动" not in page


def test_parcels_are_added_at_the_page_of_a_planned_round(world: World) -> None:
    row, officer = _round(world, 1), Visitor("officer")
    world.stock_kits(1)
    (more,) = world.plan(1)
    token = officer.get(f"/rounds/{row.id}").context["add"]["once"].value()
    with nothing_written():
        assert officer.client.post(f"/rounds/{row.id}/add", {"once": token}).status_code == 422
        other = officer.client.post(f"/rounds/{row.id}/add", {"once": token, "codes": "P-0000"})
        assert other.status_code in (404, 422)
    sent = officer.client.post(f"/rounds/{row.id}/add", {"once": token, "codes": more.code.text})
    assert sent.status_code == 302
    assert RoundParcel.objects.filter(round=row, parcel=more, is_live=True).exists()
    open_round(actor=world.as_actor(world.officer), distribution=row, now=NOW)
    late = officer.client.post(f"/rounds/{row.id}/add", {"once": token, "codes": more.code.text}, follow=True)
    assert "不能这样操作" in late.content.decode()
