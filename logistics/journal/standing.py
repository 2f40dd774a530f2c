"""Say every sealed fact again, from the rows that stand now, and find the rows that no leaf speaks of.

Each kind of leaf is declared once, by the room whose rows it says; whoever checks the log or hands it to an auditor
asks here and never trusts the bytes that were kept.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from logistics.journal.leaves import (
    leaf_of_accounts,
    leaf_of_entry,
    leaf_of_money_lot,
    leaf_of_period,
    leaf_of_permits,
    leaf_of_purse,
    leaf_of_restriction,
)
from logistics.journal.log import EVERYBODY, Leaf
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
from logistics.journal.postings import LeafData

R = TypeVar("R", bound=models.Model)
LEAVES_PER_CHUNK = 500
Again = Callable[[Sequence[Leaf]], Mapping[uuid.UUID, LeafData]]


@dataclass(frozen=True)
class Sealed:
    """One kind of leaf.

    `again` says leaves again, by their ids, leaving out those whose rows are gone. `unlogged` yields the organisation
    and the fact of every row that no leaf speaks of.
    """

    again: Again
    unlogged: Callable[[], Iterator[LeafData]]


SEALED: dict[str, Sealed] = {}


def declare_sealed(kind: str, sealed: Sealed) -> None:
    """Put a kind of leaf on the list of what is checked."""
    SEALED[kind] = sealed


def said_again(leaves: Sequence[Leaf]) -> dict[uuid.UUID, LeafData]:
    """Say leaves again from the rows that stand now, by the leaves' ids; those whose rows are gone are left out."""
    by_kind: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        by_kind.setdefault(leaf.kind, []).append(leaf)
    found: dict[uuid.UUID, LeafData] = {}
    for kind, rows in by_kind.items():
        if kind in SEALED:
            found.update(SEALED[kind].again(rows))
    return found


def unlogged_facts() -> Iterator[LeafData]:
    """Yield each row that no leaf speaks of, said as its leaf would say it."""
    for kind in sorted(SEALED):
        yield from SEALED[kind].unlogged()


def by_row(model: type[R], leaf_of: Callable[[R], LeafData], kind: str, **only: object) -> Sealed:
    """Declare a kind that says one row a leaf."""

    def again(leaves: Sequence[Leaf]) -> dict[uuid.UUID, LeafData]:
        rows = model._default_manager.filter(**only).in_bulk({leaf.subject_id for leaf in leaves})
        return {leaf.id: leaf_of(rows[leaf.subject_id]) for leaf in leaves if leaf.subject_id in rows}

    def unlogged() -> Iterator[LeafData]:
        logged = Leaf.objects.filter(kind=kind).values("subject_id")
        for row in model._default_manager.filter(**only).exclude(pk__in=logged).order_by("pk"):
            yield leaf_of(row)

    return Sealed(again, unlogged)


def by_batch(model: type[R], name: str, leaf_of: Callable[[Sequence[R]], LeafData], kind: str, *joined: str) -> Sealed:
    """Declare a kind that says many rows a leaf, listed in it under a name."""

    def again(leaves: Sequence[Leaf]) -> dict[uuid.UUID, LeafData]:
        listed = {leaf.id: _ids_in(leaf, name) for leaf in leaves}
        rows = model._default_manager.select_related(*joined).in_bulk({key for keys in listed.values() for key in keys})
        groups = {leaf: [rows[key] for key in keys if key in rows] for leaf, keys in listed.items()}
        return {leaf: leaf_of(group) for leaf, group in groups.items() if group}

    def unlogged() -> Iterator[LeafData]:
        logged: set[uuid.UUID] = set()
        for leaf in Leaf.objects.filter(kind=kind).iterator(chunk_size=LEAVES_PER_CHUNK):
            logged.update(_ids_in(leaf, name))
        if model._default_manager.count() == len(logged):
            # Each of them was said again: so many rows, and no other.
            return
        for row in model._default_manager.select_related(*joined).order_by("pk").iterator():
            if row.pk not in logged:
                yield leaf_of([row])

    return Sealed(again, unlogged)


