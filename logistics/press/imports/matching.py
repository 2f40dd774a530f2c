"""What a row of a file is already: a known donor, a promise that it keeps, a gift that stands in the books."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from logistics.donations.access import visible_donations
from logistics.donations.models import Donation, DonationKind
from logistics.donations.pledge_models import Pledge
from logistics.donations.pledge_reads import open_pledges, received_of
from logistics.funds.models import Fund
from logistics.funds.reads import visible_funds
from logistics.parties.models import Donor, Named, Organisation, Programme
from logistics.parties.reads import visible_programmes
from logistics.press.import_models import GiftImport, ImportKind, RowOutcome
from logistics.press.imports.rows import RowValueUnknown, Said
from logistics.press.models import problem_of

# A bank writes a payment down some days after it was made.
DAYS_APART_MAX = 3
N = TypeVar("N", bound=Named)


@dataclass
class Matched:
    """A row and what it was matched with."""

    said: Said
    outcome: str = RowOutcome.NEW
    donor: Donor | None = None
    namesakes: int = 0
    pledge: Pledge | None = None
    donation: Donation | None = None


@dataclass
class Known:
    """What an organisation knows, read once for a whole file."""

    programmes: dict[str, Programme]
    funds: dict[str, Fund]
    donors: dict[str, list[Donor]] = field(default_factory=lambda: defaultdict(list))
    pledges: dict[object, list[Pledge]] = field(default_factory=lambda: defaultdict(list))
    gifts: dict[str, Donation] = field(default_factory=dict)
    # Gifts that no row of a statement was matched with yet, by what a bank can know of them.
    unmatched: dict[object, list[Donation]] = field(default_factory=lambda: defaultdict(list))


def matched_rows(job: GiftImport, rows: Sequence[Said], *, owner_id: uuid.UUID, now: dt.datetime) -> list[Matched]:
    """Match the rows of a file, in order. `owner_id` is whose references count."""
    known = _known(job, rows, owner_id, now)
    seen: set[str] = set()
    found = []
    for said in rows:
        row = Matched(said)
        _place(row, known)
        if said.is_paid_out:
            row.outcome = RowOutcome.LEFT_OUT
        elif said.faults:
            row.outcome = RowOutcome.WRONG
        else:
            _match(row, known, job)
            if said.reference in seen and row.outcome == RowOutcome.NEW:
                said.faults.append({"column": "", **problem_of(RowValueUnknown(value=said.reference))})
                row.outcome = RowOutcome.WRONG
            seen.add(said.reference)
        found.append(row)
    return found


def _known(job: GiftImport, rows: Sequence[Said], owner_id: uuid.UUID, now: dt.datetime) -> Known:
    own: Organisation = job.organisation
    known = Known(
        programmes={row.code: row for row in visible_programmes(own)} | _by_name(visible_programmes(own)),
        funds={row.code: row for row in visible_funds(own)} | _by_name(visible_funds(own)),
    )
    names = {said.donor for said in rows}
    for donor in Donor.objects.filter(organisation=own, name__in=names).order_by("id"):
        known.donors[donor.name].append(donor)
    for pledge in open_pledges(own, now=now):
        known.pledges[pledge.reference].append(pledge)
        known.pledges[pledge.donor_id, pledge.programme_id].append(pledge)
    gifts = Donation.objects.filter(
        partner_id=owner_id, kind=DonationKind.MONEY, reference__in={said.reference for said in rows}
    )
    known.gifts = {gift.reference: gift for gift in gifts}
    if job.kind == ImportKind.STATEMENT:
        for gift in gifts_between(job, *span_of(rows)):
            known.unmatched[gift.reference].append(gift)
            known.unmatched[gift.donor.name, gift.amount_minor, gift.currency].append(gift)
            known.unmatched[gift.donor.name].append(gift)
    return known


def span_of(rows: Sequence[Said]) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the first and the last moment that rows speak of."""
    moments = [said.received_at for said in rows if said.received_at is not None]
    return (min(moments), max(moments)) if moments else (None, None)


def gifts_between(job: GiftImport, first: dt.datetime | None, last: dt.datetime | None) -> list[Donation]:
    """List the gifts of money that a statement of these days could speak of, and some days around them."""
    if first is None or last is None:
        return []
    apart = dt.timedelta(days=DAYS_APART_MAX)
    rows = visible_donations(job.organisation).filter(
        kind=DonationKind.MONEY, received_at__gte=first - apart, received_at__lte=last + apart, entry__reversed_by=None
    )
    rows = rows.filter(fund=job.fund) if job.fund else rows
    return list(rows.select_related("donor", "code").order_by("received_at", "id"))


def _by_name(rows: Iterable[N]) -> dict[str, N]:
    return {row.name_zh: row for row in rows}


def _place(row: Matched, known: Known) -> None:
    """Judge what a row names, and find who gave."""
    said = row.said
    for name, rows in (("programme", known.programmes), ("fund", known.funds)):
        value = getattr(said, name)
        if value and value not in rows and not said.is_paid_out:
            said.faults.append({"column": name, **problem_of(RowValueUnknown(value=value))})
        elif value and value in rows:
            setattr(said, name, rows[value].code)
    same = known.donors.get(said.donor, [])
    of_kind = [donor for donor in same if donor.kind == said.donor_kind]
    row.namesakes = len(same)
    row.donor = next(iter(of_kind or same), None)


def _match(row: Matched, known: Known, job: GiftImport) -> None:
    said = row.said
    if job.kind == ImportKind.STATEMENT and _reconcile(row, known):
        return
    standing = known.gifts.get(said.reference)
    if standing is not None:
        row.donation = standing
        row.outcome = RowOutcome.KNOWN if standing.amount_minor == said.amount_minor else RowOutcome.DIFFERS
        return
    row.pledge = _pledge(row, known, job)


def _pledge(row: Matched, known: Known, job: GiftImport) -> Pledge | None:
    """Find the promise that a gift keeps: the one it names, or the only one of its donor for just this amount."""
    if row.donor is None:
        return None
    programme = known.programmes.get(row.said.programme, job.programme)
    named = known.pledges.get(row.said.pledge, []) if row.said.pledge else []
    same = [pledge for pledge in named if (pledge.donor_id, pledge.programme_id) == (row.donor.id, programme.id)]
    if same:
        return same[0]
    open_ones = known.pledges.get((row.donor.id, programme.id), [])
    exact = [one for one in open_ones if one.amount_minor - received_of(one) == row.said.amount_minor]
    if len(exact) != 1 or exact[0].currency != row.said.currency:
        return None
    # The next row of the same donor keeps another promise.
    open_ones.remove(exact[0])
    return exact[0]


def _reconcile(row: Matched, known: Known) -> bool:
    """Find the gift in the books that a row of a statement is: by its number, by giver and amount, by giver alone."""
    said = row.said
    for key in (said.reference, (said.donor, said.amount_minor, said.currency), said.donor):
        for gift in list(known.unmatched.get(key, [])):
            if not _is_near(gift, said):
                continue
            for rows in known.unmatched.values():
                if gift in rows:
                    rows.remove(gift)
            row.donation, row.donor = gift, gift.donor
            same = (gift.amount_minor, gift.currency) == (said.amount_minor, said.currency)
            row.outcome = RowOutcome.KNOWN if same else RowOutcome.DIFFERS
            return True
    return False


def _is_near(gift: Donation, said: Said) -> bool:
    assert said.received_at is not None
    return abs(gift.received_at - said.received_at) <= dt.timedelta(days=DAYS_APART_MAX)
