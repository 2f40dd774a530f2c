"""What lies on a warehouse's shelves: free, or reserved for parcels that are not packed yet."""

import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Count, F, Q, Sum

from logistics.journal.models import Account, AccountKind, Balance, EntryKind, Transfer
from logistics.stock.models import Item, Warehouse

_SHELVES = (AccountKind.WAREHOUSE, AccountKind.RESERVED)


def on_shelves(
    warehouse: Warehouse, *, item: Item | None = None, lots: Sequence[uuid.UUID] | None = None
) -> dict[uuid.UUID, int]:
    """Count what lies there by lot, in base units; lots of which nothing does are left out."""
    wanted = Q(account__place_id=warehouse.id, account__kind__in=_SHELVES, lot__item_id__isnull=False)
    if item is not None:
        wanted &= Q(lot__item_id=item.id)
    if lots is not None:
        wanted &= Q(lot__in=lots)
    rows = Balance.objects.filter(wanted, quantity__gt=0).order_by()
    return {lot: int(found) for lot, found in rows.values_list("lot_id").annotate(found=Sum("quantity"))}


def moves_of(warehouse: Warehouse, lots: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Count by lot how often goods came to the shelves or left them; a reservation leaves them where they lie."""
    places = Account.objects.filter(place_id=warehouse.id, kind__in=_SHELVES).values("id")
    rows = Transfer.objects.filter(Q(credit__in=places) | Q(debit__in=places), lot__in=list(lots))
    crossing = rows.exclude(entry__kind=EntryKind.RESERVE).exclude(credit=F("debit")).order_by()
    return dict(crossing.values_list("lot_id").annotate(moves=Count("id")))
