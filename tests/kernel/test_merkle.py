"""The tree against its definition in RFC 9162, and checkpoints against a reader of their own."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.checkpoints import Checkpoint, key_id, proof_text, read_note, signed_note, verifier_key
from logistics.kernel.merkle import (
    EMPTY_ROOT,
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

SIZE_MAX = 70


def _defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + _defined_root(leaves[:k]) + _defined_root(leaves[k:])).digest()


def _leaves(count: int) -> list[bytes]:
    return [f"leaf {number}".encode() for number in range(count)]


def _tree(count: int) -> dict[Node, bytes]:
    return grown({}, 0, [leaf_hash(leaf) for leaf in _leaves(count)])


def _root(nodes: dict[Node, bytes], size: int) -> bytes:
    return folded([nodes[node] for node in covering(0, size)])


def _hashes(nodes: dict[Node, bytes], parts: list[list[Node]]) -> list[bytes]:
    return [folded([nodes[node] for node in part]) for part in parts]


@pytest.mark.parametrize("size", range(SIZE_MAX))
def test_the_root_is_the_defined_one(size: int) -> None:
    assert _root(_tree(SIZE_MAX), size) == _defined_root(_leaves(size))


def test_the_empty_tree_has_the_empty_hash() -> None:
    assert folded([]) == EMPTY_ROOT == _defined_root([])


@given(st.integers(0, SIZE_MAX), st.integers(0, SIZE_MAX))
def test_a_tree_grows_the_same_in_any_steps(first: int, second: int) -> None:
    known = _tree(first)
    more = [leaf_hash(leaf) for leaf in _leaves(first + second)[first:]]
    frontier = {node: known[node] for node in covering(0, first)}
    assert {**known, **grown(frontier, first, more)} == _tree(first + second)


@pytest.mark.parametrize("size", range(1, SIZE_MAX))
def test_every_leaf_is_proved_and_nothing_else(size: int) -> None:
    nodes = _tree(size)
    root = _root(nodes, size)
    for index in range(size):
        leaf, proof = nodes[0, index], _hashes(nodes, inclusion_parts(index, size))
        assert is_included(leaf, index, size, proof, root)
        assert not is_included(leaf_hash(b"other"), index, size, proof, root)
        assert not is_included(leaf, index + 1, size, proof, root)
        assert not is_included(leaf, index, size, [*proof, root], root)
        assert not proof or not is_included(leaf, index, size, proof[:-1], root)


@pytest.mark.parametrize("new", range(1, SIZE_MAX, 3))
def test_every_older_size_is_proved_consistent_and_no_other_root(new: int) -> None:
    nodes = _tree(SIZE_MAX)
    for old in range(1, new + 1):
        proof = _hashes(nodes, consistency_parts(old, new))
        roots = _root(nodes, old), _root(nodes, new)
        assert is_consistent(old, new, proof, *roots)
        assert not is_consistent(old, new, proof, leaf_hash(b"x"), roots[1])
        assert not is_consistent(old, new, proof, roots[0], leaf_hash(b"x"))
        assert not is_consistent(old, new, [*proof, roots[0]], *roots)


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (0, 0)])
def test_an_index_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(ValueError):
        inclusion_parts(index, size)
    assert not is_included(b"", index, size, [], b"")


@pytest.mark.parametrize(("old", "new"), [(0, 1), (2, 1), (-1, 1)])
def test_sizes_out_of_order_are_refused(old: int, new: int) -> None:
    with pytest.raises(ValueError):
        consistency_parts(old, new)
    assert not is_consistent(old, new, [], b"", b"")


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def test_a_checkpoint_reads_as_the_format_says_byte_for_byte() -> None:
    checkpoint = Checkpoint("nuanliu.example/7k", 1_234, leaf_hash(b"root"))
    note = signed_note(checkpoint, PUBLIC, KEY.sign(checkpoint.body.encode()))
    # A reader of its own: nothing of the issuing code is used from here on.
    text, signatures = note.encode().split(b"\n\n")
    origin, size, root = text.decode().split("\n")
    dash, name, signed = signatures.decode().rstrip("\n").split(" ")
    raw = base64.b64decode(signed)
    assert (origin, size, base64.b64decode(root)) == ("nuanliu.example/7k", "1234", leaf_hash(b"root"))
    assert (dash, name) == ("\u2014", origin)
    assert raw[:4] == hashlib.sha256(b"nuanliu.example/7k\n\x01" + PUBLIC).digest()[:4] == key_id(origin, PUBLIC)
    KEY.public_key().verify(raw[4:], text + b"\n")
    assert verifier_key(origin, PUBLIC) == f"{origin}+{raw[:4].hex()}+{base64.b64encode(bytes([1]) + PUBLIC).decode()}"
    assert read_note(note, PUBLIC) == (checkpoint, raw[4:])


@pytest.mark.parametrize(
    "damage",
    [
        lambda note: note.replace("\n1234\n", "\n01234\n"),
        lambda note: note.replace("1234", "x"),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("\u2014", "-"),
        lambda note: note.replace("\n\n", "\nmore\n\n"),
        lambda note: "",
    ],
)
def test_a_damaged_checkpoint_is_refused(damage) -> None:  # type: ignore[no-untyped-def]
    checkpoint = Checkpoint("nuanliu.example/7k", 1234, leaf_hash(b"root"))
    with pytest.raises(ValueError):
        read_note(damage(signed_note(checkpoint, PUBLIC, KEY.sign(b"x"))), PUBLIC)


def test_a_proof_names_its_index_hashes_and_checkpoint() -> None:
    lines = proof_text(7, [b"\x00" * 32], "origin\n1\nroot\n\nsignature\n").split("\n")
    assert lines[:4] == ["c2sp.org/tlog-proof@v1", "index 7", base64.b64encode(b"\x00" * 32).decode(), ""]
    assert lines[4] == "origin"
