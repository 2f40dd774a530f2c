"""Officers look at proofs: with a reason, on record, and nobody else does."""

import hashlib

import pytest
from django.utils import timezone

from logistics.deliveries.models import ScanProof
from logistics.deliveries.proofs import PROOFS_LATE_AFTER, keep_proof
from logistics.households.proof_models import ProofView
from logistics.households.reasons import reasons_of
from tests.cast import World
from tests.papers import photo
from tests.web.conftest import Visitor

DATA = photo()


@pytest.fixture
def address(world: World) -> str:
    """A delivered parcel with a photo that has arrived and a signature that has not."""
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    hashes = (("PHOTO", hashlib.sha256(DATA).hexdigest()), ("SIGNATURE", "b" * 64))
    world.record(world.scan(parcel, "HAND_OVER", proofs=hashes))
    keep_proof(actor=world.partner, sha256=hashes[0][1], data=DATA, now=world.now)
    return f"/parcels/{parcel.code.text}/proofs"


def test_they_are_listed_with_what_is_still_to_come(officer: Visitor, address: str) -> None:
    page = officer.get(address).content.decode()
    assert "还没有收到" in page
    assert f'href="{address}' in page
    assert address in officer.get(address.removesuffix("/proofs")).content.decode()


def test_a_picture_is_shown_after_a_reason_and_that_is_logged(world: World, officer: Visitor, address: str) -> None:
    one = f"{address}/{ScanProof.objects.get(kind='PHOTO').id}"
    assert officer.get(f"{one}.jpg").status_code == 302
    assert f'src="{one}.jpg"' not in officer.get(one).content.decode()
    officer.client.post(one, {"reason": "看"})
    assert ProofView.objects.count() == 0
    officer.client.post(one, {"reason": "家庭反映未收到"})
    look = ProofView.objects.get()
    assert (look.viewer_id, reasons_of([look.id])[look.id]) == (world.officer.id, "家庭反映未收到")
    assert f'src="{one}.jpg"' in officer.get(one).content.decode()
    picture = officer.get(f"{one}.jpg")
    assert (picture["Content-Type"], picture["Cache-Control"]) == ("image/jpeg", "no-store")
    assert picture.content.startswith(b"\xff\xd8")


def test_what_has_not_arrived_cannot_be_looked_at(officer: Visitor, address: str) -> None:
    assert officer.get(f"{address}/{ScanProof.objects.get(kind='SIGNATURE').id}").status_code == 404


@pytest.mark.parametrize("who", ["keeper", "courier", "stranger", "auditor"])
def test_others_find_nothing(who: str, world: World, address: str) -> None:
    visitor = Visitor(who)
    one = f"{address}/{ScanProof.objects.get(kind='PHOTO').id}"
    assert [visitor.get(path).status_code for path in (address, one, f"{one}.jpg")] == [404] * 3


def test_a_proof_of_another_parcel_is_not_found_there(world: World, officer: Visitor, address: str) -> None:
    other = world.parcel()
    one = ScanProof.objects.get(kind="PHOTO").id
    assert officer.get(f"/parcels/{other.code.text}/proofs/{one}").status_code == 404


def test_what_is_late_stands_on_the_officer_s_list(officer: Visitor, address: str) -> None:
    ScanProof.objects.update(received_at=timezone.now())
    assert address not in officer.get("/attention").content.decode()
    ScanProof.objects.update(received_at=timezone.now() - PROOFS_LATE_AFTER)
    page = officer.get("/attention").content.decode()
    assert page.count(f'href="{address}"') == 1
