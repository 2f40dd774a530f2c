"""Whose gifts are in which parcel, for many parcels at once: references and bills, at most a few and the count."""

import datetime as dt
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice

from logistics.donations.bill_reads import official_bill_numbers
from logistics.donations.models import Donation
from logistics.journal.models import Account, AccountKind, Transfer
from logistics.journal.postings import Piece
from logistics.journal.traces import End, Origin, ends_of
from logistics.ledgers.sales import gifts_behind_sales
from logistics.parties.models import Donor

DONOR_REFERENCES_MAX = 5
# A gift by its lot and its first unit there; whose it is and the entry that booked it.
Gift = tuple[uuid.UUID, int]
Birth = tuple[uuid.UUID, uuid.UUID]
# The same with the kind of account that it came from.
Born = tuple[uuid.UUID, uuid.UUID, str]


def givers_and_bills(groups: Sequence[Sequence[Piece]], known_at: dt.datetime | None) -> list[tuple[str, str | None]]:
    """Name for each group of pieces the givers by reference: the first few, then how many gifts there are; and the
    official bills of the same few gifts, as known at a moment.
    """
    ends = ends_of(groups)
    births = _births([end for end in ends if end.lot.is_money])
    # Items of one kit may be bought from the same gift: it is counted once.
    gifts: list[dict[Gift, Birth]] = [{} for _ in groups]
    for end in ends:
        gifts[end.group].update(_gifts(end, births))
    shown = {birth for group in gifts for birth in islice(group.values(), DONOR_REFERENCES_MAX)}
    names, bills = _names({account for account, _ in shown}), _bills({entry for _, entry in shown}, known_at)
    return [(_said(group, names), _said_bills(group, bills)) for group in gifts]


def _births(ends: Sequence[End]) -> dict[uuid.UUID, tuple[list[int], list[Born]]]:
    """Read the births that the ends overlap, lot by lot, as sorted starts and whose they are."""
    bounds: dict[uuid.UUID, tuple[int, int]] = {}
    for end in ends:
        low, high = bounds.get(end.lot.id, end.span)
        bounds[end.lot.id] = (min(low, end.span[0]), max(high, end.span[1]))
    found = {}
    for lot_id, (low, high) in bounds.items():
        rows = Transfer.objects.filter(lot_id=lot_id, is_origin=True)
        first = rows.filter(start__lte=low).order_by("-start").values_list("start", flat=True).first() or 0
        columns = ("start", "credit_id", "entry_id", "credit__kind")
        born = list(rows.filter(start__gte=first, start__lt=high).order_by("start").values_list(*columns))
        found[lot_id] = ([start for start, *_ in born], [(account, entry, kind) for _, account, entry, kind in born])
    return found


def _gifts(end: End, births: dict[uuid.UUID, tuple[list[int], list[Born]]]) -> dict[Gift, Birth]:
    if not end.lot.is_money:
        return {(end.lot.id, 0): _giver(end)}
    starts, born = births[end.lot.id]
    low, high = bisect_right(starts, end.span[0]) - 1, bisect_left(starts, end.span[1])
    found: dict[Gift, Birth] = {}
    for place in range(low, high):
        (account, entry, kind), start = born[place], starts[place]
        if kind == AccountKind.INCOME:
            stop = min([end.span[1], *starts[place + 1 : place + 2]])
            found.update(_behind(entry, account, max(end.span[0], start) - start, stop - start))
        else:
            found[end.lot.id, start] = (account, entry)
    return found


def _behind(entry: uuid.UUID, account: uuid.UUID, start: int, stop: int) -> dict[Gift, Birth]:
    """Say whose gifts brought in the units [start, stop) of an income: those whose goods were sold, or nobody's."""
    income = Origin(entry, account, stop - start, stop - start, start)
    return {
        (origin.entry_id, origin.first): (origin.account_id, origin.entry_id) for origin in gifts_behind_sales([income])
    }


def _giver(end: End) -> Birth:
    return Transfer.objects.filter(lot=end.lot, is_origin=True).values_list("credit_id", "entry_id")[0]


def _names(accounts: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    donors = Donor.objects.filter(account__in=Account.objects.filter(id__in=accounts))
    return dict(donors.values_list("account_id", "reference"))


def _bills(entries: set[uuid.UUID], known_at: dt.datetime | None) -> dict[uuid.UUID, str]:
    gifts = dict(Donation.objects.filter(entry__in=entries).values_list("id", "entry_id"))
    return {gifts[gift]: number for gift, number in official_bill_numbers(gifts, known_at).items()}


def _said_bills(gifts: dict[Gift, Birth], bills: dict[uuid.UUID, str]) -> str | None:
    found = (bills.get(entry) for _, entry in islice(gifts.values(), DONOR_REFERENCES_MAX))
    return "; ".join(dict.fromkeys(filter(None, found))) or None


def _said(gifts: dict[Gift, Birth], names: dict[uuid.UUID, str]) -> str:
    shown = list(dict.fromkeys(names.get(account, "") for account, _ in islice(gifts.values(), DONOR_REFERENCES_MAX)))
    more = f" ({len(gifts)})" if len(gifts) > 1 else ""
    return " ".join(filter(None, shown)) + more
