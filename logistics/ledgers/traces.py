"""Traces across subjects: what became of a gift, and whose gifts are in a parcel. To the township, never a person."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from logistics.donations.models import Donation
from logistics.journal.models import AccountKind, JournalEntry, Purse
from logistics.journal.postings import Piece
from logistics.journal.traces import LOTS_DEEP_MAX, Held, Spent, trace_back, trace_forward
from logistics.ledgers.sales import gifts_behind_sales, proceeds_of
from logistics.parcels.actions import pieces_of
from logistics.parcels.models import Parcel
from logistics.stock.models import Purchase, PurchaseReceipt

# Where a share of a gift is now, in the order of its way.
STAGES = (
    *("UNSPENT", "HANDED_DOWN", "WITH_SUPPLIER", "IN_TRANSIT", "IN_STOCK", "WITH_VOLUNTEERS", "RESERVED", "PACKED"),
    *("DELIVERED", "GRANTED", "COSTS", "RETURNED", "ON_HOLD", "SOLD", "LOST"),
)
_STAGE_OF = {
    AccountKind.BANK: "UNSPENT",
    AccountKind.PREPAID: "WITH_SUPPLIER",
    AccountKind.IN_TRANSIT: "IN_TRANSIT",
    AccountKind.WAREHOUSE: "IN_STOCK",
    AccountKind.VOLUNTEER: "WITH_VOLUNTEERS",
    AccountKind.RESERVED: "RESERVED",
    AccountKind.PARCEL: "PACKED",
    AccountKind.HOUSEHOLD: "DELIVERED",
    AccountKind.EXPENSE: "COSTS",
    # Given back to the donor, or never really given.
    AccountKind.DONOR: "RETURNED",
    AccountKind.QUARANTINE: "ON_HOLD",
    AccountKind.SOLD: "SOLD",
    AccountKind.LOSS: "LOST",
}
# What lies free with another body than the one that holds the fund was handed down to it.
_FREE_KINDS = frozenset({AccountKind.BANK, AccountKind.WAREHOUSE})

_PARCEL_KINDS = frozenset({AccountKind.RESERVED, AccountKind.PARCEL})


@dataclass(frozen=True)
class GiftShare:
    """A share of a gift where it is now. `value_minor` is the share's part of the gift's amount."""

    stage: str
    value_minor: int
    quantity: int
    at: dt.datetime | None
    item_id: uuid.UUID | None
    parcel_code: str | None = None
    township: str = ""


@dataclass(frozen=True)
class GiftStep:
    """A purchase that spent a part of the gift."""

    purchase_id: uuid.UUID
    invoice: str
    supplier_zh: str
    value_minor: int
    at: dt.datetime


@dataclass(frozen=True)
class GiftTrace:
    """Everything that a gift became; the values of the shares sum to the gift."""

    total_minor: int
    purchases: list[GiftStep]
    shares: list[GiftShare]
    # What became of the money that its sold goods brought in; the goods themselves stand under SOLD.
    from_sales: list[GiftShare] = field(default_factory=list)

    def by_stage(self) -> dict[str, int]:
        """Sum the shares by stage, in minor units."""
        return {stage: sum(share.value_minor for share in self.shares if share.stage == stage) for stage in STAGES}

    def units_by_stage(self) -> dict[str, int]:
        """Count the units by stage: what is said of a gift that no value can be had of."""
        return {stage: sum(share.quantity for share in self.shares if share.stage == stage) for stage in STAGES}


@dataclass(frozen=True)
class ParcelShare:
    """What one gift gave to a parcel."""

    donation_id: uuid.UUID
    donation_code: str
    donor_reference: str
    value_minor: int
    quantity: int
    received_at: dt.datetime


@dataclass(frozen=True)
class OtherShare:
    """What came into a parcel from where no gift is known: an opening balance, interest, a surplus. `kind` is the
    entry's kind.
    """

    kind: str
    entry_id: uuid.UUID
    value_minor: int
    quantity: int
    occurred_at: dt.datetime


@dataclass(frozen=True)
class ParcelTrace:
    """Every gift in a parcel, and what was none; the values sum to the parcel's."""

    value_minor: int
    gifts: list[ParcelShare]
    others: list[OtherShare]


