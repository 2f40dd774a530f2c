"""The walk back from a parcel: everything on record of it, from the gifts in it to the hand-over, with its proofs.

Persons stand here by reference alone. What the system does not hold is listed as such and never made up.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from logistics.deliveries.models import ScanEvent
from logistics.donations.bill_reads import official_bill_numbers
from logistics.donations.models import Donation, DonationLine
from logistics.donations.paper_models import Acknowledgement
from logistics.funds.money_models import Agreement
from logistics.journal.log import SealedLeaf, SignedCheckpoint
from logistics.journal.models import JournalEntry, Lot, Permit, Transfer
from logistics.journal.sealing import inclusion_proof, log_verifier_key
from logistics.journal.traces import entries_behind
from logistics.ledgers.traces import ParcelShare, trace_of_parcel
from logistics.parcels.actions import pieces_of
from logistics.parcels.models import Parcel
from logistics.parties.models import Person
from logistics.stock.models import Item, PurchaseLine

GIFTS_SHOWN = 200
ENTRIES_MAX = 300


@dataclass(frozen=True)
class EntryLine:
    """One movement of an entry: what (nothing where it is money), from where to where, how much, what it is worth."""

    item_zh: str
    item_en: str
    credit: tuple[str, str]
    debit: tuple[str, str]
    quantity: int
    value_minor: int


@dataclass(frozen=True)
class EntryEvidence:
    """One entry with its number in the log; `of_parcel` where it moved the parcel itself."""

    entry: JournalEntry
    of_parcel: bool
    lines: list[EntryLine]
    leaf: SealedLeaf | None


@dataclass(frozen=True)
class ValueEvidence:
    """Why a lot is worth what it is: the basis, frozen on arrival, and the invoice where it was bought."""

    item_zh: str
    item_en: str
    quantity: int
    value_minor: int
    basis: str
    invoice: str
    supplier_zh: str
    purchased_at: dt.datetime | None


@dataclass(frozen=True)
class ScanEvidence:
    """One scan, with the names that its operator and witness sign in by."""

    scan: ScanEvent
    operator: str
    witness: str


@dataclass(frozen=True)
class Evidence:
    """Everything on record of a parcel. `checkpoint` is None before the log's first."""

    parcel: Parcel
    agreements: list[Agreement]
    gifts: list[ParcelShare]
    gift_count: int
    # The number of our own paper and of the finance bureau's, by gift.
    acknowledgements: dict[uuid.UUID, str]
    bills: dict[uuid.UUID, str]
    values: list[ValueEvidence]
    scans: list[ScanEvidence]
    proofs: list[tuple[str, str]]
    permit: Permit | None
    entries: list[EntryEvidence]
    checkpoint: SignedCheckpoint | None


def evidence_of(parcel: Parcel) -> Evidence:
    """Collect what is on record of a parcel."""
    gifts = trace_of_parcel(parcel).gifts
    donations = Donation.objects.select_related("code", "donor").in_bulk(
        [gift.donation_id for gift in gifts[:GIFTS_SHOWN]]
    )
    scans = list(ScanEvent.objects.filter(parcel=parcel).order_by("scanned_at", "id"))
    return Evidence(
        parcel=parcel,
        agreements=list(Agreement.objects.filter(fund=parcel.fund).order_by("signed_on", "id")),
        gifts=gifts[:GIFTS_SHOWN],
        gift_count=len(gifts),
        acknowledgements=_acknowledgements(donations),
        bills=official_bill_numbers(donations),
        values=_values(parcel),
        scans=_scans(scans),
        proofs=[(kind, sha256) for scan in scans for kind, sha256 in scan.proofs],
        permit=parcel.permit,
        entries=_entries(parcel, [row.entry_id for row in donations.values()]),
        checkpoint=SignedCheckpoint.objects.order_by("-size").first(),
    )


def proofs_of(evidence: Evidence) -> list[tuple[JournalEntry, str]]:
    """Write the inclusion proof of every sealed entry under the evidence's checkpoint."""
    checkpoint = evidence.checkpoint
    if checkpoint is None:
        return []
    sealed = [(row.entry, row.leaf) for row in evidence.entries if row.leaf and row.leaf.id < checkpoint.size]
    return [(entry, inclusion_proof(leaf=leaf, checkpoint=checkpoint)) for entry, leaf in sealed]


def verifier_line() -> str:
    """Return the line by which anybody checks the checkpoint's signature."""
    return log_verifier_key()


