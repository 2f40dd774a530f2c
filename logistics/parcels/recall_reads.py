"""List what a recall has to fetch: parcels, families by reference, and goods elsewhere."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from logistics.journal.models import AccountKind, Balance, Transfer
from logistics.parcels.models import Parcel
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.stock.models import Recall


@dataclass(frozen=True)
class RecalledParcel:
    """A parcel with recalled goods; where a family has it, which by reference. A hand-over after the recall is told."""

    parcel: Parcel
    quantity: int
    is_with_family: bool
    household_reference: str
    handed_over_since_at: dt.datetime | None


def recalled_parcels(recall: Recall, organisation: Organisation) -> list[RecalledParcel]:
    """List every parcel with recalled goods that an organisation sees, those with families first."""
    lots = {str(lot) for lot in recall.lots.values_list("lot_id", flat=True)}
    rows = parcels_with_recalled(recall).filter(organisation__in=organisation_ids_below(organisation))
    found = [
        _recalled_parcel(parcel, lots, recall.recalled_at)
        for parcel in rows.select_related("code", "household", "programme", "warehouse").order_by("id")
    ]
    return sorted(found, key=lambda row: not row.is_with_family)


def parcels_with_recalled(recall: Recall) -> "QuerySet[Parcel]":
    """Return the parcels of the recalling body and below that hold recalled units, or had them when they left."""
    lots = recall.lots.order_by().values("lot")
    held = Balance.objects.filter(
        lot__in=lots, quantity__gt=0, account__kind__in=[AccountKind.RESERVED, AccountKind.PARCEL]
    )
    left = Transfer.objects.filter(
        lot__in=lots, credit__kind=AccountKind.PARCEL, entry__reverses=None, entry__reversed_by=None
    ).filter(debit__kind__in=[AccountKind.HOUSEHOLD, AccountKind.LOSS])
    with_units = Q(id__in=held.values("account__subject_id")) | Q(id__in=left.values("credit__subject_id"))
    return Parcel.objects.filter(with_units, organisation__path__startswith=recall.organisation.path)


def _recalled_parcel(parcel: Parcel, lots: set[str], recalled_at: dt.datetime) -> RecalledParcel:
    is_with_family = parcel.state in {"DELIVERED", "DISPUTED"}
    return RecalledParcel(
        parcel=parcel,
        quantity=sum(stop - start for lot, start, stop, *_ in parcel.contents if lot in lots),
        is_with_family=is_with_family,
        household_reference=parcel.household.reference if parcel.household else "",
        handed_over_since_at=_handed_over_since(parcel.scan_facts, recalled_at),
    )


def _handed_over_since(facts: Sequence[Sequence[object]], recalled_at: dt.datetime) -> dt.datetime | None:
    """Find a hand-over that was scanned although the goods were recalled: the family may have them all the same."""
    moments = [int(str(row[2])) for row in facts if row[1] == "HAND_OVER" and row[8] == "RECALLED"]
    late = [dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC) for at_ms in moments]
    return max((at for at in late if at >= recalled_at), default=None)
