"""Check the log: rows against leaves, leaves against roots, roots against signatures."""

from collections.abc import Callable, Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from logistics.journal.leaves import leaf_of_entry
from logistics.journal.log import Leaf, SealedLeaf, SignedCheckpoint
from logistics.journal.models import JournalEntry, Lot
from logistics.journal.postings import Movement, NewLot, Piece, Posting, Source, side_of
from logistics.journal.sealing import public_key
from logistics.journal.verifying_history import require_history, require_revision
from logistics.kernel.checkpoints import read_note
from logistics.kernel.merkle import Node, covering, folded, grown, leaf_hash
from logistics.kernel.refusals import Conflicting, Refusal

LEAVES_PER_CHUNK = 500


class LogNumberMissing(Conflicting):
    code = "log_number_missing"
    zh = "日志缺少第 {number} 条。"
    en = "Leaf {number} is missing from the log."


class LeafChanged(Conflicting):
    code = "leaf_changed"
    zh = "日志第 {number} 条与其哈希不符。"
    en = "Leaf {number} of the log does not match its hash."


class EntryChanged(Conflicting):
    code = "entry_changed"
    zh = "分录 {entry}（日志第 {number} 条）与账中的行不符。"
    en = "Entry {entry} (leaf {number}) does not match its rows in the books."


class CheckpointWrong(Conflicting):
    code = "checkpoint_wrong"
    zh = "大小为 {size} 的校验点与日志或签名不符。"
    en = "The checkpoint of size {size} does not match the log or its signature."


class EntryUnlogged(Conflicting):
    code = "entry_unlogged"
    zh = "分录 {entry} 不在日志中。"
    en = "Entry {entry} is not in the log."


def verified_journal(*, progress: Callable[[int, int], None]) -> tuple[Refusal | None, int]:
    """Check everything in the order of the log; returns (the first fault or None, leaves checked)."""
    total, checked = SealedLeaf.objects.count(), 0
    roots = {row.size: row for row in SignedCheckpoint.objects.order_by("size")}
    known: dict[Node, bytes] = {}
    try:
        for row in _sealed():
            if row.id != checked:
                raise LogNumberMissing(number=checked)
            found = _checked_hash(row)
            known = _frontier({**known, **grown(known, checked, [found])}, checked + 1)
            checked += 1
            if checked in roots:
                _check_root(roots.pop(checked), folded([known[node] for node in covering(0, checked)]))
            progress(checked, total)
        if roots:
            raise CheckpointWrong(size=min(roots))
        _check_that_nothing_is_unlogged()
        require_history()
    except Refusal as fault:
        return fault, checked
    return None, checked


def leaf_of_standing_entry(entry: JournalEntry) -> bytes:
    """Say an entry again from the rows that stand in the books now."""
    transfers = list(entry.transfers.select_related("credit", "debit").order_by("position"))
    lots = {lot.id: lot for lot in entry.lots_made.filter(item_id__isnull=False)}
    births = [row for row in transfers if row.is_origin and row.lot_id in lots]
    movements = tuple(
        Movement(Piece(row.lot_id, row.start, row.stop, row.value_minor), side_of(row.credit), side_of(row.debit))
        for row in transfers
        if row not in births
    )
    made = tuple(
        _lot_again(
            lots[row.lot_id],
            Movement(Piece(row.lot_id, 0, row.stop, row.value_minor), side_of(row.credit), side_of(row.debit)),
        )
        for row in births
    )
    posting = Posting(
        kind=entry.kind,
        organisation_id=entry.organisation_id,
        idempotency_key=entry.idempotency_key,
        occurred_at=entry.occurred_at,
        movements=movements,
        new_lots=made,
    )
    return leaf_of_entry(entry, posting).data


def _lot_again(lot: Lot, birth: Movement) -> NewLot:
    assert lot.item_id is not None
    return NewLot(
        lot_id=lot.id,
        purse_id=lot.purse_id,
        item_id=lot.item_id,
        currency=lot.currency,
        quantity=lot.quantity or 0,
        value_minor=lot.value_minor or 0,
        basis=lot.basis,
        credit=birth.credit,
        debit=birth.debit,
        expires_on=lot.expires_on,
        batch=lot.batch,
        sources=tuple(
            Source(Piece(row.source_id, row.start, row.stop, row.value_minor), row.made_start, row.made_stop)
            for row in lot.sources.order_by("id")
        ),
    )


def _sealed() -> Iterator[SealedLeaf]:
    last = -1
    while chunk := list(
        SealedLeaf.objects.filter(id__gt=last).select_related("leaf").order_by("id")[:LEAVES_PER_CHUNK]
    ):
        yield from chunk
        last = chunk[-1].id


def _checked_hash(row: SealedLeaf) -> bytes:
    found = leaf_hash(bytes(row.leaf.data))
    if found.hex() != row.hash:
        raise LeafChanged(number=row.id)
    if row.leaf.kind == "ENTRY":
        entry = JournalEntry.objects.filter(id=row.leaf.subject_id).first()
        if entry is None or leaf_of_standing_entry(entry) != bytes(row.leaf.data):
            raise EntryChanged(entry=str(row.leaf.subject_id), number=row.id)
    if row.leaf.kind == "REVISION":
        require_revision(row.leaf, row.id)
    return found


def _frontier(nodes: dict[Node, bytes], size: int) -> dict[Node, bytes]:
    return {node: nodes[node] for node in covering(0, size)}


def _check_root(checkpoint: SignedCheckpoint, root: bytes) -> None:
    try:
        told, signature = read_note(checkpoint.note, public_key())
        Ed25519PublicKey.from_public_bytes(public_key()).verify(signature, told.body.encode())
    except (ValueError, InvalidSignature):
        raise CheckpointWrong(size=checkpoint.size) from None
    if (told.size, told.root, checkpoint.root) != (checkpoint.size, root, root.hex()):
        raise CheckpointWrong(size=checkpoint.size)


def _check_that_nothing_is_unlogged() -> None:
    logged = Leaf.objects.filter(kind="ENTRY").values("subject_id")
    found = JournalEntry.objects.exclude(id__in=logged).order_by("id").first()
    if found is not None:
        raise EntryUnlogged(entry=str(found.id))
