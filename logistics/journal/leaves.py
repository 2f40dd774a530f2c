"""Leaves: the canonical bytes of a fact, pushed in the transaction that makes it true.

A sequencer outside the posting transaction numbers them and grows the tree; nothing here waits for it.
"""

import datetime as dt
from collections.abc import Sequence

from logistics.journal.log import Leaf, UnsealedLeaf
from logistics.journal.models import JournalEntry
from logistics.journal.postings import LeafData, Movement, NewLot, Posting, Source
from logistics.kernel.canonical import CanonicalValue, leaf_bytes
from logistics.storage.writes import add_together


def append_leaves(leaves: Sequence[LeafData]) -> None:
    """Push leaves, to be sealed after the commit, inside the caller's transaction."""
    add_together(*leaves_of(leaves))


def leaves_of(leaves: Sequence[LeafData]) -> tuple[list[Leaf], list[UnsealedLeaf]]:
    """Make the rows of leaves, and those that wait for the sequencer, to be added together with other rows."""
    rows = [Leaf(kind=leaf.kind, subject_id=leaf.subject_id, data=leaf.data) for leaf in leaves]
    return rows, [UnsealedLeaf(leaf=row) for row in rows]


def leaf_of_entry(entry: JournalEntry, posting: Posting) -> LeafData:
    """Say an entry with every transfer, lot and source in canonical bytes."""
    fields: dict[str, CanonicalValue] = {
        "id": str(entry.id),
        "entry_kind": entry.kind,
        "organisation": str(entry.organisation_id),
        "key": entry.idempotency_key,
        "evidence": entry.evidence_sha256,
        "actor": _text(entry.actor_id),
        "approver": _text(entry.approver_id),
        "reverses": _text(entry.reverses_id),
        "permit": _text(entry.permit_id),
        "occurred_at": entry.occurred_at.astimezone(dt.UTC).isoformat(),
        "booked_on": entry.booked_on.isoformat(),
        "posted_at": entry.posted_at.astimezone(dt.UTC).isoformat(),
        "transfers": [_movement(movement) for movement in posting.movements],
        "lots": [_lot(lot) for lot in posting.new_lots],
    }
    return LeafData("ENTRY", entry.id, leaf_bytes("ENTRY", fields))


def _movement(movement: Movement) -> CanonicalValue:
    piece, credit, debit = movement
    return [
        str(piece.lot_id),
        str(credit.account_id),
        str(debit.account_id),
        piece.start,
        piece.stop,
        piece.value_minor,
    ]


def _lot(lot: NewLot) -> CanonicalValue:
    return {
        "id": str(lot.lot_id),
        "purse": str(lot.purse_id),
        "item": str(lot.item_id),
        "currency": lot.currency,
        "quantity": lot.quantity,
        "value": lot.value_minor,
        "basis": lot.basis,
        "expires_on": lot.expires_on.isoformat() if lot.expires_on else None,
        "batch": lot.batch,
        "credit": str(lot.credit.account_id),
        "debit": str(lot.debit.account_id),
        "sources": [_source(source) for source in lot.sources],
    }


def _source(source: Source) -> CanonicalValue:
    piece = source.piece
    return [str(piece.lot_id), piece.start, piece.stop, piece.value_minor, source.made_start, source.made_stop]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