def missing_from(evidence: Evidence) -> list[tuple[str, str]]:
    """List, in both languages, what a reader would expect and the system does not hold."""
    expected = (
        (not evidence.agreements, "本专项的捐赠协议", "The agreement of the fund"),
        (
            True,
            "签名、照片等签收凭证的文件本身（只存其哈希）",
            "The files of photos and signatures (only hashes are kept)",
        ),
        (
            len(evidence.acknowledgements) < len(evidence.gifts),
            "部分捐赠的接收凭证（未开具）",
            "Acknowledgements of some gifts (not issued)",
        ),
        (
            len(evidence.bills) < len(evidence.gifts),
            "部分捐赠的公益事业捐赠票据（未登记）",
            "Official bills of some gifts (not registered)",
        ),
        (not evidence.proofs, "签收凭证的哈希", "Hashes of proofs of the delivery"),
        (not any(row.invoice for row in evidence.values), "采购发票号", "Invoice numbers of purchases"),
        (not evidence.scans, "扫码记录", "Scans"),
        (evidence.checkpoint is None, "已签名的日志校验点", "A signed checkpoint of the log"),
        (any(row.leaf is None for row in evidence.entries), "部分分录的日志编号", "Leaf numbers of some entries"),
    )
    return [(zh, en) for is_missing, zh, en in expected if is_missing]


def _acknowledgements(donations: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = Acknowledgement.objects.filter(donation__in=list(donations), void_row__isnull=True)
    return {row.donation_id: f"{row.year}-{row.number}" for row in rows}


def _entries(parcel: Parcel, donations: Sequence[uuid.UUID]) -> list[EntryEvidence]:
    accounts = [parcel.reserved_account_id, parcel.parcel_account_id]
    touched = Transfer.objects.filter(Q(credit__in=accounts) | Q(debit__in=accounts))
    own = set(touched.values_list("entry_id", flat=True))
    behind = [*entries_behind(pieces_of(parcel)), *donations][:ENTRIES_MAX]
    rows = JournalEntry.objects.in_bulk([*own, *behind])
    moved = _lines(own | set(behind), touched_only=own, accounts=set(accounts), parcel=parcel)
    leaves = {
        leaf.leaf.subject_id: leaf
        for leaf in SealedLeaf.objects.filter(leaf__kind="ENTRY", leaf__subject_id__in=list(rows)).select_related(
            "leaf"
        )
    }
    ordered = sorted(rows.values(), key=lambda entry: (entry.booked_on, entry.id))
    return [EntryEvidence(entry, entry.id in own, moved.get(entry.id, []), leaves.get(entry.id)) for entry in ordered]


def _lines(
    entry_ids: Iterable[uuid.UUID], *, touched_only: set[uuid.UUID], accounts: set[uuid.UUID], parcel: Parcel
) -> dict[uuid.UUID, list[EntryLine]]:
    """Say the movements of entries; of an entry for many parcels at once only this one's."""
    rows = list(
        Transfer.objects.filter(entry_id__in=list(entry_ids))
        .select_related("lot", "credit", "debit")
        .order_by("entry_id", "position")
    )
    items = Item.objects.in_bulk({row.lot.item_id for row in rows if row.lot.item_id})
    found: dict[uuid.UUID, list[EntryLine]] = {}
    for row in rows:
        if row.entry_id in touched_only and not {row.credit_id, row.debit_id} & accounts:
            continue
        item = items.get(row.lot.item_id) if row.lot.item_id else None
        zh, en = (item.name_zh, item.name_en or item.name_zh) if item else ("", "")
        credit, debit = ((side.kind, side.reference) for side in (row.credit, row.debit))
        found.setdefault(row.entry_id, []).append(EntryLine(zh, en, credit, debit, row.quantity, row.value_minor))
    return found


def _values(parcel: Parcel) -> list[ValueEvidence]:
    """Say the basis of value of each lot behind the parcel: of its own, and of what its kits were made of."""
    lots = list(
        Lot.objects.filter(
            Q(id__in=[lot_id for lot_id, *_rest in parcel.contents]) | Q(origin__in=entries_behind(pieces_of(parcel))),
            item_id__isnull=False,
        ).order_by("id")
    )
    items = Item.objects.in_bulk({lot.item_id for lot in lots if lot.item_id})
    bought = {
        line.lot_id: line.purchase
        for line in PurchaseLine.objects.filter(lot__in=lots).select_related("purchase__supplier")
    }
    given = {line.lot_id: line.basis for line in DonationLine.objects.filter(lot__in=lots)}
    rows = []
    for lot in lots:
        item, purchase = items[lot.item_id], bought.get(lot.id)
        rows.append(
            ValueEvidence(
                item_zh=item.name_zh,
                item_en=item.name_en or item.name_zh,
                quantity=lot.quantity or 0,
                value_minor=lot.value_minor or 0,
                basis=given.get(lot.id, lot.basis),
                invoice=purchase.invoice if purchase else "",
                supplier_zh=purchase.supplier.name_zh if purchase else "",
                purchased_at=purchase.purchased_at if purchase else None,
            )
        )
    return rows


def _scans(scans: Sequence[ScanEvent]) -> list[ScanEvidence]:
    ids = {who for scan in scans for who in (scan.operator_id, scan.witness_id) if who}
    names = {row.id: row.username for row in Person.objects.filter(id__in=ids)}
    return [
        ScanEvidence(scan, *(names.get(who, str(who)) if who else "" for who in (scan.operator_id, scan.witness_id)))
        for scan in scans
    ]
