"""Who signs in is a person too: shown, confirmed, erased and exported once they left; what they did stays by the id."""

import datetime as dt
import json
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from logistics.audits.access import live_mandates
from logistics.audits.mandates import approve_mandate, grant_mandate
from logistics.deliveries.models import ScanEvent
from logistics.deliveries.rounds import plan_round
from logistics.journal.committed import texts_of
from logistics.journal.revisions import Cause, revisions_of
from logistics.journal.verifying import verified_journal
from logistics.parties.actions import change_password, register_person
from logistics.parties.changes import change_person
from logistics.parties.device_models import Device, OperatorPin
from logistics.parties.devices import enrol_here
from logistics.parties.erasing import reference_of
from logistics.parties.erasure import (
    LastAdministrator,
    OwnAccountErased,
    erase_signed_in,
    export_of_person,
    kept_of_person,
    open_things_of_person,
)
from logistics.parties.models import Person, PersonErasure, Role
from logistics.parties.operators import set_pin
from logistics.parties.standing import AccountErased
from logistics.storage.erasures import ErasureCauseUnknown, ErasureTooEarly
from logistics.storage.rows import new_id
from tests.books import seal_all
from tests.cast import PASSWORD, World
from tests.looking import nothing_written
from tests.volunteering.test_helpers_erased import _in_all_tables

LATER = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
NAME, SIGNS_IN = "金丝雀经办", "jinsique-canary"


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def _registered(world: World, *roles: str) -> Person:
    return register_person(
        organisation=world.county,
        username=SIGNS_IN,
        name=NAME,
        roles=roles or ("OFFICER", "COURIER"),
        password=PASSWORD,
    )


def canary(world: World) -> Person:
    """Somebody of whom every table keeps something: changes with reasons, a PIN, a telephone, a scan, a session."""
    person, boss = _registered(world), world.as_actor(world.administrator)
    cause = Cause(boss.holder_id, f"{NAME}调到经办岗位", world.now)
    change_person(person=person, changes={"roles": ["OFFICER"]}, cause=cause)
    set_pin(person=person, pin="2580", now=world.now, cause=cause)
    own = enrol_here(actor=world.as_actor(person), name=f"{NAME}的手机", token=new_id(), now=world.now)
    assert own.enrolled_by == person
    enrol_here(actor=world.as_actor(world.officer), name=f"借给{NAME}的手机", token=new_id(), now=world.now)
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    world.record(world.scan(parcel, "HAND_OVER", operator_id=person.id))
    return person


def _erase(world: World, person: Person, cause: str = "ASKED") -> PersonErasure:
    return erase_signed_in(actor=world.as_actor(world.administrator), person=person, cause=cause, now=LATER)


def test_somebody_who_left_is_shown_erased_and_nowhere_to_be_found(world: World) -> None:
    person = canary(world)
    client = Client()
    assert client.login(username=SIGNS_IN, password=PASSWORD)
    assert client.get("/households").status_code == 200
    counts = {part.name: part.count for part in kept_of_person(person)}
    assert counts == {
        "api.answers": 0,
        "audits.mandates": 0,
        "deliveries.rounds": 0,
        "parties.devices": 2,
        "parties.person": 1,
        "parties.pin": 1,
        "parties.sessions": 1,
    }
    said = json.dumps(export_of_person(person), ensure_ascii=False)
    assert NAME in said and SIGNS_IN in said and "OFFICER" in said
    assert _in_all_tables("金丝雀") and _in_all_tables(SIGNS_IN)
    row = _erase(world, person)
    assert row.counts["parties.sessions"] == row.counts["parties.pin"] == 1
    assert _in_all_tables("金丝雀") == [] and _in_all_tables(SIGNS_IN) == []
    # The account is locked, whatever was open is closed, and what was done stands under the number.
    person.refresh_from_db()
    assert (person.username, person.name, person.roles) == (reference_of(person), reference_of(person), [])
    assert (person.is_active, person.has_usable_password(), person.erased_at) == (False, False, LATER)
    assert client.get("/households").status_code == 302
    assert authenticate(username=SIGNS_IN, password=PASSWORD) is None
    device = Device.objects.get(enrolled_by=person)
    assert (device.name, device.revoked_at) == (device.code, LATER)
    lent = Device.objects.get(enrolled_by=world.officer)
    assert (lent.name, lent.revoked_at) == (lent.code, None), "it is another's: only the name goes"
    assert not OperatorPin.objects.filter(person=person).exists() and not Session.objects.exists()
    assert ScanEvent.objects.filter(operator_id=person.id).count() == 1
    assert texts_of(revisions_of(person).values_list("id", flat=True)) == {}
    assert verified_journal(progress=lambda done, total: None)[0] is None
    assert set(_erase(world, person).counts.values()) == {0}


