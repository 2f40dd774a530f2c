"""Post to the books and reverse what was posted. Nothing here edits or deletes."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import IntegrityError
from django.utils import timezone

from logistics.journal.balances import Holdings
from logistics.journal.leaves import (
    append_leaves,
    leaf_of_entry,
    leaf_of_permits,
    leaf_of_purse,
    leaf_of_restriction,
    leaves_of,
    leaves_of_accounts,
)
from logistics.journal.models import Account, Balance, JournalEntry, Lot, LotSource, Permit, Purse, Transfer
from logistics.journal.open_days import OpenDays, forget_open_days
from logistics.journal.postings import Beside, Movement, NewLot, Piece, Posting, side_of
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.storage.rows import made, new_id
from logistics.storage.transactions import RowsMoved, action
from logistics.storage.triggers import MARK
from logistics.storage.writes import add_together

TRANSFERS_PER_ENTRY_MAX = 10_000
NOTHING_BESIDE = Beside()


class EntryPostedAlready(Conflicting):
    code = "entry_posted_already"
    zh = "这笔分录已经入账，不能再记一次。"
    en = "This entry stands in the books already; it cannot be posted twice."


class EntryReversedAlready(Conflicting):
    code = "entry_reversed_already"
    zh = "分录 {entry} 已经冲正过一次。"
    en = "Entry {entry} has been reversed already."


class PermitMissing(Unacceptable):
    code = "permit_missing"
    zh = "这笔专项资金有限定用途，须先核定受益人符合条件。"
    en = "This fund is restricted: its use for a household needs a permit."


class EntryTooLong(Unacceptable):
    code = "entry_too_long"
    zh = "一笔分录最多 {most} 条划转，这里有 {count} 条。"
    en = "An entry has at most {most} transfers; this one has {count}."


class _Parts(NamedTuple):
    """The rows of one entry."""

    transfers: list[Transfer]
    lots: list[Lot]
    sources: list[LotSource]


@action
def post_entry(*, posting: Posting, now: dt.datetime) -> JournalEntry:
    """Post one entry with its transfers, lots, balances and leaf.

    Refuses UnitsNotThere, PermitMissing, EntryPostedAlready, EntryTooLong.
    """
    return post_entries(postings=[posting], now=now)[0]


@action
def post_entries(
    *, postings: Sequence[Posting], now: dt.datetime, locked: Sequence[Balance] = (), beside: Beside = NOTHING_BESIDE
) -> list[JournalEntry]:
    """Post a batch of entries with their leaves; on PostgreSQL in two statements however many they are.

    `locked` is what the caller has locked already, `beside` what it writes with the entries. Without postings that
    alone is written. Refuses UnitsNotThere, PermitMissing, EntryPostedAlready,
    EntryTooLong; then nothing of the batch stands.
    """
    open_days = OpenDays({posting.organisation_id for posting in postings})
    entries = [_entry_of(posting, now, open_days) for posting in postings]
    parts = [_parts_of(posting, entry) for posting, entry in zip(postings, entries, strict=True)]
    movements = [movement for posting in postings for movement in _movements_of(posting)]
    holdings = Holdings(movements, locked)
    for movement in movements:
        holdings.move(movement)
    put = holdings.rows()
    leaves = [leaf_of_entry(entry, *part) for entry, part in zip(entries, parts, strict=True)]
    try:
        written = add_together(
            entries,
            [lot for part in parts for lot in part.lots],
            [row for part in parts for row in part.transfers],
            [row for part in parts for row in part.sources],
            *leaves_of([*leaves, *beside.leaves]),
            *beside.rows,
            change=beside.change,
            put=put if put.rows else None,
        )
    except IntegrityError as error:
        raise _explained(error) from error
    if written != len(put.rows):
        raise RowsMoved
    return entries


@action
def reverse_entry(
    *, entry: JournalEntry, now: dt.datetime, reason_key: str, actor_id: uuid.UUID | None = None
) -> JournalEntry:
    """Post the mirror image of an entry. Refuses EntryReversedAlready, UnitsNotThere (they have moved on)."""
    return post_entry(posting=mirror_of(entry, now=now, reason_key=reason_key, actor_id=actor_id), now=now)


def mirror_of(entry: JournalEntry, *, now: dt.datetime, reason_key: str, actor_id: uuid.UUID | None = None) -> Posting:
    """Make the posting that reverses an entry. Refuses EntryReversedAlready."""
    if JournalEntry.objects.filter(reverses=entry).exists():
        raise EntryReversedAlready(entry=str(entry.id))
    rows = entry.transfers.select_related("credit", "debit").order_by("position")
    return Posting(
        kind=entry.kind,
        organisation_id=entry.organisation_id,
        idempotency_key=f"reversal:{entry.id}:{reason_key}",
        occurred_at=now,
        actor_id=actor_id,
        reverses_id=entry.id,
        movements=tuple(
            Movement(
                Piece(row.lot_id, row.start, row.stop, row.value_minor),
                credit=side_of(row.debit),
                debit=side_of(row.credit),
            )
            for row in rows
        ),
    )


@action
def open_account(
    *,
    kind: str,
    subject_id: uuid.UUID,
    organisation_id: uuid.UUID,
    reference: str,
    place_id: uuid.UUID | None = None,
    detail: str = "",
) -> Account:
    """Open the account of a subject, or return the one that stands. Ledgers call it by its `reference`."""
    account, is_new = Account.objects.get_or_create(
        kind=kind,
        subject_id=subject_id,
        detail=detail,
        defaults={"organisation_id": organisation_id, "place_id": place_id, "reference": reference},
    )
    if is_new:
        append_leaves(leaves_of_accounts([account]))
    return account


@action
def open_accounts(accounts: Iterable[Account]) -> None:
    """Open many new accounts with their leaves. Refuses EntryPostedAlready for a subject that has its account."""
    opened = list(accounts)
    try:
        add_together(opened, *leaves_of(leaves_of_accounts(opened)))
    except IntegrityError as error:
        raise EntryPostedAlready from error


@action
def open_purse(*, purse_id: uuid.UUID, organisation_id: uuid.UUID, is_restricted: bool) -> Purse:
    """Open the purse of a fund."""
    purse = Purse.objects.create(id=purse_id, organisation_id=organisation_id, is_restricted=is_restricted)
    append_leaves([leaf_of_purse(purse, is_restricted=is_restricted)])
    return purse


@action
def restrict_purse(*, purse_id: uuid.UUID) -> None:
    """Mark that every use for a household needs a permit from now on. There is no way back."""
    if Purse.objects.filter(id=purse_id, is_restricted=False).update(is_restricted=True):
        append_leaves([leaf_of_restriction(Purse.objects.get(id=purse_id))])


@action
def issue_permits(permits: Iterable[Permit]) -> list[Permit]:
    """Store permits. Only `households.judge_eligibility` calls this."""
    issued = Permit.objects.bulk_create(permits)
    by_owner: dict[uuid.UUID, list[Permit]] = {}
    for permit in issued:
        by_owner.setdefault(permit.purse.organisation_id, []).append(permit)
    append_leaves([leaf_of_permits(rows, organisation_id=owner) for owner, rows in by_owner.items()])
    return issued


def _entry_of(posting: Posting, now: dt.datetime, open_days: OpenDays) -> JournalEntry:
    count = len(posting.movements) + len(posting.new_lots)
    if count > TRANSFERS_PER_ENTRY_MAX:
        raise EntryTooLong(most=TRANSFERS_PER_ENTRY_MAX, count=count)
    return made(
        JournalEntry,
        id=posting.entry_id or new_id(),
        kind=posting.kind,
        organisation_id=posting.organisation_id,
        idempotency_key=posting.idempotency_key,
        evidence_sha256=posting.evidence_sha256,
        actor_id=posting.actor_id,
        approver_id=posting.approver_id,
        reverses_id=posting.reverses_id,
        permit_id=posting.permit_id,
        transfer_count=count,
        occurred_at=posting.occurred_at,
        booked_on=open_days.first_from(posting.organisation_id, timezone.localdate(posting.occurred_at)),
        posted_at=now,
    )


def _parts_of(posting: Posting, entry: JournalEntry) -> _Parts:
    return _Parts(_transfers_of(posting, entry), _lots_of(posting, entry), _sources_of(posting))


def _movements_of(posting: Posting) -> list[Movement]:
    return [*posting.movements, *(_birth_of(lot) for lot in posting.new_lots)]


def _birth_of(lot: NewLot) -> Movement:
    return Movement(Piece(lot.lot_id, 0, lot.quantity, lot.value_minor), lot.credit, lot.debit)


def _transfers_of(posting: Posting, entry: JournalEntry) -> list[Transfer]:
    first_new = len(posting.movements)
    return [
        made(
            Transfer,
            entry_id=entry.id,
            position=position,
            lot_id=piece.lot_id,
            credit_id=credit.account_id,
            debit_id=debit.account_id,
            start=piece.start,
            stop=piece.stop,
            value_minor=piece.value_minor,
            is_origin=position >= first_new or position in posting.births,
        )
        for position, (piece, credit, debit) in enumerate(_movements_of(posting))
    ]


def _lots_of(posting: Posting, entry: JournalEntry) -> list[Lot]:
    return [
        made(
            Lot,
            id=new.lot_id,
            purse_id=new.purse_id,
            item_id=new.item_id,
            currency=new.currency,
            quantity=new.quantity,
            value_minor=new.value_minor,
            basis=new.basis,
            expires_on=new.expires_on,
            batch=new.batch,
            origin_id=entry.id,
        )
        for new in posting.new_lots
    ]


def _sources_of(posting: Posting) -> list[LotSource]:
    return [
        made(
            LotSource,
            made_id=new.lot_id,
            made_start=source.made_start,
            made_stop=source.made_stop,
            source_id=source.piece.lot_id,
            start=source.piece.start,
            stop=source.piece.stop,
            value_minor=source.piece.value_minor,
        )
        for new in posting.new_lots
        for source in new.sources
    ]


def _explained(error: IntegrityError) -> Exception:
    text = str(error)
    if f"{MARK}period_closed" in text:
        # A period was closed meanwhile: the whole action starts again and books on the first open day.
        forget_open_days()
        return RowsMoved()
    if "journal_transfer_born_once" in text:
        # Gifts into one purse at two banks at once took the same numbers: the second starts again.
        return RowsMoved()
    if f"{MARK}permit_missing" in text:
        return PermitMissing()
    if "idempotency_key" in text or f"{MARK}append_only UNIQUE" in text:
        return EntryPostedAlready()
    return error
