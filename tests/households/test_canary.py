"""A name, a number, an address, a telephone and a hardship's note are planted in a family and found nowhere they should
not be: in answers, pages, files, papers, exports, events, logs, caches, the database's own bytes; before an erasure,
after it, and in a backup that was restored after it.
"""

import io
import logging
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone

from logistics.households.actions import view_household
from logistics.households.erasure import erase_person, listed_erasures, replay_erasure
from logistics.households.models import Household
from logistics.journal.sealing import seal_leaves
from logistics.journal.verifying import verified_journal
from logistics.ledgers.reads import LEDGERS
from logistics.outbox.models import Event
from logistics.storage.secrets import EncryptedTextField
from tests.api.conftest import partner_of
from tests.api.test_access import ask, operations, things_of
from tests.cast import NOW, World
from tests.databases import copied, point_at
from tests.households.canary import database_bytes, file_bytes, needles, seen_in
from tests.households.test_erasure import ADDRESS, EVIDENCE, GUARDIAN, NAME, NUMBER, PHONE, _served, canary
from tests.web.test_access_of_pages import OWN_ROLES, visitors
from tests.web.test_access_of_pages import pages as every_page

SECRETS = {
    "name": NAME,
    "name of a child": "金丝雀女童",
    "guardian": GUARDIAN,
    "collector": "金丝雀邻居",
    "number": NUMBER,
    "address": ADDRESS,
    "telephone": PHONE,
    "evidence": EVIDENCE,
}
WANTED = needles(SECRETS)


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys, and the list of erasures beside them, in a folder of the test's own."""
    path = tmp_path / "keys" / "data-keys.json"
    path.parent.mkdir()
    path.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", path)
    return path


def answers(world: World, family: Household, things: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield every answer of the API at the family's own rows, and what a wrong call is told."""
    partner = partner_of(world.county, now=timezone.now())
    child = family.members.get(is_head=False)
    parcel = family.parcels.get().code.text
    mine = {**things, "household_id": str(family.id), "member_id": str(child.id)}
    mine |= dict.fromkeys(("parcels.key", "traces.code", "codes.code"), parcel)
    document = Client().get("/api/v1/openapi.json").json()
    for one in operations(document, mine):
        if one.method == "GET":
            answer = ask(partner, one)
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content
            yield one.name, data + str(answer.headers).encode()
    for name in LEDGERS:
        for form in ("csv", "xlsx"):
            answer = partner.get(f"/ledgers/{name}?format={form}")
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == 200, (name, form)
            yield f"{name}.{form}", data
    wrong = {"township": ADDRESS, "division_code": NUMBER, "head_name": NAME, "telephone": PHONE + "9" * 9}
    told = partner.post("/households", wrong)
    assert told.status_code == 422, told.content
    yield "POST /households (refused)", told.content


def pages(world: World, family: Household) -> Iterator[tuple[str, bytes]]:
    """Yield the pages that speak of the family, as every role that may open them sees them, masked."""
    child = family.members.get(is_head=False)
    browsers = visitors(world)
    parcel = family.parcels.get().code.text
    codes = dict.fromkeys(("parcels.code", "trace.code", "evidence.code", "Q.code", "q.code"), parcel)
    for page in every_page({**codes, "household_id": str(family.id), "member_id": str(child.id), "name": "parcels"}):
        for role in OWN_ROLES:
            answer = browsers[role].get(page.address)
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content
            yield f"{page.address} as {role}", data


def everything_at_rest(folder: Path, caplog: pytest.LogCaptureFixture) -> Iterator[tuple[str, bytes]]:
    """Yield what lies on the disk and what was written down: database, files, log, cache, events."""
    yield from database_bytes(folder)
    yield from file_bytes()
    yield "log", caplog.text.encode()
    yield "cache", b"".join([*(str(key).encode() for key in cache._cache), *cache._cache.values()])
    yield "events", repr(list(Event.objects.values())).encode()


def found_in(places: Iterator[tuple[str, bytes]], wanted: Mapping[bytes, str] = WANTED) -> dict[str, list[str]]:
    """Name the places in which a secret stands."""
    return {place: found for place, data in places if (found := seen_in(data, wanted))}


def decrypted_everywhere() -> bytes:
    """Read every encrypted column of every table in the clear."""
    texts: list[str] = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                texts += [str(value) for value in model._default_manager.values_list(field.name, flat=True)]
    return "\n".join(texts).encode()


def test_a_family_is_found_nowhere_before_or_after_its_erasure(
    committed_world: World,
    committed_database: str,
    ring: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = committed_world
    caplog.set_level(logging.INFO)
    logging.getLogger("django.request").setLevel(logging.DEBUG)
    family = canary(world)
    _served(world, family)
    things = things_of(world)
    seal_leaves(now=timezone.now())
    assert set(seen_in(decrypted_everywhere(), WANTED)) == set(SECRETS), "the vault itself knows all of it"
    assert found_in(answers(world, family, things)) == {}
    assert found_in(pages(world, family)) == {}
    assert found_in(everything_at_rest(tmp_path, caplog)) == {}
    connection.close()
    backup = copied(committed_database.rsplit("/", 1)[1].removesuffix(".sqlite3"))
    actor = world.as_actor(world.officer)
    erase_person(actor=actor, household=family, cause="ASKED", now=timezone.now())
    assert seen_in(decrypted_everywhere(), WANTED) == []
    assert found_in(everything_at_rest(tmp_path, caplog)) == {}
    assert found_in(answers(world, family, things)) == {}
    seal_leaves(now=timezone.now())
    assert verified_journal(progress=lambda done, total: None)[0] is None
    point_at(backup)
    assert set(seen_in(decrypted_everywhere(), WANTED)) == set(SECRETS), "the backup brought the family back"
    assert [replay_erasure(one) for one in listed_erasures()] == [True]
    assert seen_in(decrypted_everywhere(), WANTED) == []
    assert found_in(everything_at_rest(tmp_path, caplog)) == {}
    assert seen_in(ring.with_name("erasures.jsonl").read_bytes(), WANTED) == []


def test_what_is_planted_is_found(
    committed_world: World, ring: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Each place is searched for real: a secret that is put there is found there."""
    assert found_in(everything_at_rest(tmp_path, caplog)) == {}
    type(committed_world.warm).objects.filter(id=committed_world.warm.id).update(thanks=ADDRESS)
    planted = [
        default_storage.save("planted/a", ContentFile(NUMBER.encode())),
        default_storage.save("planted/b", ContentFile(_zipped(NAME))),
    ]
    logging.getLogger("nuanliu").warning("planted %s", PHONE)
    cache.set("planted", EVIDENCE)
    found = found_in(everything_at_rest(tmp_path, caplog))
    for name in planted:
        default_storage.delete(name)
    cache.delete("planted")
    place = next(name for name in found if name.startswith(("sqlite", "postgresql")))
    assert found[place] == ["address"]
    assert (found["log"], found["cache"]) == (["telephone"], ["evidence"])
    assert (found["a"], found["b"]) == (["number"], ["name"])
    answers_ = [("page", Client().get("/").content + _gb18030(GUARDIAN))]
    assert found_in(iter(answers_)) == {"page": ["guardian"]}
    told = view_household(household=canary(committed_world), actor=committed_world.partner, reason="核对地址", now=NOW)
    assert "number" in seen_in(repr(told).encode(), WANTED)


def _zipped(text: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.txt", text)
    return kept.getvalue()


def _gb18030(text: str) -> bytes:
    return text.encode("gb18030")
