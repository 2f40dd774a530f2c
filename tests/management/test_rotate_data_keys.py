"""The data key rotates while others read and write: nothing is lost or stays behind, and it can be interrupted."""

import datetime as dt
import io
import itertools
import json
import shutil
import threading
import time
import urllib.request
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from logistics.households.actions import opened_eyes
from logistics.households.changes import correct_household
from logistics.households.hardships import note_hardship
from logistics.households.models import Household, PersonalDataView
from logistics.households.photos import keep_household_photo, photo_as_kept
from logistics.households.reasons import reasons_of
from logistics.parties.actors import Actor
from logistics.storage import rotation
from logistics.storage.rotation import RETIRED_SUFFIX, alone, encrypted_tables, is_unfinished, reencrypt_chunk
from logistics.storage.secrets import blind_index, decrypted, encrypted, key_of_stored, key_ring, write_key_ring
from logistics.storage.triggers import declared_triggers
from logistics.volunteering.companion_models import CompanionVisit
from logistics.volunteering.companions import assign_companion, record_companion_visit
from tests.api.conftest import partner_of
from tests.cast import World
from tests.households.test_family_photos import _photo
from tests.servers import serving
from tests.volunteering.test_helping import TODAY, checked

WRITERS = 3
PAUSE_SECONDS = 0.02


@pytest.fixture
def own_ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the ring: the template that all tests share keeps its key."""
    key_ring()
    path = tmp_path / "data-keys.json"
    shutil.copy(settings.DATA_KEYS, path)
    monkeypatch.setattr(settings, "DATA_KEYS", path)
    monkeypatch.setenv("DATA_KEYS", str(path))
    return path


def _rotate(**more: object) -> str:
    told = io.StringIO()
    call_command("rotate_data_keys", stdout=told, settled_seconds=0, **more)
    return told.getvalue()


def _keys_in_use() -> set[str]:
    """Name every key that any stored value has, in any table, without the code that is under test."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in encrypted_tables():
            cursor.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")
            found |= {key_of_stored(value) for row in cursor.fetchall() for value in row if value}
    return found


def _visited(world: World) -> CompanionVisit:
    """A companion came once: what she says may never be changed, but encrypted anew."""
    said = {"actor": world.as_actor(world.officer), "now": world.now}
    row = assign_companion(volunteer=checked(world), member=world.girl, kind="LOVING_MOTHER", **said)
    return record_companion_visit(companionship=row, visited_on=TODAY, note="一起写作业", **said)


def _looked(world: World) -> uuid.UUID:
    """Somebody looked at a family and said why."""
    opened_eyes(household=world.family, actor=world.as_actor(world.officer), reason="电话核实地址", now=world.now)
    return PersonalDataView.objects.get().id


def test_everything_has_the_new_key_and_says_the_same(committed_world: World, own_ring: Path) -> None:
    world = committed_world
    note_hardship(actor=world.partner, household=world.family, kind_code="DISASTER", evidence="示例", now=world.now)
    photo = keep_household_photo(actor=world.partner, household=world.family, data=_photo(), now=world.now)
    visit, look = _visited(world), _looked(world)
    shown, index = photo_as_kept(photo), blind_index("示例家庭", "name")
    assert _keys_in_use() == {"k1"}
    told = _rotate()
    assert "retired: k1" in told
    assert "households_household: 1 of 1 rows" in told
    assert _keys_in_use() == {"k2"}
    ring = json.loads(own_ring.read_text())
    assert (ring["current"], list(ring["data"])) == ("k2", ["k2"])
    assert own_ring.stat().st_mode & 0o777 == 0o600
    retired = json.loads(Path(f"{own_ring}{RETIRED_SUFFIX}").read_text())
    assert list(retired) == ["k1"], "backups from before can still be read"
    family = Household.objects.get(head_name_index=index)
    assert (family.head_name, family.hardships.get().evidence) == ("示例家庭", "示例")
    photo.refresh_from_db()
    assert photo_as_kept(photo) == shown
    visit.refresh_from_db()
    assert (visit.note, reasons_of([look])) == ("一起写作业", {look: "电话核实地址"})
    assert "retired: k2" in _rotate()
    assert _keys_in_use() == {"k3"}


