"""Compare what a case expects with what the ledgers and traces say."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

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
    for expected in case.expected:
        yield Compared(expected, _traced(expected, fund) if expected.is_trace else (_summed(expected, fund),))


def _summed(expected: Expected, fund: Fund) -> int:
    scope = LedgerScope(fund.holder, fund=fund, place=expected.place)
    value = get_ledger(expected.subject).summary(scope).get(expected.field)
    if not isinstance(value, int):
        raise FigureUnknown(field=expected.field, subject=expected.subject)
    return value


def _traced(expected: Expected, fund: Fund) -> tuple[int, ...]:
    kinds = {
        ("each gift", "sum_of_shares_fen"): _shares_of_gifts,
        ("each parcel", "sum_of_shares_fen"): _shares_of_parcels,
        ("each parcel", "gifts"): _gifts_of_parcels,
    }
    if (expected.subject, expected.field) not in kinds:
        raise FigureUnknown(field=expected.field, subject=f"trace of {expected.subject}")
    return tuple(sorted(kinds[expected.subject, expected.field](fund)))


def _shares_of_gifts(fund: Fund) -> set[int]:
    """Return the distinct sums of a gift's shares: over all parcels, and over the traces of a part of the gifts."""
    summed = dict.fromkeys(_gifts(fund).values_list("id", flat=True), 0)
    for parcel in _parcels(fund):
        for share in trace_of_parcel(parcel).gifts:
            summed[share.donation_id] += share.value_minor
    step = max(1, len(summed) // GIFTS_FOLLOWED_MAX)
    followed = _gifts(fund).filter(id__in=sorted(summed)[::step]).select_related("entry")
    return set(summed.values()) | {sum(trace_of_gift(gift).by_stage().values()) for gift in followed}


def _shares_of_parcels(fund: Fund) -> set[int]:
    return {sum(share.value_minor for share in trace_of_parcel(parcel).gifts) for parcel in _parcels(fund)}


def _gifts_of_parcels(fund: Fund) -> set[int]:
    return {len(trace_of_parcel(parcel).gifts) for parcel in _parcels(fund)}


def _gifts(fund: Fund) -> "QuerySet[Donation]":
    return Donation.objects.filter(fund=fund, kind=DonationKind.MONEY)


def _parcels(fund: Fund) -> Iterator[Parcel]:
    yield from Parcel.objects.filter(fund=fund).order_by("id").iterator(chunk_size=500)
