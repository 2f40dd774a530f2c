"""A person is erased: in every table and file, while the books, their proofs and their balances stand; for good."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from logistics.deliveries.proofs import keep_proof
from logistics.households.actions import MemberInput, record_household
from logistics.households.collectors import authorise_collector
from logistics.households.consents import record_member_consent
from logistics.households.erasure import erase_person, export_of, kept_of, listed_erasures
from logistics.households.guardians import note_guardian
from logistics.households.hardships import note_hardship
from logistics.households.models import Erasure, Household, Member, PermitFacts, ScanDetail
from logistics.households.photos import keep_household_photo
from logistics.households.proof_models import KeptProof
from logistics.journal.committed import texts_of
from logistics.journal.log import SealedLeaf, SignedCheckpoint
from logistics.journal.revisions import revisions_of
from logistics.journal.sealing import inclusion_proof, seal_leaves
from logistics.journal.verifying import verified_journal
from logistics.storage.erasures import ErasureCauseUnknown, ErasureTooEarly
from tests.cast import World
from tests.households.test_family_photos import _photo
from tests.looking import assert_books_close, nothing_written

LATER = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
NAME, NUMBER, ADDRESS, PHONE = "欧阳金丝雀", "11010519491231002X", "金丝雀巷七号", "13712345678"
GUARDIAN, EVIDENCE = "示例金丝雀舅", "金丝雀诊断书"


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of erasures lies beside the keys: here in a folder of the test's own."""
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def canary(world: World) -> Household:
    """A family of whom every room keeps something."""
    family = record_household(
        organisation=world.county,
        township="少云镇",
        division_code="990101001",
        head_name=NAME,
        address=ADDRESS,
        telephone=PHONE,
        members=[
            MemberInput(NAME, identity_number=NUMBER, telephone=PHONE, relation="户主"),
            MemberInput("金丝雀女童", "FEMALE", dt.date(2015, 5, 1), relation="孙女"),
        ],
        now=world.now,
    )
    child = family.members.get(is_head=False)
    actor = world.as_actor(world.officer)
    note_hardship(actor=actor, household=family, member=child, kind_code="ORPHAN", evidence=EVIDENCE, now=world.now)
    guardian = note_guardian(actor=actor, ward=child, name=GUARDIAN, telephone="13700000001", now=world.now)
    record_member_consent(
        actor=actor, member=child, scopes=["PROCESSING", "PHOTO"], guardian=guardian, note=EVIDENCE, now=world.now
    )
    keep_household_photo(actor=actor, household=family, data=_photo(), note=ADDRESS, now=world.now)
    authorise_collector(actor=actor, household=family, name="金丝雀邻居", relation="邻居", now=world.now)
    return family


def _served(world: World, family: Household) -> None:
    """A parcel was handed over with notes and a place."""
    mine, world.family = world.family, family
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    data = _photo(colour="green")
    sha256 = hashlib.sha256(data).hexdigest()
    keep_proof(actor=world.partner, sha256=sha256, data=data, now=world.now)
    detail = {"collector": "金丝雀邻居", "note": ADDRESS}
    world.record(world.scan(parcel, "HAND_OVER", detail=detail, proofs=(("PHOTO", sha256),)))
    world.family = mine


def _erase(world: World, family: Household, member: Member | None = None, cause: str = "ASKED") -> Erasure:
    actor = world.as_actor(world.officer)
    return erase_person(actor=actor, household=family, member=member, cause=cause, now=LATER)


def said_of(family: Household) -> str:
    """Say everything that any room keeps of a family, decrypted."""
    return json.dumps(export_of(family), ensure_ascii=False)


