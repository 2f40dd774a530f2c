"""PUT /proofs/{sha256}: what it answers to bytes, repeats, strangers and what is no picture."""

import hashlib
from typing import Any

import pytest

from logistics.households.proofs import PROOF_BYTES_MAX
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import nothing_written
from tests.papers import photo

DATA = photo(form="JPEG")
SHA = hashlib.sha256(DATA).hexdigest()


def _put(partner: Partner, data: bytes = DATA, sha256: str = "", kind: str = "image/jpeg") -> Any:
    path = f"/api/v1/proofs/{sha256 or hashlib.sha256(data).hexdigest()}"
    return partner.client.put(path, data=data, content_type=kind, headers={"Authorization": f"Bearer {partner.key}"})


def test_it_is_new_once_and_known_ever_after(partner: Partner, outsider: Partner) -> None:
    first, again, elsewhere = _put(partner), _put(partner), _put(outsider)
    assert [answer.status_code for answer in (first, again, elsewhere)] == [201, 200, 201]
    assert first.json() == again.json() == {"sha256": SHA, "size": len(DATA)}


@pytest.mark.parametrize(
    ("data", "sha256", "kind", "status", "code"),
    [
        (DATA, "0" * 64, "image/jpeg", 422, "proof_hash_differs"),
        (DATA, "no-hash", "image/jpeg", 422, "proof_hash_differs"),
        (b"hello", "", "image/png", 422, "proof_not_an_image"),
        (photo(5_001, 4_000), "", "image/png", 422, "photo_too_large"),
        (bytes(PROOF_BYTES_MAX + 1), "", "image/jpeg", 413, "body_too_large"),
        (DATA, "", "application/json", 415, "media_type_unsupported"),
        (b"<svg/>", "", "image/svg+xml", 415, "media_type_unsupported"),
    ],
    ids=["other", "no-hash", "no-picture", "pixels", "bytes", "json", "svg"],
)
def test_bad_bytes_are_refused(partner: Partner, data: bytes, sha256: str, kind: str, status: int, code: str) -> None:
    with nothing_written():
        answer = _put(partner, data, sha256, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_largest_body_is_read(partner: Partner) -> None:
    padded = DATA + bytes(PROOF_BYTES_MAX - len(DATA))
    assert _put(partner, padded).status_code == 201


def test_it_needs_the_scope_and_cannot_be_read_back(world: World, partner: Partner) -> None:
    reader = partner_of(world.county, "parcels:read", now=world.now)
    with nothing_written():
        assert _put(reader).status_code == 403
    _put(partner)
    assert partner.get(f"/proofs/{SHA}").status_code == 405


def test_a_scan_that_names_an_unknown_kind_is_malformed(world: World, partner: Partner) -> None:
    scan = {"scan_id": "0198f000-0000-7000-8000-000000000001", "code": world.parcel().code.text, "step": "HAND_OVER"}
    scan |= {"scanned_at": "2026-01-12T10:00:00+08:00", "sequence": 1, "proofs": [{"kind": "FACE", "sha256": SHA}]}
    (outcome,) = partner.post("/scans", {"scans": [scan]}).json()["outcomes"]
    assert (outcome["outcome"], outcome["facts"]["field"]) == ("MALFORMED", "proofs")
