"""Bytes of proofs: checked, kept under lock, found by their scan, aged out without one, erased with the family."""

import datetime as dt
import hashlib
import io
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from PIL import Image

from logistics.deliveries.models import ScanProof
from logistics.deliveries.proofs import (
    PROOFS_LATE_AFTER,
    age_out_proofs,
    erase_scans_of,
    erasures_of,
    keep_proof,
    proofs_late,
    proofs_of,
)
from logistics.households import proofs as vault
from logistics.households.models import ScanDetail
from logistics.households.proof_models import KeptProof, ProofView
from logistics.households.proofs import (
    UNCLAIMED_KEPT,
    ProofHashDiffers,
    ProofMissing,
    ProofNotAnImage,
    ProofsUnclaimed,
    erase_bytes,
    has_said_why,
    look_at_proof,
    shown_bytes,
)
from logistics.households.reasons import REASON_LENGTH_MAX, ReasonMissing, ReasonTooLong, reasons_of
from logistics.journal.log import Leaf
from logistics.journal.revision_views import revision_views
from logistics.storage.photos import PhotoTooLarge
from tests.cast import World
from tests.looking import nothing_written
from tests.papers import photo

SIGNATURE = photo()
SHA = hashlib.sha256(SIGNATURE).hexdigest()


def _keep(world: World, data: bytes = SIGNATURE, *, at: dt.datetime | None = None, **more):  # type: ignore[no-untyped-def]
    actor = more.get("actor") or world.partner
    return keep_proof(actor=actor, sha256=hashlib.sha256(data).hexdigest(), data=data, now=at or world.now)


def _files() -> int:
    return sum(len(files) for _, _, files in os.walk(default_storage.path("proofs")))


def _handed_over(world: World, sha256: str = SHA):  # type: ignore[no-untyped-def]
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    detail = {"collector": "示例代领人"}
    (answer,) = world.record(world.scan(parcel, "HAND_OVER", proofs=(("SIGNATURE", sha256),), detail=detail))
    parcel.refresh_from_db()
    return parcel, answer


def test_the_bytes_lie_locked_and_come_back_as_a_picture(world: World) -> None:
    row, is_new = _keep(world)
    assert (is_new, row.size_bytes, row.media_type) == (True, len(SIGNATURE), "image/png")
    with default_storage.open(row.path) as file:
        stored = file.read()
    assert SIGNATURE[:8] not in stored
    assert row.sha256 not in row.path
    with connection.cursor() as cursor:
        cursor.execute("SELECT file_key FROM households_keptproof")
        assert row.file_key not in cursor.fetchone()[0]
    assert Image.open(io.BytesIO(shown_bytes(row))).size == (8, 6)


def test_the_same_again_is_known_and_changes_nothing(world: World) -> None:
    first, _ = _keep(world)
    with nothing_written():
        again, is_new = _keep(world)
    assert (again.id, is_new) == (first.id, False)


def test_another_organisation_with_the_same_bytes_learns_nothing(world: World) -> None:
    _keep(world)
    stranger = world.as_actor(world.stranger)
    row, is_new = _keep(world, actor=stranger)
    assert (is_new, row.organisation_id) == (True, world.stranger_county.id)
    _, answer = _handed_over(world, hashlib.sha256(photo(9, 9)).hexdigest())
    _keep(world, photo(9, 9), actor=stranger)
    assert ScanProof.objects.get().arrived_at is None
    assert answer.facts["proofs_pending"] == [hashlib.sha256(photo(9, 9)).hexdigest()]


@pytest.mark.parametrize(
    ("data", "sha256", "refusal"),
    [
        (SIGNATURE, "a" * 64, ProofHashDiffers),
        (SIGNATURE, SHA.upper(), ProofHashDiffers),
        (b"", None, ProofNotAnImage),
        (b"GIF89a" + bytes(60), None, ProofNotAnImage),
        (SIGNATURE[:-12], None, ProofNotAnImage),
        (photo(5_001, 4_000), None, PhotoTooLarge),
    ],
    ids=["other", "capitals", "nothing", "gif", "cut-off", "pixels"],
)
def test_what_is_no_proof_is_refused(world: World, data: bytes, sha256: str | None, refusal: type[Exception]) -> None:
    files = _files()
    with nothing_written(), pytest.raises(refusal):
        wanted = sha256 or hashlib.sha256(data).hexdigest()
        keep_proof(actor=world.partner, sha256=wanted, data=data, now=world.now)
    assert _files() == files


def test_a_device_without_scans_cannot_fill_the_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "UNCLAIMED_MAX", 2)
    _keep(world, photo(1, 1))
    _keep(world, photo(2, 1))
    with nothing_written(), pytest.raises(ProofsUnclaimed):
        _keep(world, photo(3, 1))
    _handed_over(world, hashlib.sha256(photo(3, 1)).hexdigest())
    assert _keep(world, photo(3, 1))[1]


def test_a_delivery_waits_for_its_proof_and_no_longer_once_it_came(world: World) -> None:
    parcel, answer = _handed_over(world)
    assert (parcel.state, answer.facts) == ("DELIVERED", {"proofs_pending": [SHA]})
    scanned = ScanProof.objects.get().received_at
    assert list(proofs_late(world.county, scanned + PROOFS_LATE_AFTER - dt.timedelta(seconds=1))) == []
    late = scanned + PROOFS_LATE_AFTER
    assert [row.parcel_id for row in proofs_late(world.county, late)] == [parcel.id]
    assert [row.parcel_id for row in proofs_late(world.province, late)] == [parcel.id]
    assert list(proofs_late(world.stranger_county, late)) == []
    row, _ = _keep(world, at=late)
    assert row.claimed_at == late
    assert list(proofs_late(world.county, late)) == []
    assert [(found.kind, kept) for found, kept in proofs_of(parcel)] == [("SIGNATURE", row)]


