"""Check the log: rows against leaves, leaves against roots, roots against signatures; then the sums of the books."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from logistics.journal.log import Leaf, SealedLeaf, SignedCheckpoint, TreeNode, UnsealedLeaf
from logistics.journal.postings import LeafData
from logistics.journal.recounting import check_that_the_books_add_up, check_that_the_rules_stand
from logistics.journal.sealing import key_of, public_key
from logistics.journal.standing import LEAVES_PER_CHUNK, SEALED, said_again, unlogged_facts
from logistics.journal.verifying_history import require_history, require_revision
from logistics.journal.vouchers import VoucherNumbers
from logistics.kernel.checkpoints import read_note
from logistics.kernel.merkle import Node, covering, folded, grown, leaf_hash
from logistics.kernel.refusals import Conflicting, Refusal
from logistics.storage.transactions import snapshot


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


class FactChanged(Conflicting):
    code = "fact_changed"
    zh = "{kind} {fact}（日志第 {number} 条）与账中的行不符。"
    en = "{kind} {fact} (leaf {number}) does not match its rows in the books."


class FactUnlogged(Conflicting):
    code = "fact_unlogged"
    zh = "{kind} {fact} 不在日志中。"
    en = "{kind} {fact} is not in the log."


class LogNodeChanged(Conflicting):
    code = "log_node_changed"
    zh = "日志第 {number} 条之上的树节点与其叶子不符。"
    en = "A node of the tree above leaf {number} does not match its leaves."


class EntryUnlogged(Conflicting):
    code = "entry_unlogged"
    zh = "分录 {entry} 不在日志中。"
    en = "Entry {entry} is not in the log."


def verified_journal(*, progress: Callable[[int, int], None]) -> tuple[Refusal | None, int]:
    """Check everything in the order of the log; returns (the first fault or None, leaves checked)."""
    with snapshot():
        return _verified(progress)


def _verified(progress: Callable[[int, int], None]) -> tuple[Refusal | None, int]:
    total, checked = SealedLeaf.objects.count(), 0
    roots = {row.size: row for row in SignedCheckpoint.objects.order_by("size")}
    known: dict[Node, bytes] = {}
    numbers = VoucherNumbers()
    try:
        for chunk in _sealed():
            again, nodes = said_again([row.leaf for row in chunk]), _nodes_over(chunk)
            for row in chunk:
                if row.id != checked:
                    raise LogNumberMissing(number=checked)
                made = grown(known, checked, [_checked_hash(row, again)])
                _check_nodes(made, nodes, checked)
                known = _frontier({**known, **made}, checked + 1)
                checked += 1
                if checked in roots:
                    _check_root(roots.pop(checked), folded([known[node] for node in covering(0, checked)]))
                progress(checked, total)
            numbers.check([row.leaf.subject_id for row in chunk if row.leaf.kind == "ENTRY"])
        if roots:
            raise CheckpointWrong(size=min(roots))
        numbers.check_that_no_other_stands()
        _check_that_nothing_is_unlogged()
        require_history()
        check_that_the_books_add_up()
        check_that_the_rules_stand()
    except Refusal as fault:
        return fault, checked
    return None, checked


def _sealed() -> Iterator[list[SealedLeaf]]:
    last = -1
    while chunk := list(
        SealedLeaf.objects.filter(id__gt=last).select_related("leaf").order_by("id")[:LEAVES_PER_CHUNK]
    ):
        yield chunk
        last = chunk[-1].id


def _checked_hash(row: SealedLeaf, again: Mapping[uuid.UUID, LeafData]) -> bytes:
    found, leaf = leaf_hash(row.record), row.leaf
    if found.hex() != row.hash or leaf.organisation_id != row.organisation_id:
        raise LeafChanged(number=row.id)
    if leaf.kind == "REVISION":
        require_revision(leaf, row.id)
    if leaf.kind in SEALED:
        said = again.get(leaf.id)
        if said is None or (said.data, said.organisation_id) != (bytes(leaf.data), row.organisation_id):
            raise _changed(leaf, row.id)
    return found


def _changed(leaf: Leaf, number: int) -> Refusal:
    if leaf.kind == "ENTRY":
        return EntryChanged(entry=str(leaf.subject_id), number=number)
    return FactChanged(kind=leaf.kind, fact=str(leaf.subject_id), number=number)


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


def _nodes_over(chunk: Sequence[SealedLeaf]) -> dict[int, str]:
    """Read the kept nodes that these leaves complete: those whose last leaf is among them."""
    wanted = [key_of((level, last.id >> level)) for last in chunk for level in range(1, _trailing_ones(last.id) + 1)]
    return dict(TreeNode.objects.filter(id__in=wanted).values_list("id", "hash"))


def _trailing_ones(number: int) -> int:
    return (~number & (number + 1)).bit_length() - 1


def _check_nodes(made: Mapping[Node, bytes], kept: Mapping[int, str], number: int) -> None:
    for node, found in made.items():
        if node[0] and kept.get(key_of(node)) != found.hex():
            raise LogNodeChanged(number=number)


def _check_that_nothing_is_unlogged() -> None:
    for fact in unlogged_facts():
        if fact.kind == "ENTRY":
            raise EntryUnlogged(entry=str(fact.subject_id))
        # `require_history` names those of master data.
        if fact.kind != "REVISION":
            raise FactUnlogged(kind=fact.kind, fact=str(fact.subject_id))
    forgotten = Leaf.objects.filter(sealed=None).exclude(id__in=UnsealedLeaf.objects.values("leaf")).first()
    if forgotten is not None:
        raise FactUnlogged(kind=forgotten.kind, fact=str(forgotten.subject_id))
