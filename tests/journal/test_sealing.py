"""Sealing: numbers after the commit, roots that anybody can check, and faults that are found and named."""

import base64
import hashlib
import io
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from logistics.journal.actions import restrict_purse
from logistics.journal.log import Leaf, SealedLeaf, SignedCheckpoint, TreeNode, UnsealedLeaf
from logistics.journal.models import Account, JournalEntry, Purse
from logistics.journal.sealing import (
    CheckpointMissing,
    consistency_proof,
    get_checkpoint,
    latest_checkpoint,
    log_verifier_key,
    public_key,
    seal_leaves,
)
from logistics.journal.verifying import verified_journal
from logistics.kernel.merkle import is_consistent, is_included, leaf_hash
from logistics.parties.actions import register_donor
from tests.api.conftest import Partner, partner_of
from tests.books import fill_book
from tests.cast import World
from tests.databases import as_owner, drop_trigger, is_postgresql
from tests.journal.test_races import WRITERS, _at_once
from tests.looking import nothing_written


def _seal(world: World, **more: int) -> int:
    return seal_leaves(now=world.now, **more)


def _fault() -> str:
    fault, _ = verified_journal(progress=lambda done, total: None)
    return fault.code if fault else ""


def test_every_leaf_is_numbered_once_and_the_root_is_signed(world: World) -> None:
    world.walk(world.parcel())
    count = Leaf.objects.count()
    assert UnsealedLeaf.objects.count() == count
    assert _seal(world, limit=3) == 3
    assert _seal(world) == count - 3
    assert _seal(world) == 0
    assert list(SealedLeaf.objects.order_by("id").values_list("id", flat=True)) == list(range(count))
    assert list(SignedCheckpoint.objects.order_by("size").values_list("size", flat=True)) == [3, count]
    assert not UnsealedLeaf.objects.exists()
    assert _fault() == ""


def test_every_organisation_s_leaves_are_numbered_without_a_gap(world: World) -> None:
    register_donor(organisation=world.stranger_county, kind="PERSON", name="示例邻县捐赠人")
    world.walk(world.parcel())
    while _seal(world, limit=2):
        pass
    owners: dict[uuid.UUID, list[int]] = {}
    for row in SealedLeaf.objects.select_related("leaf").order_by("id"):
        assert row.organisation_id == row.leaf.organisation_id
        owners.setdefault(row.organisation_id, []).append(row.own_number)
    assert {world.county.id, world.stranger_county.id} <= owners.keys()
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in owners.values())


def test_a_leaf_cannot_be_given_to_another_organisation(world: World) -> None:
    world.give_money()
    _seal(world)
    row = SealedLeaf.objects.filter(organisation_id=world.county.id).order_by("id")[0]
    row.organisation_id = world.stranger_county.id
    assert leaf_hash(row.record).hex() != row.hash
    row.organisation_id, row.own_number = world.county.id, row.own_number + 1
    assert leaf_hash(row.record).hex() != row.hash


def test_whatever_entries_stand_on_is_sealed_too(world: World) -> None:
    fill_book(world)
    kinds = set(Leaf.objects.values_list("kind", flat=True))
    assert kinds >= {"ACCOUNTS", "PURSE", "RESTRICTION", "MONEY_LOT", "PERMITS", "ENTRY", "PERIOD", "SCAN"}
    # Restricting what is restricted already says nothing new.
    count = Leaf.objects.count()
    restrict_purse(purse_id=world.warm_fund.purse_id)
    assert Leaf.objects.count() == count
    _seal(world)
    assert _fault() == ""
    Purse.objects.filter(id=world.warm_fund.purse_id).update(organisation_id=world.province.id)
    assert _fault() == "fact_changed"


def test_a_checkpoint_is_checked_without_any_of_our_code(world: World) -> None:
    world.walk(world.parcel())
    _seal(world)
    name, key_id, encoded = log_verifier_key().split("+", 2)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])
    text, signature = latest_checkpoint().note.split("\n\n")
    raw = base64.b64decode(signature.split(" ")[2])
    assert raw[:4].hex() == key_id
    key.verify(raw[4:], f"{text}\n".encode())
    level = [hashlib.sha256(b"\x00" + row.record).digest() for row in SealedLeaf.objects.order_by("id")]
    assert text.split("\n") == [name, str(len(level)), base64.b64encode(_root(level)).decode()]


