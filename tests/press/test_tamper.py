"""The tamper suite: whatever is done behind the application's back, an auditor with a kept checkpoint finds it.

Each attack runs on the same sealed books, with every guard of the database taken away, and is rolled back. Afterwards
a bundle is made by honest code, and `verify.py` must name the first bad entry. `NUANLIU_TAMPER_ENTRIES` says how many
entries the books have besides one of every kind; `make soak` takes 10,000.
"""

import itertools
import os
import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, models

from logistics.deliveries.models import ScanEvent
from logistics.donations.actions import GiftInput, record_money_donations
from logistics.journal.log import Leaf, SealedLeaf, SignedCheckpoint, TreeNode, UnsealedLeaf, Voucher
from logistics.journal.models import (
    Account,
    FrozenBalance,
    JournalEntry,
    Lot,
    LotSource,
    Period,
    PeriodState,
    Permit,
    Purse,
    Transfer,
)
from logistics.journal.sealing import key_of, latest_checkpoint, public_key, seal_leaves
from logistics.journal.standing import said_again
from logistics.journal.verifying import verified_journal
from logistics.kernel.checkpoints import Checkpoint, read_note, signed_note
from logistics.kernel.merkle import covering, folded, grown, leaf_hash
from logistics.press.bundles import making
from logistics.press.bundles.log_files import CHECKPOINTS_MAX
from tests.books import fill_book, seal_all
from tests.cast import World, raise_curtain
from tests.databases import copy_of_template, owning
from tests.press.bundles import Verdict, bundle_of, judged
from tests.press.planting import PLANTED
from tests.press.tampering import another, behind_our_back, execute, put, sealed_models, take_away

ENTRIES = int(os.environ.get("NUANLIU_TAMPER_ENTRIES", "160"))
LONG, GIFTS_PER_CALL = 1_000, 500
CHANCE = random.Random(20261128)
TABLES = {model._meta.db_table: model for model in sealed_models()}

# Columns that say nothing in a bundle, each with its reason: tampering with one leaves the bundle as it was, byte for
# byte. Those under `verify_journal` are found by the installation's own check.
NAMES_NOTHING = {
    ("journal_transfer", "id"): "names the row alone; entry and position are its key",
    ("journal_lotsource", "id"): "names the row alone",
    ("journal_frozenbalance", "id"): "names the row alone",
    ("journal_voucher", "id"): "names the row alone",
    ("journal_checkpoint", "id"): "names the row alone",
    ("journal_checkpoint", "signed_at"): "a time that nobody signed; it chooses nothing where a moment was asked for",
    ("journal_balance", "id"): "names the row alone",
    ("journal_balance", "version"): "counts writers, not units",
    ("journal_unsealedleaf", "id"): "the place in the queue of what is not sealed yet",
    ("journal_committedtext", "id"): "names the row alone",
    ("journal_committedtext", "salt"): "erasable; its commitment is sealed",
    ("journal_committedtext", "owner_id"): "erasable; its commitment is sealed",
    ("journal_committedtext", "field"): "erasable; its commitment is sealed",
}
FOUND_AT_HOME = {
    ("journal_leaf", "data"): "the bundle says the fact again from its rows and never reads what was kept",
    ("journal_leaf", "organisation_id"): "the number in the log names the owner itself, and is hashed with it",
    ("journal_checkpoint", "root"): "the bundle carries the signed note alone",
    ("journal_treenode", "hash"): "verify.py grows its own tree",
    ("journal_treenode", "id"): "verify.py grows its own tree",
    ("journal_balance", "account_id"): "verify.py counts its own balances",
    ("journal_balance", "lot_id"): "verify.py counts its own balances",
    ("journal_balance", "quantity"): "verify.py counts its own balances",
    ("journal_balance", "value_minor"): "verify.py counts its own balances",
    ("journal_balance", "spans"): "verify.py counts its own balances",
    ("journal_balance", "low"): "verify.py counts its own balances",
    ("journal_balance", "high"): "verify.py counts its own balances",
    ("journal_committedtext", "text"): "erasable; its commitment is sealed",
}
# Of many checkpoints a bundle carries some, and under a wrong size one is left out; the others prove the same log.
LEFT_OUT = {("journal_checkpoint", "size"), ("journal_checkpoint", "note")}