def test_writers_and_a_running_server_go_on_meanwhile(
    committed_world: World, committed_database: str, own_ring: Path
) -> None:
    world, is_over, written = committed_world, threading.Event(), [0] * WRITERS
    officer = Actor(world.county, world.officer.id, world.officer)
    faults: list[BaseException] = []

    def write(number: int) -> None:
        try:
            # SQLite's lock is nobody's by turns: without a pause one of them may wait until it gives up.
            while not is_over.wait(PAUSE_SECONDS):
                written[number] += 1
                text = f"示例地址 {number} 之 {written[number]}"
                row = correct_household(
                    actor=officer,
                    household=world.family,
                    changes={"address": text},
                    reason="轮换时照常修改",
                    now=timezone.now(),
                )
                assert row.address == text
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    with serving(committed_database, has_worker=False) as address:
        caller = partner_of(world.county, now=timezone.now())
        before = _asked(address, caller.key, world)
        for thread in threads:
            thread.start()
        _wait_until(lambda: sum(written) > WRITERS)
        at_switch = sum(written)
        _rotate()
        during = sum(written) - at_switch
        is_over.set()
        for thread in threads:
            thread.join()
        after = _asked(address, caller.key, world)
    assert faults == []
    assert during > 0, "somebody wrote while it rotated"
    assert _keys_in_use() == {"k2"}
    family = Household.objects.get(id=world.family.id)
    assert family.address in {f"示例地址 {number} 之 {last}" for number, last in enumerate(written)}
    assert before["head_name"] == after["head_name"] == "示例家庭", "the server that runs reads the ring again"
    assert after["address"] == family.address


def _asked(address: str, key: str, world: World) -> dict[str, str]:
    path = f"/api/v1/households/{world.family.id}?unmask=true&reason=%E6%A0%B8%E5%AF%B9%E5%9C%B0%E5%9D%80"
    request = urllib.request.Request(address + path, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.loads(answer.read()))


def _wait_until(is_so) -> None:  # type: ignore[no-untyped-def] -- a question
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_who_is_interrupted_goes_on_with_the_same_key(
    committed_world: World, own_ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "ROWS_PER_CHUNK", 1)
    calls = itertools.count()

    def breaks(table: rotation.Table, after: object = None) -> object:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return reencrypt_chunk(table, after)

    monkeypatch.setattr("logistics.management.commands.rotate_data_keys.reencrypt_chunk", breaks)
    with pytest.raises(KeyboardInterrupt):
        _rotate()
    assert is_unfinished()
    assert json.loads(own_ring.read_text())["current"] == "k2"
    assert Household.objects.get().head_name == "示例家庭", "both keys read"
    monkeypatch.setattr("logistics.management.commands.rotate_data_keys.reencrypt_chunk", reencrypt_chunk)
    assert "is current" not in _rotate(), "no third key"
    assert _keys_in_use() == {"k2"}


def test_an_old_key_stands_until_it_is_settled_and_nothing_has_it(committed_world: World, own_ring: Path) -> None:
    told = io.StringIO()
    call_command("rotate_data_keys", "--no-wait", stdout=told)
    assert "call again to retire it" in told.getvalue()
    assert set(json.loads(own_ring.read_text())["data"]) == {"k1", "k2"}
    # What somebody had encrypted before the switch and committed after it.
    ring = json.loads(own_ring.read_text())
    own_ring.write_text(json.dumps({**ring, "current": "k1"}))
    late = encrypted("示例迟到", "households_household.address")
    own_ring.write_text(json.dumps(ring))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE households_household SET address = %s", [late])
    later = timezone.now() + dt.timedelta(seconds=rotation.SETTLED_SECONDS)
    assert rotation.retire_keys(now=later) == [], "one value has it still"
    assert "retired: k1" in _rotate()
    assert Household.objects.get().address == "示例迟到"


def test_a_key_is_prepared_for_other_machines_first(committed_world: World, own_ring: Path) -> None:
    assert "current" not in _rotate(prepare=True)
    ring = json.loads(own_ring.read_text())
    assert (ring["current"], set(ring["data"])) == ("k1", {"k1", "k2"})
    _rotate(prepare=True)
    assert json.loads(own_ring.read_text()) == ring, "one waits already"
    _rotate()
    assert json.loads(own_ring.read_text())["data"]["k2"] == ring["data"]["k2"]


def test_two_do_not_rotate_at_once(committed_world: World, own_ring: Path) -> None:
    with alone(), pytest.raises(CommandError, match="another process rotates"):
        _rotate()
    assert json.loads(own_ring.read_text())["current"] == "k1"


def test_no_rule_of_the_database_is_in_the_way() -> None:
    fixed = {rule.table for rule in declared_triggers().values() if rule.name.endswith("_no_update")}
    assert fixed & {table.name for table in encrypted_tables()} == set()


def test_a_process_that_runs_reads_a_changed_ring_again(own_ring: Path) -> None:
    stored = encrypted("示例", "a.b")
    ring = json.loads(own_ring.read_text())
    own_ring.write_text(json.dumps({**ring, "current": "k7", "data": {**ring["data"], "k7": "7" * 64}}))
    assert key_of_stored(encrypted("示例", "a.b")) == "k7"
    assert decrypted(stored, "a.b") == "示例"
    write_key_ring(own_ring)
    assert key_ring().current == "k7", "what stands is never written over"