def trace_of_parcel(parcel: Parcel) -> ParcelTrace:
    """Follow what is in a parcel back to every gift."""
    summed: dict[uuid.UUID, tuple[int, int]] = {}
    for origin in gifts_behind_sales(trace_back(pieces_of(parcel))):
        value, quantity = summed.get(origin.entry_id, (0, 0))
        summed[origin.entry_id] = (value + origin.value_minor, quantity + origin.quantity)
    rows = Donation.objects.filter(entry__in=summed).order_by("received_at", "id")
    columns = rows.values_list("entry_id", "id", "code__text", "donor__reference", "received_at")
    given: set[uuid.UUID] = set()
    shares = []
    for entry_id, donation_id, code, donor, received_at in columns:
        given.add(entry_id)
        shares.append(ParcelShare(donation_id, code, donor, *summed[entry_id], received_at))
    return ParcelTrace(parcel.value_minor, shares, _others(summed, given))


def _others(summed: Mapping[uuid.UUID, tuple[int, int]], given: set[uuid.UUID]) -> list[OtherShare]:
    rows = JournalEntry.objects.filter(id__in=summed.keys() - given).order_by("occurred_at", "id")
    return [OtherShare(row.kind, row.id, *summed[row.id], row.occurred_at) for row in rows]


def trace_of_gift(donation: Donation) -> GiftTrace:
    """Follow a gift forward to every purchase, lot, parcel and delivery."""
    births = donation.entry.transfers.filter(is_origin=True).order_by("position")
    onward = trace_forward(Piece(row.lot_id, row.start, row.stop, row.value_minor) for row in births)
    return GiftTrace(
        total_minor=donation.amount_minor,
        purchases=_steps(onward.spent),
        shares=_shares(onward.held),
        from_sales=_shares(_held_from_sales(donation, onward.held)),
    )


def _held_from_sales(donation: Donation, held: Sequence[Held]) -> list[Held]:
    """Follow the proceeds of the gift's sold goods, and of what they bought and was sold again."""
    found: list[Held] = []
    seen: set[uuid.UUID] = set()
    last = held
    for _ in range(LOTS_DEEP_MAX):
        sold = {share.lot.id for share in last if share.account.kind == AccountKind.SOLD}
        pieces = proceeds_of(donation.entry_id, sold, seen) if sold else []
        if not pieces:
            break
        last = trace_forward(pieces).held
        found += last
    return found


def _shares(held: Sequence[Held]) -> list[GiftShare]:
    parcels, holders = _parcels_of(held), _holders_of(held)
    return [_share(share, parcels, holders) for share in held]


def _steps(spent: Iterable[Spent]) -> list[GiftStep]:
    summed: dict[uuid.UUID, int] = {}
    for share in spent:
        summed[share.entry_id] = summed.get(share.entry_id, 0) + share.value_minor
    whole = Purchase.objects.filter(entry__in=summed).select_related("supplier").order_by("entry_id")
    parts = PurchaseReceipt.objects.filter(entry__in=summed).select_related("purchase__supplier").order_by("entry_id")
    steps = [
        GiftStep(row.id, row.invoice, row.supplier.name_zh, summed[row.entry_id], row.purchased_at) for row in whole
    ]
    for row in parts:
        name = row.purchase.supplier.name_zh
        steps.append(GiftStep(row.purchase_id, row.invoice, name, summed[row.entry_id], row.received_at))
    return sorted(steps, key=lambda step: step.at)


def _parcels_of(held: Iterable[Held]) -> Mapping[uuid.UUID, Parcel]:
    """Find the parcels in which shares wait or came, by the id that their accounts name."""
    accounts = [account for share in held for account in (share.account, share.came_from) if account]
    ids = {account.subject_id for account in accounts if account.kind in _PARCEL_KINDS}
    return Parcel.objects.select_related("code").in_bulk(ids)


def _holders_of(held: Iterable[Held]) -> Mapping[uuid.UUID, uuid.UUID]:
    """Find which organisation holds each fund, by its purse."""
    purses = Purse.objects.filter(id__in={share.lot.purse_id for share in held})
    return dict(purses.values_list("id", "organisation_id"))


def _share(held: Held, parcels: Mapping[uuid.UUID, Parcel], holders: Mapping[uuid.UUID, uuid.UUID]) -> GiftShare:
    nearest = held.came_from or held.account
    parcel = parcels.get(nearest.subject_id)
    stage = _STAGE_OF[AccountKind(held.account.kind)]
    if held.account.kind in _FREE_KINDS and held.account.organisation_id != holders[held.lot.purse_id]:
        stage = "HANDED_DOWN"
    return GiftShare(
        stage="GRANTED" if stage == "DELIVERED" and held.lot.is_money else stage,
        value_minor=held.value_minor,
        quantity=held.quantity,
        at=held.since,
        item_id=held.lot.item_id,
        parcel_code=parcel.code.text if parcel else None,
        township=parcel.township if parcel else "",
    )