@dataclass
class Stage:
    """Sealed books, the folder for bundles, the checkpoint that the auditor kept, and the sound bundle."""

    world: World
    folder: Path
    kept: Path
    sound: bytes = b""

    def bundle(self) -> Path:
        """Make a bundle as an honest program does, after whatever happened."""
        world = self.world
        return bundle_of(world, self.folder, organisation=world.province, known_at=world.now.replace(year=2027))

    def verdict(self) -> Verdict:
        """Let the auditor judge the books as they stand now."""
        return judged(self.bundle(), "--checkpoint", str(self.kept))


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The same books for every attack, in a database of their own, with the connection of its owner."""
    folder = tmp_path_factory.mktemp("bundles")
    patch = pytest.MonkeyPatch()
    # What people read of the journal is compared line by line; the other ledgers are views and take the longest.
    files = [*making.LOG_FILES, *(file for file in making.PEOPLE_FILES if file.name == "journal.csv")]
    patch.setattr(making, "files_of", lambda bundle: files)
    with django_db_blocker.unblock(), copy_of_template() as url:
        world = raise_curtain()
        fill_book(world)
        _give(world, ENTRIES)
        seal_all(world, limit=50)
        with owning(url):
            kept = folder / "kept.txt"
            kept.write_text(latest_checkpoint().note, encoding="utf-8")
            made = Stage(world, folder, kept)
            made.sound = made.bundle().read_bytes()
            assert made.verdict().code == 0, made.verdict().words
            yield made
    patch.undo()


def _give(world: World, count: int) -> None:
    for start in range(0, count, GIFTS_PER_CALL):
        numbers = range(start, min(start + GIFTS_PER_CALL, count))
        gifts = [GiftInput(world.donor, 100 + number % 7, world.now, f"tamper-{number}") for number in numbers]
        record_money_donations(
            actor=world.partner, programme=world.spring, fund=world.girls_fund, gifts=gifts, now=world.now
        )


def _rows(model: type[models.Model], *, is_column: bool = False) -> list[models.Model]:
    """Choose rows of a table: one in the middle, and in long books the first and the last as well.

    For one column of long books it is a row at random: a table's columns reach many of its rows.
    """
    rows = model._default_manager.order_by("pk")
    if model is Period:
        rows = rows.filter(state=PeriodState.CLOSED)
    count = rows.count()
    if not count or ENTRIES < LONG:
        return [rows[count // 2]] if count else []
    places = {CHANCE.randrange(count)} if is_column else {0, count // 2, count - 1}
    return [rows[place] for place in sorted(places)]


def _line_of(row: models.Model) -> int:
    """Say at which line of the log the fact stands that says this row; 0 where it is not one line."""
    subject: uuid.UUID | None = None
    if isinstance(row, JournalEntry | ScanEvent | Purse | Period):
        subject = row.pk
    elif isinstance(row, Transfer):
        subject = row.entry_id
    elif isinstance(row, Lot):
        subject = row.origin_id if row.item_id else row.pk
    elif isinstance(row, LotSource):
        subject = row.made.origin_id
    elif isinstance(row, FrozenBalance):
        subject = row.period_id
    elif isinstance(row, Account | Permit):
        wanted = f'"id":"{row.pk}"'.encode()
        kind = "ACCOUNTS" if isinstance(row, Account) else "PERMITS"
        leaf = next(leaf for leaf in Leaf.objects.filter(kind=kind) if wanted in bytes(leaf.data))
        return SealedLeaf.objects.get(leaf=leaf).id + 1
    found = SealedLeaf.objects.filter(leaf__subject_id=subject).order_by("id").first() if subject else None
    return found.id + 1 if found else 0


@pytest.mark.parametrize("table", sorted(TABLES))
def test_each_column_of_each_table_is_bound(stage: Stage, table: str) -> None:
    model, missed, tried = TABLES[table], [], 0
    for field in model._meta.concrete_fields:
        for row in _rows(model, is_column=True):
            line, tried = _line_of(row), tried + 1
            with behind_our_back():
                put(row, **{field.attname: another(field, getattr(row, field.attname))})
                missed += _missed(stage, (table, field.attname), line)
    assert missed == []
    assert tried or table in ("journal_unsealedleaf", "journal_balance"), "a table without rows proves nothing"


def _missed(stage: Stage, column: tuple[str, str], line: int) -> list[str]:
    """Say what the auditor should have found and did not."""
    name = ".".join(column)
    if column in NAMES_NOTHING or column in FOUND_AT_HOME:
        if stage.bundle().read_bytes() != stage.sound:
            return [f"{name}: changes the bundle"]
        fault, _ = verified_journal(progress=lambda done, total: None)
        return [f"{name}: unknown to verify_journal"] if column in FOUND_AT_HOME and fault is None else []
    verdict = stage.verdict()
    if column in LEFT_OUT and verdict.code == 0:
        fault, _ = verified_journal(progress=lambda done, total: None)
        return [f"{name}: unknown to verify_journal"] if fault is None else []
    if verdict.code != 1:
        return [f"{name}: not found ({verdict.words.strip()})"]
    if line and column != ("journal_purse", "is_restricted") and not verdict.words.startswith(f"leaves.jsonl:{line}:"):
        return [f"{name}: line {line} is not named but {verdict.words.strip()}"]
    return []


# What a bundle does not carry, or may be erased: of the queue nothing is sealed yet.
NOT_CARRIED = {"journal_balance", "journal_treenode", "journal_committedtext", "journal_unsealedleaf"}


@pytest.mark.parametrize("table", sorted(set(TABLES) - NOT_CARRIED))
def test_a_row_that_was_taken_away_is_found(stage: Stage, table: str) -> None:
    for row in _rows(TABLES[table]):
        if table == "journal_checkpoint" and row.pk != latest_checkpoint().pk:
            continue
        line = _line_of(row)
        with behind_our_back():
            take_away(row)
            verdict = stage.verdict()
        assert verdict.code == 1, f"{table}: {verdict.words}"
        assert not line or verdict.words.startswith(f"leaves.jsonl:{line}:"), f"{line}: {verdict.words}"


@pytest.mark.parametrize("what", PLANTED)
def test_a_row_that_was_put_in_is_found(stage: Stage, what: str) -> None:
    with behind_our_back():
        PLANTED[what]()
        verdict = stage.verdict()
    assert verdict.code == 1, verdict.words


SWAPS = [
    (JournalEntry, ("occurred_at", "booked_on", "evidence_sha256", "actor_id"), {}),
    (Transfer, ("start", "stop", "value_minor", "lot_id"), {"is_origin": False}),
    (Account, ("reference",), {}),
    (ScanEvent, ("step", "scanned_at", "sequence"), {}),
    (Voucher, ("entry_id",), {}),
    (SealedLeaf, ("leaf_id",), {}),
    (SealedLeaf, ("hash",), {}),
]


@pytest.mark.parametrize(("model", "columns", "only"), SWAPS)
def test_two_rows_that_changed_places_are_found(
    stage: Stage, model: type[models.Model], columns: tuple[str, ...], only: dict[str, object]
) -> None:
    rows = list(model._default_manager.filter(**only).order_by("pk")[:40])
    first = rows[2]
    second = next(row for row in rows[3:] if _values(row, columns) != _values(first, columns))
    line = min(filter(None, (_line_of(first), _line_of(second))), default=0)
    with behind_our_back():
        ours, theirs = _values(first, columns), _values(second, columns)
        # A unique key lets two rows pass each other only by way of a third value.
        if model in (Voucher, SealedLeaf) and columns != ("hash",):
            put(first, **dict.fromkeys(columns, uuid.uuid4()))
        put(second, **ours)
        put(first, **theirs)
        verdict = stage.verdict()
    assert verdict.code == 1, verdict.words
    assert not line or verdict.words.startswith(f"leaves.jsonl:{line}:"), verdict.words


def _values(row: models.Model, columns: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(row, name) for name in columns}


def test_leaves_in_another_order_are_found_even_if_the_tree_is_grown_again(stage: Stage) -> None:
    with behind_our_back():
        pairs = itertools.pairwise(SealedLeaf.objects.order_by("id"))
        first, second = next(pair for pair in pairs if pair[0].organisation_id == pair[1].organisation_id)
        last = SealedLeaf.objects.count()
        put(first, id=last + 1)
        put(second, id=first.id)
        execute("UPDATE journal_sealedleaf SET id = %s WHERE id = %s", [first.id + 1, last + 1])
        _grow_again()
        verdict = stage.verdict()
    assert verdict.code == 1
    assert verdict.words.startswith(f"leaves.jsonl:{first.id + 1}:"), verdict.words


def _grow_again() -> None:
    """Say every leaf again, hash it and grow the tree: all that can be done without the key."""
    leaves = list(SealedLeaf.objects.select_related("leaf").order_by("id"))
    again = said_again([row.leaf for row in leaves])
    hashes = []
    for row in leaves:
        if row.leaf_id in again:
            put(row.leaf, data=again[row.leaf_id].data)
            row.leaf.data = again[row.leaf_id].data
        hashes.append(leaf_hash(row.record))
        put(row, hash=hashes[-1].hex())
    nodes = grown({}, 0, hashes)
    for node, found in nodes.items():
        if node[0]:
            put(TreeNode(id=key_of(node)), hash=found.hex())
    for checkpoint in SignedCheckpoint.objects.all():
        root = folded([nodes[node] for node in covering(0, checkpoint.size)])
        put(checkpoint, root=root.hex())


def test_an_amount_that_was_changed_with_its_leaf_and_its_tree_is_narrowed_down(stage: Stage) -> None:
    row = Transfer.objects.filter(is_origin=True, lot__item_id=None).order_by("entry")[3]
    line = _line_of(row)
    with behind_our_back():
        put(row, stop=row.stop + 1, value_minor=row.value_minor + 1)
        _grow_again()
        verdict = stage.verdict()
    assert (verdict.code, verdict.fault) == (1, "log_rewritten")
    low, high = map(int, re.findall(r"(\d+) < n <= (\d+)", verdict.words)[0])
    # Of the checkpoints, one every fifty leaves, a bundle carries so many.
    every = -(-SignedCheckpoint.objects.count() // CHECKPOINTS_MAX)
    assert low < line <= high <= low + 50 * every


@pytest.mark.parametrize("signer", ["nobody", "another key"])
def test_a_tree_that_was_grown_again_cannot_be_signed_without_the_key(stage: Stage, signer: str) -> None:
    with behind_our_back():
        put(JournalEntry.objects.order_by("id")[2], evidence_sha256="f" * 64)
        _grow_again()
        for row in SignedCheckpoint.objects.all():
            told, signature = read_note(row.note, public_key())
            forged = Checkpoint(told.origin, told.size, bytes.fromhex(row.root))
            if signer == "another key":
                signature = Ed25519PrivateKey.generate().sign(forged.body.encode())
            put(row, note=signed_note(forged, public_key(), signature))
        verdict = stage.verdict()
    assert (verdict.code, verdict.fault) == (1, "signature_wrong")


def test_books_that_were_rolled_back_are_found_by_the_kept_checkpoint(stage: Stage) -> None:
    with behind_our_back():
        _roll_back(stage)
        verdict = stage.verdict()
    assert (verdict.code, verdict.fault) == (1, "log_rolled_back")


def test_books_that_were_rolled_back_and_written_anew_are_found_too(stage: Stage) -> None:
    size = latest_checkpoint().size
    with behind_our_back():
        _roll_back(stage)
        while SealedLeaf.objects.count() <= size:
            stage.world.give_money(1_700)
            while seal_leaves(now=stage.world.now):
                pass
        verdict = stage.verdict()
        assert judged(stage.bundle()).code == 0, "without a kept checkpoint the other story holds"
    assert (verdict.code, verdict.fault) == (1, "log_rewritten")


def _roll_back(stage: Stage) -> None:
    """Bring the books to where they were some checkpoints ago, as an older copy of the database would."""
    older = SignedCheckpoint.objects.order_by("-size")[2]
    gone = SealedLeaf.objects.filter(id__gte=older.size)
    leaves = list(Leaf.objects.filter(sealed__in=gone))
    entries = JournalEntry.objects.filter(id__in=[leaf.subject_id for leaf in leaves if leaf.kind == "ENTRY"])
    scans = [leaf.subject_id for leaf in leaves if leaf.kind == "SCAN"]
    for rows in (
        Voucher.objects.filter(entry__in=entries),
        Transfer.objects.filter(entry__in=entries),
        ScanEvent.objects.filter(id__in=scans),
        SignedCheckpoint.objects.filter(size__gt=older.size),
        TreeNode.objects.filter(id__in=[row.id for row in TreeNode.objects.all() if _reaches(row, older.size)]),
    ):
        rows._raw_delete(rows.db)  # type: ignore[attr-defined] -- as the database does it, without Django's care
    ids = [row.pk for row in entries]
    for model, key in ((SealedLeaf, "leaf_id"), (UnsealedLeaf, "leaf_id"), (Leaf, "id")):
        for leaf in leaves:
            execute(f"DELETE FROM {model._meta.db_table} WHERE {key} = %s", [_stored(leaf.pk)])
    for entry_id in ids:
        execute("DELETE FROM journal_entry WHERE id = %s", [_stored(entry_id)])


def _reaches(node: TreeNode, size: int) -> bool:
    level, place = node.id & (1 << TreeNode.LEVEL_BITS) - 1, node.id >> TreeNode.LEVEL_BITS
    return (place + 1) << level > size


def _stored(value: uuid.UUID) -> object:
    return JournalEntry._meta.pk.get_db_prep_save(value, connection)


def test_changes_anywhere_in_long_books_are_named(stage: Stage) -> None:
    chance = random.Random(2026)
    entries = list(JournalEntry.objects.order_by("id").values_list("id", flat=True))
    for entry_id in chance.sample(entries, 8):
        entry = JournalEntry.objects.get(id=entry_id)
        line = _line_of(entry)
        with behind_our_back():
            put(entry.transfers.all()[0], value_minor=entry.transfers.all()[0].value_minor + 1)
            verdict = stage.verdict()
        assert verdict.words.startswith(f"leaves.jsonl:{line}:"), verdict.words
        assert str(entry_id) in verdict.words
