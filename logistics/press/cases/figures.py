"""Compare what a case expects with what the ledgers and traces say."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from logistics.donations.models import Donation, DonationKind
from logistics.funds.models import Fund
from logistics.kernel.refusals import Unacceptable
from logistics.ledgers.reads import get_ledger
from logistics.ledgers.scope import LedgerScope
from logistics.ledgers.traces import trace_of_gift, trace_of_parcel
from logistics.parcels.models import Parcel
from logistics.press.cases.form import Case, Expected

# Every gift is summed from the parcels' side; so many of them are also followed from the gift's own side.
GIFTS_FOLLOWED_MAX = 100


class FigureUnknown(Unacceptable):
    code = "figure_unknown"
    zh = "没有名为 {field} 的数字（{subject}）。"
    en = "There is no figure {field} in {subject}."


@dataclass(frozen=True)
class Compared:
    """An expected figure beside the real ones: one for a ledger, the distinct ones for traces."""

    expected: Expected
    found: tuple[int, ...]

    @property
    def is_equal(self) -> bool:
        """Tell whether there is one real figure and it is the expected one."""
        return self.found == (self.expected.value,)


def compared_figures(case: Case, fund: Fund) -> Iterator[Compared]:
    """Yield each expected figure beside the real one. Refuses FigureUnknown, LedgerMissing."""
    traces = _Traces(fund)
    for expected in case.expected:
        yield Compared(expected, _traced(expected, traces) if expected.is_trace else (_summed(expected, fund),))


def _summed(expected: Expected, fund: Fund) -> int:
    scope = LedgerScope(fund.holder, fund=fund, place=expected.place)
    value = get_ledger(expected.subject).summary(scope).get(expected.field)
    if not isinstance(value, int):
        raise FigureUnknown(field=expected.field, subject=expected.subject)
    return value


class _Traces:
    """The traces of a fund: each parcel is followed once, whatever is asked of it."""

    def __init__(self, fund: Fund) -> None:
        self._fund = fund

    def shares_of_gifts(self) -> set[int]:
        """Return the distinct sums of a gift's shares: over all parcels, and over the traces of a part of the gifts."""
        gifts = Donation.objects.filter(fund=self._fund, kind=DonationKind.MONEY)
        summed = {**dict.fromkeys(gifts.values_list("id", flat=True), 0), **self._parcels[1]}
        step = max(1, len(summed) // GIFTS_FOLLOWED_MAX)
        followed = gifts.filter(id__in=sorted(summed)[::step]).select_related("entry")
        return set(summed.values()) | {sum(trace_of_gift(gift).by_stage().values()) for gift in followed}

    def shares_of_parcels(self) -> set[int]:
        """Return the distinct sums of what gifts gave to a parcel."""
        return {value for value, _ in self._parcels[0]}

    def gifts_of_parcels(self) -> set[int]:
        """Return the distinct numbers of gifts in a parcel."""
        return {gifts for _, gifts in self._parcels[0]}

    @cached_property
    def _parcels(self) -> tuple[list[tuple[int, int]], dict[uuid.UUID, int]]:
        """Sum the traces of all parcels: (value, gifts) of each parcel, and each gift's shares."""
        found: list[tuple[int, int]] = []
        summed: dict[uuid.UUID, int] = {}
        for parcel in Parcel.objects.filter(fund=self._fund).order_by("id").iterator(chunk_size=500):
            shares = trace_of_parcel(parcel).gifts
            found.append((sum(share.value_minor for share in shares), len(shares)))
            for share in shares:
                summed[share.donation_id] = summed.get(share.donation_id, 0) + share.value_minor
        return found, summed


def _traced(expected: Expected, traces: _Traces) -> tuple[int, ...]:
    kinds = {
        ("each gift", "sum_of_shares_fen"): traces.shares_of_gifts,
        ("each parcel", "sum_of_shares_fen"): traces.shares_of_parcels,
        ("each parcel", "gifts"): traces.gifts_of_parcels,
    }
    if (expected.subject, expected.field) not in kinds:
        raise FigureUnknown(field=expected.field, subject=f"trace of {expected.subject}")
    return tuple(sorted(kinds[expected.subject, expected.field]()))
