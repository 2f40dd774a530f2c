"""One entry with everything that an auditor asks of it: why, when, who, what moved, its proof and its neighbours."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.donations.models import Donation
from logistics.journal.models import AccountKind, JournalEntry, Transfer
from logistics.ledgers.scope import LedgerScope
from logistics.ledgers.subjects import Subjects, item_codes
from logistics.ledgers.vouchers import VoucherLine, numbers_known, voucher_lines
from logistics.parties.models import Person

_PARCEL_KINDS = frozenset({AccountKind.RESERVED, AccountKind.PARCEL})


@dataclass(frozen=True)
class EntryLine:
    """One transfer: from where to where, what, how much, worth how much in minor units."""

    debit_kind: str
    debit: str
    credit_kind: str
    credit: str
    item: str
    quantity: int
    value_minor: int
    currency: str
    fund: str
    lot_id: uuid.UUID


@dataclass(frozen=True)
class EntryView:
    """An entry for a door. `actor` and `approver` are names of people, or ids where a key did it."""

    entry: JournalEntry
    lines: Sequence[EntryLine]
    voucher: str | None
    voucher_lines: Sequence[VoucherLine]
    leaf_number: int | None
    actor: str
    approver: str
    reversed_by: uuid.UUID | None
    parcel_code: str
    gift_code: str


def entry_view_for(entry: JournalEntry) -> EntryView:
    """Say an entry for a door."""
    transfers = list(entry.transfers.select_related("lot", "debit", "credit").order_by("position"))
    scope = LedgerScope(None)
    subjects, codes = Subjects(scope), item_codes(row.lot.item_id for row in transfers)
    names = dict(Person.objects.filter(id__in=[entry.actor_id, entry.approver_id]).values_list("id", "name"))
    mirror = JournalEntry.objects.filter(reverses=entry).values_list("id", flat=True).first()
    gift = Donation.objects.filter(entry_id=entry.reverses_id or entry.id).select_related("code").first()
    voucher = numbers_known([entry.id], scope).get(entry.id)
    return EntryView(
        entry=entry,
        lines=[_line(row, subjects, codes) for row in transfers],
        voucher=voucher,
        voucher_lines=voucher_lines(transfers, subjects) if voucher else [],
        leaf_number=scope.leaf_numbers([entry.id]).get(entry.id),
        actor=_named(entry.actor_id, names),
        approver=_named(entry.approver_id, names),
        reversed_by=mirror,
        parcel_code=_parcel_code(transfers),
        gift_code=gift.code.text if gift else "",
    )


def _line(row: Transfer, subjects: Subjects, codes: dict[uuid.UUID, str]) -> EntryLine:
    lot = row.lot
    return EntryLine(
        debit_kind=row.debit.kind,
        debit=row.debit.reference,
        credit_kind=row.credit.kind,
        credit=row.credit.reference,
        item=codes[lot.item_id] if lot.item_id else lot.currency,
        quantity=row.quantity,
        value_minor=row.value_minor,
        currency=lot.currency,
        fund=subjects.fund(lot.purse_id).code,
        lot_id=lot.id,
    )


def _named(person_id: uuid.UUID | None, names: dict[uuid.UUID, str]) -> str:
    return "" if person_id is None else names.get(person_id, str(person_id))


def _parcel_code(transfers: Sequence[Transfer]) -> str:
    """Find the parcel whose goods moved: its accounts bear its code."""
    sides = (account for row in transfers for account in (row.credit, row.debit))
    return next((account.reference for account in sides if account.kind in _PARCEL_KINDS), "")