def _root(level: list[bytes]) -> bytes:
    if len(level) == 1:
        return level[0]
    half = 1 << ((len(level) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + _root(level[:half]) + _root(level[half:])).digest()


def test_a_newer_log_holds_the_older_one(world: World) -> None:
    for _ in range(3):
        world.walk(world.parcel())
        _seal(world)
    old, middle, new = SignedCheckpoint.objects.order_by("size")
    for first, second in ((old, middle), (old, new), (middle, new), (new, new)):
        proof = consistency_proof(old=first, new=second)
        roots = bytes.fromhex(first.root), bytes.fromhex(second.root)
        assert is_consistent(first.size, second.size, proof, *roots)
        assert first == second or not is_consistent(first.size, second.size, proof, roots[1], roots[0])


def test_before_the_first_checkpoint_there_is_none(world: World) -> None:
    for ask in (latest_checkpoint, lambda: get_checkpoint(size=7)):
        with pytest.raises(CheckpointMissing):
            ask()


def test_sequencers_at_once_number_each_leaf_once(committed_world: World) -> None:
    world = committed_world
    world.stock_kits(20)
    for parcel in world.plan(10):
        world.walk(parcel, "PACK")
    count = Leaf.objects.count()
    _at_once(lambda number: [_seal(world, limit=5) for _ in range(4)])
    while _seal(world):
        pass
    assert SealedLeaf.objects.count() == count
    assert _fault() == ""


def test_what_is_posted_while_it_seals_is_sealed_later(committed_world: World) -> None:
    world = committed_world

    def work(number: int) -> None:
        for _ in range(4):
            if number % 2:
                world.give_money(100)
            else:
                _seal(world, limit=3)

    before = Leaf.objects.count()
    _at_once(work)
    while _seal(world):
        pass
    # And the one lot that is the purse's money.
    assert SealedLeaf.objects.count() == Leaf.objects.count() == before + 1 + WRITERS // 2 * 4
    assert _fault() == ""


DAMAGE = {
    "leaf_changed": ("journal_leaf", "UPDATE journal_leaf SET data = {bytes} WHERE kind = 'SCAN'"),
    "entry_changed": ("journal_transfer", "UPDATE journal_transfer SET value_minor = value_minor + 1 WHERE is_origin"),
    "log_number_missing": ("journal_sealedleaf", "DELETE FROM journal_sealedleaf WHERE id = 2"),
    "fact_changed": ("journal_account", "UPDATE journal_account SET reference = 'D-OTHER' WHERE kind = 'DONOR'"),
    "fact_unlogged": ("journal_account", "INSERT"),
    "log_node_changed": ("journal_treenode", "UPDATE journal_treenode SET hash = '00' || substr(hash, 3)"),
    "voucher_wrong": ("journal_voucher", "UPDATE journal_voucher SET number = number + 100 WHERE number = 2"),
    "checkpoint_wrong": ("journal_checkpoint", "UPDATE journal_checkpoint SET root = '00' || substr(root, 3)"),
    "entry_unlogged": ("journal_entry", "INSERT"),
}


@pytest.mark.parametrize("code", DAMAGE)
def test_what_somebody_changed_behind_our_back_is_found_and_named(
    committed_world: World, committed_database: str, code: str
) -> None:
    world = committed_world
    world.walk(world.parcel())
    _seal(world)
    assert _fault() == ""
    table, statement = DAMAGE[code]
    if code == "fact_unlogged":
        Account.objects.create(kind="BANK", subject_id=uuid.uuid4(), organisation_id=world.county.id)
    elif statement == "INSERT":
        entry = JournalEntry.objects.all()[0]
        copy = {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}
        JournalEntry.objects.create(
            **{**copy, "id": uuid.uuid4(), "idempotency_key": "x", "reverses_id": None, "permit_id": None}
        )
    else:
        for verb in ("update", "delete"):
            as_owner(committed_database, drop_trigger(table, f"{table}_no_{verb}"))
        as_owner(committed_database, statement.format(bytes="'x'::bytea" if is_postgresql() else "x'00'"))
    assert _fault() == code
    with pytest.raises(CommandError):
        call_command("verify_journal", stdout=io.StringIO())


@pytest.mark.parametrize("table", ["journal_sealedleaf", "journal_treenode", "journal_checkpoint"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_log_never_changes(world: World, table: str, verb: str) -> None:
    world.walk(world.parcel())
    _seal(world)
    assert TreeNode.objects.exists()
    with nothing_written(), pytest.raises(Exception, match="append_only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(verb.format(table))


def test_the_log_is_read_by_anybody_and_proofs_by_whoever_may(world: World) -> None:
    partner, outsider = (partner_of(one, now=timezone.now()) for one in (world.county, world.stranger_county))
    anybody = Partner("").client
    assert anybody.get("/api/v1/checkpoints/latest").status_code == 404
    world.walk(world.parcel())
    entry = JournalEntry.objects.order_by("id")[2]
    unsealed = partner.get(f"/entries/{entry.id}/proof")
    assert (unsealed.status_code, unsealed.json()["code"]) == (409, "entry_not_sealed")
    call_command("seal_journal", stderr=io.StringIO())
    note = anybody.get("/api/v1/checkpoints/latest")
    assert note.headers["Content-Type"].startswith("text/plain")
    size = latest_checkpoint().size
    assert anybody.get(f"/api/v1/checkpoints/{size}").content == note.content
    assert anybody.get(f"/api/v1/checkpoints/{size + 1}").json()["code"] == "checkpoint_missing"
    proof = partner.get(f"/entries/{entry.id}/proof").content.decode()
    head, checkpoint = proof.split("\n\n", 1)
    version, index, *hashes = head.split("\n")
    assert version == "c2sp.org/tlog-proof@v1"
    assert checkpoint == note.content.decode()
    root = base64.b64decode(checkpoint.split("\n")[2])
    leaf = leaf_hash(SealedLeaf.objects.get(leaf__kind="ENTRY", leaf__subject_id=entry.id).record)
    found = [base64.b64decode(line) for line in hashes]
    assert is_included(leaf, int(index.removeprefix("index ")), size, found, root)
    assert outsider.get(f"/entries/{entry.id}/proof").status_code == 404
    without = partner_of(world.county, "stock:read", now=timezone.now())
    assert without.get(f"/entries/{entry.id}/proof").status_code == 403


def test_the_key_is_printed_for_whoever_checks(db: None) -> None:
    output = io.StringIO()
    call_command("seal_journal", key=True, stdout=output)
    assert output.getvalue().strip() == log_verifier_key()
    assert base64.b64encode(b"\x01" + public_key()).decode() in output.getvalue()


def test_verifying_says_how_much_it_has_seen(world: World) -> None:
    world.walk(world.parcel())
    _seal(world)
    output = io.StringIO()
    call_command("verify_journal", stdout=output)
    assert output.getvalue().startswith(f"{Leaf.objects.count()} leaves")
