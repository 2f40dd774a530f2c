"""One QR, one device, also when two telephones read it at the same moment; and PINs that can be checked offline."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from logistics.journal.history import Revision
from logistics.journal.revisions import ChangeUnexplained, revisions_of
from logistics.journal.verifying_history import require_history
from logistics.kernel.refusals import Refusal
from logistics.parties import devices
from logistics.parties.devices import (
    DeviceMissing,
    DevicesTooMany,
    enrol_device,
    get_device,
    issue_enrolment,
    revoke_device,
)
from logistics.parties.models import Device, OperatorPin
from logistics.parties.operators import PinNotDigits, PinTooSimple, are_operators, set_pin, verifier_of
from tests.cast import NOW, World
from tests.looking import nothing_written

RACERS = 6


def _token(world: World) -> str:
    return issue_enrolment(organisation=world.county, issued_by=world.officer, now=NOW)[1]


def test_of_many_telephones_with_one_qr_one_becomes_a_device(committed_world: World) -> None:
    token, start = _token(committed_world), threading.Barrier(RACERS)

    def read_it(number: int) -> object:
        start.wait()
        try:
            return enrol_device(token=token, name=f"示例手机{number}", now=NOW)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(RACERS) as pool:
        results = list(pool.map(read_it, range(RACERS)))
    assert [result for result in results if isinstance(result, Device)] == [Device.objects.get()]
    assert results.count("enrolment_used") == RACERS - 1


def test_a_device_has_its_history(world: World) -> None:
    device = enrol_device(token=_token(world), name="示例手机", now=NOW)
    cause = world.as_actor(world.officer).cause(NOW)
    with nothing_written(), pytest.raises(ChangeUnexplained):
        revoke_device(device=device, reason="", cause=cause)
    gone = revoke_device(device=device, reason="手机丢失", cause=cause)
    assert revoke_device(device=gone, reason="再来一次", cause=cause) == gone
    newest, first = revisions_of(device)
    assert (newest.actor_id, newest.before, first.number) == (world.officer.id, {"revoked_at": None}, 1)
    assert "手机" not in str([vars(row) for row in Revision.objects.filter(kind="DEVICE")])
    require_history()


def test_a_device_of_others_is_not_there(world: World) -> None:
    device = enrol_device(token=_token(world), name="示例手机", now=NOW)
    assert get_device(device_id=device.id, organisation=world.province) == device
    with pytest.raises(DeviceMissing):
        get_device(device_id=device.id, organisation=world.stranger_county)


def test_devices_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "DEVICES_MAX", 1)
    tokens = [_token(world), _token(world)]
    first = enrol_device(token=tokens[0], name="示例手机", now=NOW)
    with nothing_written(), pytest.raises(DevicesTooMany):
        enrol_device(token=tokens[1], name="示例手机", now=NOW)
    revoke_device(device=first, reason="换新手机", cause=world.as_actor(world.officer).cause(NOW))
    assert enrol_device(token=tokens[1], name="示例手机", now=NOW).revoked_at is None


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "１２３５", "12 5", "-125"])
def test_it_refuses_a_pin_that_is_none(world: World, pin: str) -> None:
    with nothing_written(), pytest.raises(PinNotDigits):
        set_pin(person=world.keeper, pin=pin, now=NOW)


@pytest.mark.parametrize("pin", ["0000", "1234", "98765", "8901", "77777777"])
def test_it_refuses_a_pin_that_anybody_guesses(world: World, pin: str) -> None:
    with nothing_written(), pytest.raises(PinTooSimple):
        set_pin(person=world.keeper, pin=pin, now=NOW)


def test_a_pin_is_kept_as_its_verifier_alone(world: World) -> None:
    first = set_pin(person=world.keeper, pin="2580", now=NOW)
    second = set_pin(person=world.keeper, pin="2580", now=NOW)
    assert OperatorPin.objects.get() == second
    assert first.salt != second.salt
    assert verifier_of("2580", second.salt, second.iterations) == OperatorPin.objects.get().verifier
    with connection.cursor() as cursor:
        cursor.execute("SELECT verifier FROM parties_pin")
        assert cursor.fetchone()[0].startswith("v1."), "four digits are guessed from a hash in minutes"
    assert "2580" not in str([vars(row) for row in revisions_of(world.keeper)])
    require_history()


def test_operators_stand_here_or_above(world: World) -> None:
    people = [world.keeper.id, world.stranger.id]
    assert are_operators(people, world.county) == {world.keeper.id: True}
    assert are_operators(people, world.province) == {}, "who stands below is not an operator above"
