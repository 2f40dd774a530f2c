"""The Merkle tree of RFC 9162, section 2.1: roots, proofs of inclusion and of consistency.

A node is named by its level and position: leaves are level 0, and node (level, position) covers the leaves
[position << level, (position + 1) << level). Only complete nodes are ever kept; whatever is ragged at the right edge
is folded from them when it is asked for.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

Node = tuple[int, int]
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash a leaf's bytes (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def covering(start: int, stop: int) -> list[Node]:
    """Name the fewest complete nodes that cover the leaves [start, stop), from left to right."""
    nodes = []
    while start < stop:
        level = (start & -start).bit_length() - 1 if start else stop.bit_length() - 1
        while 1 << level > stop - start:
            level -= 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def folded(hashes: Sequence[bytes]) -> bytes:
    """Fold covering nodes into the hash of what they cover: from the right, as the ragged edge is defined."""
    if not hashes:
        return EMPTY_ROOT
    *rest, root = hashes
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def grown(known: Mapping[Node, bytes], size: int, leaves: Iterable[bytes]) -> dict[Node, bytes]:
    """Append leaf hashes to a tree of this size; return every node that is complete now and was not before.

    `known` holds the nodes that cover the tree: `covering(0, size)`.
    """
    made: dict[Node, bytes] = {}
    for position, found in enumerate(leaves, start=size):
        node, value = (0, position), found
        made[node] = value
        while node[1] % 2:
            sibling = (node[0], node[1] - 1)
            value = node_hash(made.get(sibling) or known[sibling], value)
            node = (node[0] + 1, node[1] // 2)
            made[node] = value
    return made


def inclusion_parts(index: int, size: int) -> list[list[Node]]:
    """Name, for each hash of an inclusion proof (RFC 9162, 2.1.3.1), the nodes that it is folded from.

    Refuses an index outside the tree with ValueError.
    """
    if not 0 <= index < size:
        raise ValueError("the index lies outside the tree")
    parts: list[list[Node]] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            parts.append(covering(middle, stop))
            stop = middle
        else:
            parts.append(covering(start, middle))
            start = middle
    return parts[::-1]


def consistency_parts(old: int, new: int) -> list[list[Node]]:
    """Name, for each hash of a consistency proof (RFC 9162, 2.1.4.1), the nodes that it is folded from.

    Refuses sizes out of order with ValueError.
    """
    if not 0 < old <= new:
        raise ValueError("the sizes are out of order")
    parts: list[list[Node]] = []
    start, stop, is_whole = 0, new, True
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            parts.append(covering(middle, stop))
            stop = middle
        else:
            parts.append(covering(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        parts.append(covering(start, stop))
    return parts[::-1]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Verify an inclusion proof (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(sibling, found)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Verify a consistency proof (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(width: int) -> int:
    """Return the largest power of two below a width of at least two."""
    return 1 << ((width - 1).bit_length() - 1)