def test_what_was_sealed_before_verifies_after(world: World) -> None:
    person = canary(world)
    seal_all(world)
    _erase(world, person)
    seal_all(world)
    assert verified_journal(progress=lambda done, total: None)[0] is None


def test_nothing_is_given_to_the_account_any_more(world: World) -> None:
    person = canary(world)
    _erase(world, person)
    cause = Cause(world.administrator.id, "请求恢复账号", LATER)
    for act in (
        lambda: change_person(person=person, changes={"is_active": True}, cause=cause),
        lambda: change_password(person=person, password=PASSWORD),
        lambda: set_pin(person=person, pin="2580", now=LATER),
    ):
        with nothing_written(), pytest.raises(AccountErased):
            act()


def test_whom_nobody_erases(world: World) -> None:
    person = canary(world)
    with nothing_written(), pytest.raises(ErasureCauseUnknown):
        _erase(world, person, "金丝雀")
    with nothing_written(), pytest.raises(OwnAccountErased):
        _erase(world, world.administrator)
    with nothing_written(), pytest.raises(LastAdministrator):
        erase_signed_in(actor=None, person=world.administrator, cause="ASKED", now=LATER)
    second = register_person(
        organisation=world.province, username="second", name="示例", roles=[Role.ADMINISTRATOR], password=PASSWORD
    )
    erase_signed_in(actor=world.as_actor(second), person=world.administrator, cause="ASKED", now=LATER)
    assert not Person.objects.get(id=world.administrator.id).is_active


def test_who_is_to_go_along_on_a_round_is_replaced_first(world: World) -> None:
    person = _registered(world, "COURIER")
    parcel = world.walk(world.parcel(), "PACK")
    row = plan_round(
        actor=world.as_actor(world.officer),
        name="示例走访",
        place="少云镇",
        held_on=LATER.date(),
        parcels=[parcel],
        people=[person.id],
        now=world.now,
    )
    with nothing_written(), pytest.raises(ErasureTooEarly, match="示例走访"):
        _erase(world, person)
    assert open_things_of_person(person) == [str(row)]


def test_an_auditors_mandates_end(world: World) -> None:
    auditor, now = world.auditor, timezone.now()
    live = grant_mandate(
        actor=world.as_actor(world.administrator),
        person=auditor,
        organisation=world.county,
        from_on=world.now.date(),
        to_on=LATER.date(),
        expires_at=now + dt.timedelta(days=10),
        reason="示例审计委托书",
        now=now,
    )
    approve_mandate(actor=world.as_actor(world.approver), mandate=live, now=now)
    assert live_mandates(auditor, now).exists()
    _erase(world, auditor)
    assert not live_mandates(auditor, now).exists()
    assert verified_journal(progress=lambda done, total: None)[0] is None


def test_who_was_erased_is_erased_again_after_a_restore(world: World, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    person = canary(world)
    backup = transaction.savepoint()
    with django_capture_on_commit_callbacks(execute=True):
        _erase(world, person)
    transaction.savepoint_rollback(backup)
    assert _in_all_tables("金丝雀"), "the backup brought them back"
    call_command("replay_erasures")
    assert _in_all_tables("金丝雀") == [] and _in_all_tables(SIGNS_IN) == []
    with nothing_written():
        call_command("replay_erasures")
    assert "金丝雀" not in Path(settings.DATA_KEYS).with_name("erasures.jsonl").read_text()


def test_that_somebody_was_erased_is_only_added(world: World) -> None:
    row = _erase(world, canary(world))
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        PersonErasure.objects.filter(id=row.id).update(cause="MISTAKE")


def test_of_two_administrators_who_erase_each_other_one_stays(committed_world: World) -> None:
    world = committed_world
    second = register_person(
        organisation=world.county, username="second", name="示例", roles=[Role.ADMINISTRATOR], password=PASSWORD
    )
    pairs = [(world.administrator, second), (second, world.administrator)]
    actors = [world.as_actor(one) for one, _ in pairs]
    refused: list[str] = []
    ready = threading.Barrier(2)

    def run(place: int) -> None:
        ready.wait()
        try:
            erase_signed_in(actor=actors[place], person=pairs[place][1], cause="ASKED", now=LATER)
        except LastAdministrator as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused == ["last_administrator"]
    assert sum(Person.objects.filter(id__in=[one.id for one, _ in pairs]).values_list("is_active", flat=True)) == 1
