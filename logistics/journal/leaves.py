"""Leaves: the canonical bytes of a fact, pushed in the transaction that makes it true.

Every column of every row of the books is said in a leaf, but what only names the row itself. A sequencer outside the
posting transaction numbers leaves and grows the tree; nothing here waits for it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from logistics.journal.log import Leaf, UnsealedLeaf
from logistics.journal.models import Account, JournalEntry, Lot, LotSource, Period, Permit, Purse, Transfer
from logistics.journal.postings import LeafData
from logistics.kernel.canonical import CanonicalValue, canonical_bytes, leaf_bytes, sha256_hex
from logistics.storage.rows import made
from logistics.storage.writes import add_together

# Rows of which an entry has many are said as lists, in these orders.
TRANSFER_COLUMNS = ("position", "lot_id", "credit_id", "debit_id", "start", "stop", "value_minor", "is_origin")
SOURCE_COLUMNS = ("made_id", "made_start", "made_stop", "source_id", "start", "stop", "value_minor")
_SAID_AS_THEY_ARE, _SAID_AS_TEXT = (str, int, type(None)), (uuid.UUID, dt.date)
# (account, lot, quantity, value) of each balance that froze.
Frozen = Iterable[tuple[uuid.UUID, uuid.UUID, int, int]]


def append_leaves(leaves: Sequence[LeafData]) -> None:
    """Push leaves, to be sealed after the commit, inside the caller's transaction."""
    add_together(*leaves_of(leaves))


def leaves_of(leaves: Sequence[LeafData]) -> tuple[list[Leaf], list[UnsealedLeaf]]:
    """Make the rows of leaves, and those that wait for the sequencer, to be added together with other rows."""
    rows = [
        made(Leaf, kind=leaf.kind, subject_id=leaf.subject_id, organisation_id=leaf.organisation_id, data=leaf.data)
        for leaf in leaves
    ]
    return rows, [made(UnsealedLeaf, leaf_id=row.id) for row in rows]


def said(row: models.Model, *without: str) -> dict[str, CanonicalValue]:
    """Say every column of a row but those left out, so that a column added later is sealed from then on."""
    return {
        field.attname: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in without
    }


def leaf_of_entry(
    entry: JournalEntry, transfers: Sequence[Transfer], lots: Iterable[Lot], sources: Iterable[LotSource]
) -> LeafData:
    """Say an entry with every transfer, every lot of goods that it made, and what those were made of."""
    fields: dict[str, CanonicalValue] = {
        "entry": said(entry),
        "transfers": [_listed(row, TRANSFER_COLUMNS) for row in transfers],
        "lots": [said(lot, "origin_id") for lot in sorted(lots, key=lambda lot: lot.id)],
        "sources": [_listed(row, SOURCE_COLUMNS) for row in sorted(sources, key=_place_of)],
    }
    return LeafData("ENTRY", entry.id, leaf_bytes("ENTRY", fields), entry.organisation_id)


def leaves_of_accounts(accounts: Iterable[Account]) -> list[LeafData]:
    """Say the accounts that were opened together, one leaf an organisation."""
    by_organisation: dict[uuid.UUID, list[Account]] = {}
    for account in accounts:
        by_organisation.setdefault(account.organisation_id, []).append(account)
    return [leaf_of_accounts(group) for group in by_organisation.values()]


def leaf_of_accounts(accounts: Sequence[Account]) -> LeafData:
    """Say the accounts of one organisation that were opened together."""
    fields = {"accounts": [said(account) for account in accounts]}
    return LeafData("ACCOUNTS", accounts[0].id, leaf_bytes("ACCOUNTS", fields), accounts[0].organisation_id)


def leaf_of_purse(purse: Purse, *, is_restricted: bool) -> LeafData:
    """Say a purse as it was opened."""
    fields = {"purse": {**said(purse), "is_restricted": is_restricted}}
    return LeafData("PURSE", purse.id, leaf_bytes("PURSE", fields), purse.organisation_id)


def leaf_of_restriction(purse: Purse) -> LeafData:
    """Say that an open purse became restricted."""
    data = leaf_bytes("RESTRICTION", {"purse": str(purse.id)})
    return LeafData("RESTRICTION", purse.id, data, purse.organisation_id)


def leaf_of_money_lot(lot: Lot, *, organisation_id: uuid.UUID) -> LeafData:
    """Say the lot that is a purse's money in one currency."""
    return LeafData("MONEY_LOT", lot.id, leaf_bytes("MONEY_LOT", {"lot": said(lot)}), organisation_id)


def leaf_of_permits(permits: Sequence[Permit], *, organisation_id: uuid.UUID) -> LeafData:
    """Say the permits that were issued together."""
    fields = {"permits": [said(permit) for permit in permits]}
    return LeafData("PERMITS", permits[0].id, leaf_bytes("PERMITS", fields), organisation_id)


def leaf_of_period(period: Period, frozen: Frozen) -> LeafData:
    """Say a closed period and the hash of the balances that froze with it."""
    rows = sorted((str(account), str(lot), quantity, value) for account, lot, quantity, value in frozen)
    fields: dict[str, CanonicalValue] = {"period": said(period), "balances_sha256": sha256_hex(canonical_bytes(rows))}
    return LeafData("PERIOD", period.id, leaf_bytes("PERIOD", fields), period.organisation_id)


def _listed(row: models.Model, columns: Sequence[str]) -> list[CanonicalValue]:
    return [_plain(getattr(row, column)) for column in columns]


def _place_of(source: LotSource) -> tuple[uuid.UUID, int, uuid.UUID, int]:
    return source.made_id, source.made_start, source.source_id, source.start


def _plain(value: Any) -> CanonicalValue:
    # Most columns are texts and ids: they are asked for first.
    if isinstance(value, _SAID_AS_THEY_ARE):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    # What else a column holds is JSON already.
    return str(value) if isinstance(value, _SAID_AS_TEXT) else value
