"""Others agree with our log: pymerkle on the tree, a checker that knows no issuing code on its papers."""

import base64
import hashlib
import itertools
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from pymerkle.proof import InclusionProof, InvalidProof

from logistics.journal.log import SealedLeaf, SignedCheckpoint
from logistics.journal.sealing import (
    consistency_proof,
    inclusion_proof,
    latest_checkpoint,
    log_verifier_key,
    public_key,
    seal_leaves,
)
from logistics.kernel.checkpoints import Checkpoint, proof_text, signed_note, verifier_key
from logistics.kernel.merkle import (
    Node,
    consistency_parts,
    covering,
    folded,
    grown,
    inclusion_parts,
    is_consistent,
    is_included,
    leaf_hash,
)
from tests.cast import World
from tests.note_checker import Head, NoteRefused, check_proof, open_checkpoint, open_note, read_key

SIZE_MAX = 600
_ENTRIES = [f"第 {number} 条".encode() * (number % 5) for number in range(SIZE_MAX)]


@pytest.fixture(scope="module")
def theirs() -> InmemoryTree:
    """The tree as pymerkle grows it, with RFC 9162's prefixes."""
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(_ENTRIES)
    return tree


@pytest.fixture(scope="module")
def ours() -> dict[Node, bytes]:
    """The tree as we grow it."""
    return grown({}, 0, [leaf_hash(entry) for entry in _ENTRIES])


def _root(nodes: dict[Node, bytes], size: int) -> bytes:
    return folded([nodes[node] for node in covering(0, size)])


def _hashes(nodes: dict[Node, bytes], parts: list[list[Node]]) -> list[bytes]:
    return [folded([nodes[node] for node in part]) for part in parts]


def test_every_root_is_pymerkle_s(theirs: InmemoryTree, ours: dict[Node, bytes]) -> None:
    assert [_root(ours, size) for size in range(SIZE_MAX + 1)] == [
        theirs.get_root(size) for size in range(SIZE_MAX + 1)
    ]
    assert [ours[0, index] for index in range(SIZE_MAX)] == [theirs.get_leaf(index + 1) for index in range(SIZE_MAX)]


@given(st.data(), st.integers(1, SIZE_MAX))
def test_inclusion_proofs_are_pymerkle_s_hash_by_hash(
    theirs: InmemoryTree, ours: dict[Node, bytes], data: st.DataObject, size: int
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = theirs.prove_inclusion(index + 1, size)
    # Their path begins with the leaf itself.
    leaf, *path = proof.path
    found = _hashes(ours, inclusion_parts(index, size))
    assert (leaf, path) == (ours[0, index], found)
    root = _root(ours, size)
    again = InclusionProof(proof.algorithm, proof.security, size, index + 1, proof.rule, [leaf, *found])
    verify_inclusion(leaf, root, again, index=index + 1, size=size)
    assert is_included(theirs.get_leaf(index + 1), index, size, path, theirs.get_root(size))


@given(st.integers(1, SIZE_MAX), st.integers(1, SIZE_MAX))
@example(256, 512)
@example(SIZE_MAX, SIZE_MAX)
def test_consistency_proofs_hold_for_pymerkle_s_roots_and_the_other_way_round(
    theirs: InmemoryTree, ours: dict[Node, bytes], first: int, second: int
) -> None:
    # Their proof says the same with other hashes (where the old tree ends at a subtree they go on to a single leaf),
    # so each side checks its own proof against the roots of the other.
    old, new = sorted((first, second))
    proof = _hashes(ours, consistency_parts(old, new))
    assert is_consistent(old, new, proof, theirs.get_root(old), theirs.get_root(new))
    said = theirs.prove_consistency(old, new)
    verify_consistency(_root(ours, old), _root(ours, new), said, prior_size=old, later_size=new)
    with pytest.raises(InvalidProof):
        verify_consistency(_root(ours, old), bytes(32), said, prior_size=old, later_size=new)


def test_the_sealed_log_is_pymerkle_s(world: World) -> None:
    for _ in range(3):
        world.walk(world.parcel())
        seal_leaves(now=world.now)
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(row.record for row in SealedLeaf.objects.order_by("id").select_related("leaf"))
    kept = list(SignedCheckpoint.objects.order_by("size"))
    assert [bytes.fromhex(row.root) for row in kept] == [tree.get_root(row.size) for row in kept]
    for old, new in itertools.pairwise(kept):
        proof = consistency_proof(old=old, new=new)
        assert is_consistent(old.size, new.size, proof, tree.get_root(old.size), tree.get_root(new.size))


# From golang.org/x/mod/sumdb/note, whose format the specification is.
FOREIGN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
FOREIGN_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
FOREIGN_NOTE = (
    FOREIGN_TEXT
    + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJ"
    + "nAM=\n"
).encode()


def test_the_checker_opens_a_note_that_others_wrote() -> None:
    key = read_key(FOREIGN_KEY)
    assert open_note(FOREIGN_NOTE, key) == FOREIGN_TEXT
    with pytest.raises(NoteRefused):
        open_note(FOREIGN_NOTE.replace(b"problem is", b"Problem is"), key)
    assert read_key("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").name == "sum.golang.org"


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
ORIGIN = "nuanliu.example/7k"


def _note(size: int, root: bytes) -> bytes:
    checkpoint = Checkpoint(ORIGIN, size, root)
    return signed_note(checkpoint, PUBLIC, KEY.sign(checkpoint.body.encode())).encode()


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_what_we_sign_is_the_specified_paper_byte_for_byte(size: int, root: bytes) -> None:
    key = read_key(verifier_key(ORIGIN, PUBLIC))
    note = _note(size, root)
    assert open_checkpoint(note, key) == Head(ORIGIN, size, root)
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    key_id = hashlib.sha256(ORIGIN.encode() + b"\n\x01" + PUBLIC).digest()[:4]
    signed = base64.b64encode(key_id + KEY.sign(text))
    assert note == text + b"\n\xe2\x80\x94 " + ORIGIN.encode() + b" " + signed + b"\n"


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "another size": lambda note: note.replace(b"\n1234\n", b"\n1235\n"),
    "a leading zero": lambda note: note.replace(b"\n1234\n", b"\n01234\n"),
    "an extension line": lambda note: note.replace(b"\n\n", b"\nmore\n\n"),
    "no last newline": lambda note: note[:-1],
    "a hyphen for the dash": lambda note: note.replace("\u2014".encode(), b"-"),
    "another name": lambda note: note.replace(b"\x94 nuanliu", b"\x94 xuanliu"),
    "a control character": lambda note: note.replace(b"\n\n", b"\r\n\n"),
    "no signature": lambda note: note.partition(b"\n\n")[0] + b"\n\n",
    "a line after the signatures": lambda note: note + b"\n",
    "not UTF-8": lambda note: note + b"\xff",
}


