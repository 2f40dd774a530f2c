"""Whose gifts are in which parcel, for many parcels at once: references only, at most a few and the count."""

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice

from logistics.journal.models import Account, Transfer
from logistics.journal.postings import Piece
from logistics.journal.traces import End, ends_of
from logistics.parties.models import Donor

DONOR_REFERENCES_MAX = 5
# A gift by its lot and its first unit there.
Gift = tuple[uuid.UUID, int]


def donor_references(groups: Sequence[Sequence[Piece]]) -> list[str]:
    """Name for each group of pieces the givers by reference: the first few, then how many gifts there are."""
    ends = ends_of(groups)
    births = _births([end for end in ends if end.lot.is_money])
    # Items of one kit may be bought from the same gift: it is counted once.
    gifts: list[dict[Gift, uuid.UUID]] = [{} for _ in groups]
    for end in ends:
        gifts[end.group].update(_gifts(end, births))
    names = _names({account for group in gifts for account in islice(group.values(), DONOR_REFERENCES_MAX)})
    return [_said(group, names) for group in gifts]


def _births(ends: Sequence[End]) -> dict[uuid.UUID, tuple[list[int], list[uuid.UUID]]]:
    """Read the births that the ends overlap, lot by lot, as sorted starts and the givers' accounts."""
    bounds: dict[uuid.UUID, tuple[int, int]] = {}
    for end in ends:
        low, high = bounds.get(end.lot.id, end.span)
        bounds[end.lot.id] = (min(low, end.span[0]), max(high, end.span[1]))
    found = {}
    for lot_id, (low, high) in bounds.items():
        rows = Transfer.objects.filter(lot_id=lot_id, is_origin=True)
        first = rows.filter(start__lte=low).order_by("-start").values_list("start", flat=True).first() or 0
        pairs = list(rows.filter(start__gte=first, start__lt=high).order_by("start").values_list("start", "credit_id"))
        found[lot_id] = ([start for start, _ in pairs], [account for _, account in pairs])
    return found


def _gifts(end: End, births: dict[uuid.UUID, tuple[list[int], list[uuid.UUID]]]) -> dict[Gift, uuid.UUID]:
    if not end.lot.is_money:
        return {(end.lot.id, 0): _giver(end)}
    starts, accounts = births[end.lot.id]
    low, high = bisect_right(starts, end.span[0]) - 1, bisect_left(starts, end.span[1])
    return {(end.lot.id, starts[place]): accounts[place] for place in range(low, high)}


def _giver(end: End) -> uuid.UUID:
    return Transfer.objects.filter(lot=end.lot, is_origin=True).values_list("credit_id", flat=True)[0]


def _names(accounts: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    donors = Donor.objects.filter(account__in=Account.objects.filter(id__in=accounts))
    return dict(donors.values_list("account_id", "reference"))


def _said(gifts: dict[Gift, uuid.UUID], names: dict[uuid.UUID, str]) -> str:
    shown = list(dict.fromkeys(names.get(account, "") for account in islice(gifts.values(), DONOR_REFERENCES_MAX)))
    more = f" ({len(gifts)})" if len(gifts) > 1 else ""
    return " ".join(filter(None, shown)) + more