def _ids_in(leaf: Leaf, name: str) -> list[uuid.UUID]:
    """List the rows that a leaf speaks of; a leaf that cannot be read speaks of none."""
    try:
        return [uuid.UUID(row["id"]) for row in json.loads(bytes(leaf.data))[name]]
    except (ValueError, KeyError, TypeError):
        return []


def _entries_again(leaves: Sequence[Leaf]) -> dict[uuid.UUID, LeafData]:
    entries = JournalEntry.objects.in_bulk({leaf.subject_id for leaf in leaves})
    said = _leaves_of_entries(entries)
    return {leaf.id: said[leaf.subject_id] for leaf in leaves if leaf.subject_id in said}


def _leaves_of_entries(entries: Mapping[uuid.UUID, JournalEntry]) -> dict[uuid.UUID, LeafData]:
    transfers, lots, sources = (_grouped(rows) for rows in _rows_of_entries(list(entries)))
    return {
        key: leaf_of_entry(entry, transfers.get(key, []), lots.get(key, []), sources.get(key, []))
        for key, entry in entries.items()
    }


def _rows_of_entries(entry_ids: list[uuid.UUID]) -> Iterator[Iterator[tuple[uuid.UUID, Any]]]:
    transfers = Transfer.objects.filter(entry__in=entry_ids).order_by("entry", "position")
    yield ((row.entry_id, row) for row in transfers)
    yield ((row.origin_id, row) for row in Lot.objects.filter(origin__in=entry_ids, item_id__isnull=False))
    sources = LotSource.objects.filter(made__origin__in=entry_ids).select_related("made")
    yield ((row.made.origin_id, row) for row in sources)


def _grouped(rows: Iterator[tuple[uuid.UUID, Any]]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for key, row in rows:
        found.setdefault(key, []).append(row)
    return found


def _entries_unlogged() -> Iterator[LeafData]:
    logged = Leaf.objects.filter(kind="ENTRY").values("subject_id")
    for entry in JournalEntry.objects.exclude(id__in=logged).order_by("id"):
        yield _leaves_of_entries({entry.id: entry})[entry.id]


def _leaf_of_standing_purse(purse: Purse) -> LeafData:
    became = Leaf.objects.filter(kind="RESTRICTION", subject_id=purse.id).exists()
    return leaf_of_purse(purse, is_restricted=purse.is_restricted and not became)


def _leaf_of_standing_period(period: Period) -> LeafData:
    rows = FrozenBalance.objects.filter(period=period)
    return leaf_of_period(period, rows.values_list("account_id", "lot_id", "quantity", "value_minor"))


def _leaf_of_standing_money_lot(lot: Lot) -> LeafData:
    # The entry may be gone, and this is no place to fail.
    owner = JournalEntry.objects.filter(id=lot.origin_id).values_list("organisation_id", flat=True).first()
    return leaf_of_money_lot(lot, organisation_id=owner or EVERYBODY)


def _leaf_of_standing_permits(permits: Sequence[Permit]) -> LeafData:
    return leaf_of_permits(permits, organisation_id=permits[0].purse.organisation_id)


def _restrictions_again(leaves: Sequence[Leaf]) -> dict[uuid.UUID, LeafData]:
    purses = Purse.objects.filter(is_restricted=True).in_bulk({leaf.subject_id for leaf in leaves})
    return {leaf.id: leaf_of_restriction(purses[leaf.subject_id]) for leaf in leaves if leaf.subject_id in purses}


declare_sealed("ENTRY", Sealed(_entries_again, _entries_unlogged))
declare_sealed("ACCOUNTS", by_batch(Account, "accounts", leaf_of_accounts, "ACCOUNTS"))
declare_sealed("PERMITS", by_batch(Permit, "permits", _leaf_of_standing_permits, "PERMITS", "purse"))
declare_sealed("PURSE", by_row(Purse, _leaf_of_standing_purse, "PURSE"))
declare_sealed("RESTRICTION", Sealed(_restrictions_again, lambda: iter(())))
declare_sealed("MONEY_LOT", by_row(Lot, _leaf_of_standing_money_lot, "MONEY_LOT", item_id=None))
declare_sealed("PERIOD", by_row(Period, _leaf_of_standing_period, "PERIOD", state=PeriodState.CLOSED))
