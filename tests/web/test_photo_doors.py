"""Every door that takes a photo: what reaches the disk says nothing of where it was taken."""

import hashlib
import io
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from logistics.deliveries.proofs import keep_proof
from logistics.donations.bill_models import OfficialBillPhoto
from logistics.households.proof_models import KeptProof
from logistics.households.proofs import original_of
from logistics.storage import locked_files
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.press.returning import scan_of
from tests.replies.stage import card_of, delivered
from tests.storage.test_camera_notes import OWNER, PLACE, noisy
from tests.web.conftest import Visitor

ROOT = Path(__file__).parents[2]
# Who writes files, and what keeps a place out of them. Whoever is new here says so, and gets a door below.
WRITERS = {
    "logistics/storage/locked_files.py": "the lock itself",
    "logistics/storage/photos.py": "bills' photos, which bills.py strips",
    "logistics/donations/bills.py": "bills",
    "logistics/households/proofs.py": "proofs, visits, reply cards",
    "logistics/households/photos.py": "families, drawn anew",
    "logistics/press/returned_requests.py": "signed sheets",
    "logistics/press/imports/jobs.py": "tables of gifts, no photos",
    "logistics/press/imports/household_jobs.py": "tables of families, no photos",
}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Collect what is written, before it is locked."""
    found: list[bytes] = []
    lock, save = locked_files.AESGCM, type(default_storage._wrapped or default_storage).save  # type: ignore[attr-defined]

    class Watched:
        def __init__(self, key: bytes) -> None:
            self._lock = lock(key)

        def encrypt(self, nonce: bytes, data: bytes, name: bytes) -> bytes:
            found.append(data)
            return self._lock.encrypt(nonce, data, name)

        def decrypt(self, nonce: bytes, data: bytes, name: bytes) -> bytes:
            return self._lock.decrypt(nonce, data, name)

    def saved(self, name, content, *rest, **more):  # type: ignore[no-untyped-def]  # -- as the storage has it
        found.append(content.read())
        content.seek(0)
        return save(self, name, content, *rest, **more)

    monkeypatch.setattr(locked_files, "AESGCM", Watched)
    monkeypatch.setattr(type(default_storage._wrapped or default_storage), "save", saved)  # type: ignore[attr-defined]
    return found


def _upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", data, "image/jpeg")


def _put_proof(partner: Partner, data: bytes) -> int:
    path, headers = f"/api/v1/proofs/{hashlib.sha256(data).hexdigest()}", {"Authorization": f"Bearer {partner.key}"}
    return int(partner.client.put(path, data, content_type="image/jpeg", headers=headers).status_code)


def _bill(gift: object, **more: object) -> dict[str, object]:
    money = {"amount": 100_000, "currency": "CNY"}
    return {
        "code": "11010125",
        "number": "0000012345",
        "issued_on": "2026-01-12",
        "issuer": "示例",
        "money": money,
        **more,
    }


def test_no_door_lets_a_place_reach_the_disk(world: World, written: list[bytes]) -> None:
    partner, officer = partner_of(world.county, now=timezone.now()), Visitor("officer")
    data, family = noisy(), f"/households/{world.family.id}"
    sha256 = hashlib.sha256(data).hexdigest()
    # A proof of delivery, or a photo of a visit: one door for both, and the photo of a reply card by the API.
    assert _put_proof(partner, data) == 201
    parcel = delivered(world)
    assert partner.post("/reply-cards", {"code": card_of(world, parcel).text, "photo": sha256}).status_code == 201
    # A family's photo.
    headers = {"Authorization": f"Bearer {partner.key}", "Idempotency-Key": "photo"}
    sent = partner.client.post(f"/api/v1{family}/photos", data, content_type="image/jpeg", headers=headers)
    assert sent.status_code == 201
    assert officer.client.post(f"{family}/photos", {"photo": _upload(noisy(quality=60))}).status_code == 302
    # A reply, by whoever holds the card and by an officer.
    other = card_of(world, delivered(world)).text
    assert Visitor().send(f"/Q/{other}/reply", text="谢谢", photo=_upload(data)).status_code == 200
    code = delivered(world).code.text
    assert officer.send("/replies/new", code=code, text="谢谢", photo=_upload(data)).status_code == 302
    # A signed sheet: a photo, and a photo within a PDF.
    assert partner.post("/returned-sheets", raw=data, content_type="image/jpeg", key="a").status_code == 202
    pdf = scan_of([Image.open(io.BytesIO(noisy()))])
    marked = pdf.replace(b"\xff\xd8", data[: data.index(b"\xff\xdb")], 1)
    assert PLACE in marked
    assert partner.post("/returned-sheets", raw=marked, content_type="application/pdf", key="b").status_code == 202
    assert officer.send("/returned-sheets", sheets=_upload(data)).status_code == 302
    # An official bill, by the API and at a page.
    gift, second = world.give_money(), world.give_money()
    path = f"/donations/{gift.id}/official-bill"
    assert partner.post(path, _bill(gift, photo_sha256=sha256)).status_code == 201
    headers = {"Authorization": f"Bearer {partner.key}"}
    put = partner.client.put(f"/api/v1{path}/photo", data, content_type="image/jpeg", headers=headers)
    assert put.status_code == 200 and put.json()["has_photo"], put.content
    once = officer.get(f"/gifts/{second.id}").context["bill_form"]["once"].value()
    said = {"once": once, "code": "11010125", "number": "12346", "issued_on": "2026-01-12", "issuer": "示例"}
    said |= {"amount": "1000.00", "photo": _upload(noisy(quality=50))}
    page = officer.client.post(f"/gifts/{second.id}/bill/register", said, follow=True)
    assert OfficialBillPhoto.objects.count() == 2, page.content.decode()[-3000:]
    assert len(written) >= 10
    for kept in written:
        assert PLACE not in kept and OWNER.encode() not in kept and b"Exif" not in kept


def test_the_hash_that_a_scan_names_finds_what_is_kept(world: World) -> None:
    data = noisy()
    row, is_new = keep_proof(actor=world.partner, sha256=hashlib.sha256(data).hexdigest(), data=data, now=world.now)
    assert is_new and row.sha256 == hashlib.sha256(data).hexdigest()
    kept = original_of(row)
    assert row.kept_sha256 == hashlib.sha256(kept).hexdigest() and row.size_bytes == len(kept)
    again, is_new = keep_proof(actor=world.partner, sha256=row.sha256, data=data, now=world.now)
    assert (again.id, is_new, KeptProof.objects.count()) == (row.id, False, 1)


def test_whoever_writes_files_is_known_here() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ("logistics", "api", "labels")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\b(lock_away|keep_photo|default_storage\.save)\(", path.read_text(encoding="utf-8"))
    }
    assert found == set(WRITERS)