@pytest.mark.parametrize("name", DAMAGE)
def test_the_checker_refuses_damaged_checkpoints(name: str) -> None:
    note = _note(1234, leaf_hash(b"root"))
    key = read_key(verifier_key(ORIGIN, PUBLIC))
    open_checkpoint(note, key)
    assert DAMAGE[name](note) != note
    with pytest.raises(NoteRefused):
        open_checkpoint(DAMAGE[name](note), key)


@given(st.data(), st.integers(1, SIZE_MAX))
def test_the_checker_takes_each_proof_for_its_own_leaf_only(
    ours: dict[Node, bytes], data: st.DataObject, size: int
) -> None:
    index = data.draw(st.integers(0, size - 1))
    key = read_key(verifier_key(ORIGIN, PUBLIC))
    proof = proof_text(index, _hashes(ours, inclusion_parts(index, size)), _note(size, _root(ours, size)).decode())
    assert check_proof(proof.encode(), _ENTRIES[index], key) == (index, Head(ORIGIN, size, _root(ours, size)))
    for damaged, leaf in (
        (proof, _ENTRIES[index] + b"x"),
        (proof.replace(f"index {index}\n", f"index {index + size}\n"), _ENTRIES[index]),
        (proof.replace("@v1", "@v2"), _ENTRIES[index]),
        (proof.replace("\n\n", f"\n{base64.b64encode(bytes(32)).decode()}\n\n", 1), _ENTRIES[index]),
    ):
        with pytest.raises(NoteRefused):
            check_proof(damaged.encode(), leaf, key)


def test_the_checker_takes_every_paper_of_the_sealed_log(world: World) -> None:
    world.walk(world.parcel())
    seal_leaves(now=world.now, limit=7)
    seal_leaves(now=world.now)
    key, newest = read_key(log_verifier_key()), latest_checkpoint()
    assert key.public == public_key()
    for checkpoint in SignedCheckpoint.objects.all():
        head = open_checkpoint(checkpoint.note.encode(), key)
        assert (head.size, head.root.hex()) == (checkpoint.size, checkpoint.root)
        for row in SealedLeaf.objects.filter(id__lt=checkpoint.size).select_related("leaf"):
            proof = inclusion_proof(leaf=row, checkpoint=checkpoint).encode()
            assert check_proof(proof, row.record, key) == (row.id, head)
    assert newest.size == SealedLeaf.objects.count() > 7