def test_bytes_that_come_before_their_scan_are_not_asked_for(world: World) -> None:
    _keep(world)
    _, answer = _handed_over(world)
    assert answer.facts == {}
    assert ScanProof.objects.get().arrived_at is not None
    assert KeptProof.objects.get().claimed_at is not None


def test_bytes_whose_scan_never_comes_are_aged_out(world: World) -> None:
    row, _ = _keep(world)
    claimed, _ = _keep(world, photo(3, 3))
    _handed_over(world, hashlib.sha256(photo(3, 3)).hexdigest())
    assert age_out_proofs(now=world.now + UNCLAIMED_KEPT) == 0
    assert age_out_proofs(now=world.now + UNCLAIMED_KEPT + dt.timedelta(seconds=1)) == 1
    assert not default_storage.exists(row.path)
    assert list(KeptProof.objects.all()) == [claimed]


def test_a_scan_and_its_bytes_that_missed_each_other_are_brought_together(world: World) -> None:
    """As two transactions leave it that did not see each other: nothing is asked for and nothing thrown away."""
    _keep(world)
    _handed_over(world)
    KeptProof.objects.update(claimed_at=None)
    ScanProof.objects.update(arrived_at=None)
    later = world.now + UNCLAIMED_KEPT + PROOFS_LATE_AFTER
    assert list(proofs_late(world.county, later)) == []
    call_command("age_out_proofs", verbosity=0)
    assert KeptProof.objects.get().claimed_at is not None
    assert ScanProof.objects.get().arrived_at is not None


def _erasing(world: World) -> dict[str, Any]:
    actor = world.as_actor(world.officer)
    return {"actor": actor, "household": world.family, "reason": "家属要求删除", "now": world.now}


def test_an_erasure_reaches_proofs_and_details(world: World) -> None:
    _handed_over(world)
    row, _ = _keep(world)
    assert erase_scans_of(**_erasing(world)) == 2
    (told,) = erasures_of(world.family)
    assert (told.after, told.actor_id) == ({"scans_erased": 2}, world.officer.id)
    assert revision_views([told])[0].reason == "家属要求删除"
    assert Leaf.objects.filter(kind="REVISION", subject_id=told.id).exists()
    row.refresh_from_db()
    assert (row.file_key, row.erased_at) == ("", world.now)
    assert not default_storage.exists(row.path)
    assert ScanDetail.objects.count() == 0
    with pytest.raises(ProofMissing):
        shown_bytes(row)
    # A device that sends it again is told that it is known, and it is not kept again.
    with nothing_written():
        assert _keep(world) == (row, False)
    assert not default_storage.exists(row.path)


def test_what_is_shown_is_upright_bounded_and_without_place(world: World) -> None:
    image, exif = Image.new("RGB", (2_000, 100), "red"), Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    exif[0x010F] = "Example camera"
    exif.get_ifd(0x8825)[2] = (29.0, 50.0, 24.0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif.tobytes())
    assert b"Example camera" in buffer.getvalue()
    row, _ = _keep(world, buffer.getvalue())
    shown = Image.open(io.BytesIO(shown_bytes(row)))
    assert (shown.size, dict(shown.getexif())) == ((80, 1_600), {})
    assert "exif" not in shown.info


def test_a_file_in_the_place_of_another_is_not_shown(world: World) -> None:
    one, two = _keep(world)[0], _keep(world, photo(9, 9))[0]
    with default_storage.open(two.path) as file:
        other = file.read()
    default_storage.delete(one.path)
    default_storage.save(one.path, ContentFile(other))
    with pytest.raises(InvalidTag):
        shown_bytes(one)
    default_storage.delete(one.path)
    with pytest.raises(ProofMissing):
        shown_bytes(one)


def test_who_looks_says_why_and_stays_on_record(world: World) -> None:
    row, _ = _keep(world)
    officer = world.as_actor(world.officer)
    with nothing_written(), pytest.raises(ReasonMissing):
        look_at_proof(proof=row, actor=officer, reason=" 看 ", now=world.now)
    assert not has_said_why(proof=row, actor=officer, now=world.now)
    with nothing_written(), pytest.raises(ReasonTooLong):
        look_at_proof(proof=row, actor=officer, reason="看" * (REASON_LENGTH_MAX + 1), now=world.now)
    look_at_proof(proof=row, actor=officer, reason="核对签收", now=world.now)
    assert has_said_why(proof=row, actor=officer, now=world.now)
    assert not has_said_why(proof=row, actor=world.as_actor(world.approver), now=world.now)
    assert not has_said_why(proof=row, actor=officer, now=world.now + dt.timedelta(minutes=vault.LOOK_MINUTES))
    for statement in ("UPDATE households_proofview SET reason_commitment = 'x'", "DELETE FROM households_proofview"):
        with pytest.raises(Exception, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    look = ProofView.objects.get()
    assert reasons_of([look.id]) == {look.id: "核对签收"}
    # Why somebody looked goes with what they looked at.
    erase_bytes(proofs=[row], now=world.now)
    assert reasons_of([look.id]) == {} and ProofView.objects.get().reason_commitment == look.reason_commitment


def test_the_same_bytes_at_once_are_kept_once(committed_world: World) -> None:
    world, answers, before = committed_world, [], _files()

    def send() -> None:
        answers.append(_keep(world)[1])
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 5 + [True]
    row = KeptProof.objects.get()
    # What the slower ones wrote is gone again; other tests' files lie in the same folders.
    assert _files() - before == {row.path}
    assert Image.open(io.BytesIO(shown_bytes(row))).size == (8, 6)


def _files() -> set[str]:
    root = Path(default_storage.path(""))
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
