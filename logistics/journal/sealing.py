"""The sequencer: numbers leaves after their commit, grows the tree and signs its root.

It runs outside the posting transaction, so that nobody who posts waits for it; a second sequencer waits for the
first. A number is only given to what has committed, so that no reader ever steps over a late one.
"""

import datetime as dt
import functools
import uuid
from collections.abc import Iterable, Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from logistics.journal.log import Leaf, SealedLeaf, SignedCheckpoint, TreeNode, UnsealedLeaf
from logistics.journal.vouchers import number_vouchers
from logistics.kernel.checkpoints import Checkpoint, proof_text, signed_note, verifier_key
from logistics.kernel.merkle import Node, consistency_parts, covering, folded, grown, inclusion_parts, leaf_hash
from logistics.kernel.refusals import Conflicting, Missing
from logistics.storage.ids import as_numbers, in_numbers
from logistics.storage.locks import wait_for_others
from logistics.storage.statements import run
from logistics.storage.transactions import action

LEAVES_PER_SEAL_MAX = 1_000
# The number of PostgreSQL's advisory lock; it means "the sequencer of this log".
SEQUENCER_LOCK = 0x6E75616E


class CheckpointMissing(Missing):
    code = "checkpoint_missing"
    zh = "没有大小为 {size} 的校验点。"
    en = "There is no checkpoint of size {size}."


class EntryNotSealed(Conflicting):
    code = "entry_not_sealed"
    zh = "这笔分录还没有编入校验点，请几秒后再试。"
    en = "This entry is not under a checkpoint yet; try again in a few seconds."


@action
def seal_leaves(*, now: dt.datetime, limit: int = LEAVES_PER_SEAL_MAX) -> int:
    """Number the leaves that wait, grow the tree and sign a checkpoint; returns how many were sealed."""
    wait_for_others(SEQUENCER_LOCK)
    waiting = list(UnsealedLeaf.objects.select_related("leaf").order_by("id")[:limit])
    if not waiting:
        return 0
    size = _size()
    sealed = _numbered([row.leaf for row in waiting], size)
    hashes = [leaf_hash(row.record) for row in sealed]
    for row, found in zip(sealed, hashes, strict=True):
        row.hash = found.hex()
    nodes = grown(_read(covering(0, size)), size, hashes)
    SealedLeaf.objects.bulk_create(sealed)
    TreeNode.objects.bulk_create(
        TreeNode(id=key_of(node), hash=found.hex()) for node, found in nodes.items() if node[0]
    )
    number_vouchers([row.leaf.subject_id for row in waiting if row.leaf.kind == "ENTRY"])
    UnsealedLeaf.objects.filter(id__in=[row.id for row in waiting]).delete()
    _sign(size + len(waiting), now)
    return len(waiting)


def is_sealed() -> bool:
    """Tell whether the log has its first checkpoint."""
    return SignedCheckpoint.objects.exists()


def latest_checkpoint() -> SignedCheckpoint:
    """Return the newest checkpoint. Refuses CheckpointMissing before the first."""
    found = SignedCheckpoint.objects.order_by("-size").first()
    if found is None:
        raise CheckpointMissing(size=0)
    return found


def get_checkpoint(*, size: int) -> SignedCheckpoint:
    """Return the checkpoint of a size. Refuses CheckpointMissing."""
    found = SignedCheckpoint.objects.filter(size=size).first()
    if found is None:
        raise CheckpointMissing(size=size)
    return found


def inclusion_proof(*, leaf: SealedLeaf, checkpoint: SignedCheckpoint) -> str:
    """Write the proof that a leaf is under a checkpoint (C2SP tlog-proof). Refuses EntryNotSealed."""
    if leaf.id >= checkpoint.size:
        raise EntryNotSealed
    return proof_text(leaf.id, _hashes(inclusion_parts(leaf.id, checkpoint.size)), checkpoint.note)


def consistency_proof(*, old: SignedCheckpoint, new: SignedCheckpoint) -> list[bytes]:
    """Return the hashes that prove that a newer log holds an older one unchanged (RFC 9162, 2.1.4)."""
    return _hashes(consistency_parts(old.size, new.size))


def proof_of_entry(entry_id: uuid.UUID) -> str:
    """Prove that an entry is under the newest checkpoint. Refuses EntryNotSealed."""
    found = SealedLeaf.objects.filter(leaf__kind="ENTRY", leaf__subject_id=entry_id).first()
    if found is None:
        raise EntryNotSealed
    return inclusion_proof(leaf=found, checkpoint=latest_checkpoint())


def public_key() -> bytes:
    """Return the log's public key."""
    return _private_key().public_key().public_bytes_raw()


def log_verifier_key() -> str:
    """Write the key with which anybody checks this log's checkpoints, in one line."""
    return verifier_key(settings.LOG_ORIGIN, public_key())


@functools.cache
def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.LOG_KEY))


def _sign(size: int, now: dt.datetime) -> None:
    root = folded(list(_read(covering(0, size)).values()))
    checkpoint = Checkpoint(settings.LOG_ORIGIN, size, root)
    note = signed_note(checkpoint, public_key(), _private_key().sign(checkpoint.body.encode()))
    SignedCheckpoint.objects.create(size=size, root=root.hex(), note=note, signed_at=now)


def _numbered(leaves: Sequence[Leaf], size: int) -> list[SealedLeaf]:
    """Give leaves their numbers, in the log and among those of their organisation."""
    last = {organisation: _last_own_number(organisation) for organisation in {leaf.organisation_id for leaf in leaves}}
    sealed = []
    for number, leaf in enumerate(leaves, start=size):
        last[leaf.organisation_id] += 1
        own = last[leaf.organisation_id]
        sealed.append(SealedLeaf(id=number, leaf=leaf, organisation_id=leaf.organisation_id, own_number=own))
    return sealed


def _last_own_number(organisation_id: uuid.UUID) -> int:
    rows = SealedLeaf.objects.filter(organisation_id=organisation_id).order_by("-own_number")
    return rows.values_list("own_number", flat=True).first() or 0


def _size() -> int:
    last = SealedLeaf.objects.order_by("-id").values_list("id", flat=True).first()
    return 0 if last is None else last + 1


def _hashes(parts: Sequence[Sequence[Node]]) -> list[bytes]:
    known = _read({node for part in parts for node in part})
    return [folded([known[node] for node in part]) for part in parts]


def _read(nodes: Iterable[Node]) -> Mapping[Node, bytes]:
    """Read the hashes of complete nodes, in the order given: leaves and inner nodes in one statement."""
    wanted = list(nodes)
    leaves = [node[1] for node in wanted if not node[0]]
    inner = [key_of(node) for node in wanted if node[0]]
    sql = (
        f"SELECT id << {TreeNode.LEVEL_BITS}, hash FROM journal_sealedleaf WHERE id {in_numbers()}"
        f" UNION ALL SELECT id, hash FROM journal_treenode WHERE id {in_numbers()}"
    )
    found: dict[int, str] = dict(run(sql, [as_numbers(leaves), as_numbers(inner)]))
    return {node: bytes.fromhex(found[key_of(node)]) for node in wanted}


def key_of(node: Node) -> int:
    """Return the id of a complete node's row."""
    return node[1] << TreeNode.LEVEL_BITS | node[0]