def test_everything_goes_and_the_books_stand(world: World) -> None:
    family = canary(world)
    _served(world, family)
    seal_leaves(now=LATER)
    before = SignedCheckpoint.objects.latest("size")
    leaves = list(SealedLeaf.objects.order_by("id").values_list("id", "hash"))
    sealed = SealedLeaf.objects.get(leaf__subject_id=revisions_of(family)[0].id)
    proof = inclusion_proof(leaf=sealed, checkpoint=before)
    for secret in (NAME, NUMBER, ADDRESS, PHONE[:3], GUARDIAN, EVIDENCE, "ORPHAN", "金丝雀邻居"):
        assert secret in said_of(family), secret
    photo = family.photos.get()
    row = _erase(world, family)
    assert row.counts["households.members"] == 2
    assert row.counts["households.photos"] == row.counts["deliveries.details"] == 1
    assert row.counts["journal.texts"] > 3
    for secret in ("金丝雀", NUMBER, PHONE, "ORPHAN"):
        assert secret not in said_of(family), secret
    family.refresh_from_db()
    assert (family.head_name, family.address, family.telephone, family.head_name_index) == ("", "", "", "")
    assert family.card_code is not None
    assert family.card_code.state == "REVOKED"
    assert not default_storage.exists(photo.path)
    assert texts_of(revisions_of(family).values_list("id", flat=True)) == {}
    assert not ScanDetail.objects.exists()
    (proof_row,) = KeptProof.objects.all()
    assert (proof_row.file_key, default_storage.exists(proof_row.path)) == ("", False)
    for member in family.members.all():
        assert (member.name, member.identity_number, member.born_on, member.surname_index) == ("", "", None, "")
    # Every leaf, root and checkpoint from before is what it was, and the whole journal verifies.
    seal_leaves(now=LATER)
    assert list(SealedLeaf.objects.order_by("id").values_list("id", "hash"))[: len(leaves)] == leaves
    assert SignedCheckpoint.objects.get(id=before.id).note == before.note
    assert inclusion_proof(leaf=sealed, checkpoint=before) == proof, "what was issued earlier is the same still"
    assert verified_journal(progress=lambda done, total: None)[0] is None
    assert_books_close()


def test_one_member_goes_and_the_others_stay(world: World) -> None:
    family = canary(world)
    head, child = family.members.get(is_head=True), family.members.get(is_head=False)
    _erase(world, family, child)
    family.refresh_from_db()
    head.refresh_from_db()
    assert (family.head_name, head.name, family.erased_at) == (NAME, NAME, None)
    text = said_of(family)
    assert ADDRESS in text
    for secret in ("金丝雀女童", GUARDIAN, "ORPHAN"):
        assert secret not in text, secret
    _erase(world, family, head)
    family.refresh_from_db()
    assert (family.head_name, family.telephone, family.address) == ("", "", ADDRESS)
    assert verified_journal(progress=lambda done, total: None)[0] is None


def test_it_is_shown_first_and_refused_while_something_is_open(world: World) -> None:
    family = canary(world)
    counts = {part.name: part.count for part in kept_of(family)}
    assert (counts["households.members"], counts["households.hardships"], counts["households.collectors"]) == (2, 1, 1)
    mine, world.family = world.family, family
    parcel = world.parcel()
    world.family = mine
    with nothing_written(), pytest.raises(ErasureTooEarly, match=parcel.code.text):
        _erase(world, family)
    with nothing_written(), pytest.raises(ErasureCauseUnknown):
        _erase(world, family, cause="金丝雀")


def test_the_second_time_nothing_more_goes(world: World) -> None:
    family = canary(world)
    _erase(world, family)
    again = _erase(world, family)
    assert set(again.counts.values()) == {0}


def test_permits_lose_what_they_were_judged_by_and_stand(world: World) -> None:
    from tests.households.test_households import _judge

    (permit,) = _judge(world, world.girl)
    assert permit is not None
    _erase(world, world.family)
    permit.refresh_from_db()
    assert len(permit.facts_sha256) == 64
    assert not PermitFacts.objects.exists()


def test_what_was_erased_is_erased_again_after_a_restore(world: World, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    family = canary(world)
    child = family.members.get(is_head=False)
    backup = transaction.savepoint()
    with django_capture_on_commit_callbacks(execute=True):
        _erase(world, family, child)
        _erase(world, family)
    assert [listed.member_id for listed in listed_erasures()] == [child.id, None]
    transaction.savepoint_rollback(backup)
    assert NAME in said_of(family), "the backup brought the family back"
    call_command("replay_erasures")
    assert "金丝雀" not in said_of(family)
    assert Erasure.objects.count() == 2
    with nothing_written():
        call_command("replay_erasures")
    text = Path(settings.DATA_KEYS).with_name("erasures.jsonl").read_text()
    assert "金丝雀" not in text
    assert len(text.splitlines()) == 2


@pytest.mark.django_db
def test_the_list_of_erasures_is_only_added_to(world: World) -> None:
    row = _erase(world, canary(world))
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        Erasure.objects.filter(id=row.id).update(cause="MISTAKE")
    assert connection.vendor in ("sqlite", "postgresql")
