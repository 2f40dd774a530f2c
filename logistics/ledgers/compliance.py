"""The compliance sheet (合规检查): what an auditor asks first, each with its figure and what it is held against.

One row a finding: restricted and unrestricted money and goods, management cost against every cap that is known, how
long designated gifts have waited, large gifts, gifts without an official bill, entries without evidence, changed terms.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Sum
from django.utils import timezone

from logistics.donations.models import Donation
from logistics.funds.caps import management_cost_against_cap
from logistics.funds.models import Fund, FundRevision
from logistics.journal.models import WITHOUT_VOUCHER, JournalEntry, Transfer
from logistics.kernel.eligibility import Terms
from logistics.ledgers.bills import standing_bills
from logistics.ledgers.funds import fund_figures
from logistics.ledgers.numbering import numbered
from logistics.ledgers.scope import Cell, Column, LedgerScope, Row
from logistics.ledgers.sums import purses_of
from logistics.parties.models import Organisation

# From here on a gift stands alone on the sheet: 100,000 yuan.
LARGE_GIFT_MINOR = 10_000_000
GIFTS_LISTED_MAX = 1_000
Finding = tuple[Cell, ...]


class ComplianceLedger:
    """One row a finding; amounts in minor units."""

    columns = (
        Column("check", "检查项"),
        Column("subject", "对象"),
        Column("figure", "金额(分)", is_money=True),
        Column("limit", "上限(分)", is_money=True),
        Column("count", "数量"),
        Column("days", "天数"),
        Column("day", "日期"),
        Column("source", "依据"),
        Column("is_within", "是否合规"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the findings, check after check."""
        return numbered(_findings(scope), after)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the findings of each check, and those beyond a limit."""
        found = list(_findings(scope))
        counts: dict[str, int] = {}
        for check, *_ in found:
            counts[str(check)] = counts.get(str(check), 0) + 1
        return {"findings": counts, "beyond_limits": sum(1 for row in found if row[-1] == 0)}


def _finding(check: str, subject: str, **told: Cell) -> Finding:
    return (check, subject, *(told.get(column.name) for column in ComplianceLedger.columns[2:]))


def _findings(scope: LedgerScope) -> Iterator[Finding]:
    yield from _held_by_restriction(scope)
    yield from _management_cost(scope)
    yield from _waiting(scope)
    yield from _large_gifts(scope)
    yield from _gifts_without_bill(scope)
    yield from _entries_without_evidence(scope)
    yield from _changed_terms(scope)


def _held_by_restriction(scope: LedgerScope) -> Iterator[Finding]:
    restricted = _restricted(scope)
    sums: dict[tuple[str, str], int] = {}
    for purse_id, row in fund_figures(scope).items():
        word = "RESTRICTED" if purse_id in restricted else "UNRESTRICTED"
        for name in ("balance", "goods_balance"):
            sums[word, name] = sums.get((word, name), 0) + row[name]
    for (word, name), value in sorted(sums.items()):
        yield _finding(word, name, figure=value)


def _restricted(scope: LedgerScope) -> set[uuid.UUID]:
    """Find the purses whose terms restricted them by then; once restricted, always."""
    rows = FundRevision.objects.filter(scope.happened("recorded_at"))
    return {
        purse_id
        for purse_id, terms in rows.values_list("fund__purse_id", "terms")
        if Terms.from_json(terms).is_restricted
    }


def _management_cost(scope: LedgerScope) -> Iterator[Finding]:
    last = _last_day(scope)
    rows = Organisation.objects.filter(id__in=Fund.objects.filter(scope.funds()).values("holder")).order_by("code")
    for organisation in rows:
        told = management_cost_against_cap(organisation, last.year, last, scope.known_at)
        for rule in told.years:
            source, within = f"{rule.year} {rule.source}", int(rule.is_within)
            yield _finding(
                "MANAGEMENT_COST",
                organisation.code,
                figure=rule.spent_minor,
                limit=rule.cap_minor,
                source=source,
                is_within=within,
            )
        for cap in told.funds:
            yield _finding(
                "FUND_MANAGEMENT_COST",
                cap.fund_code,
                figure=cap.spent_minor,
                limit=cap.cap_minor,
                source=cap.source,
                is_within=int(cap.is_within),
            )
        if not told.years:
            yield _finding("MANAGEMENT_COST", organisation.code, figure=told.spent_minor, source="no rule")


def _waiting(scope: LedgerScope) -> Iterator[Finding]:
    """Tell of each restricted fund with money since when its oldest fen waits: the first that was not spent yet."""
    restricted, last = _restricted(scope), _last_day(scope)
    figures = fund_figures(scope.from_the_beginning())
    for fund in Fund.objects.filter(scope.funds(), purse_id__in=restricted).order_by("code"):
        balance = figures[fund.purse_id]["balance"]
        births = Transfer.objects.filter(
            scope.known("entry__"), lot__purse_id=fund.purse_id, lot__item_id=None, is_origin=True
        )
        newest = births.aggregate(stop=Max("stop"))["stop"]
        if balance <= 0 or newest is None:
            continue
        # Money leaves in the order in which it came.
        oldest = births.filter(stop__gt=newest - balance).order_by("start").select_related("entry").first()
        assert oldest is not None
        since = timezone.localdate(oldest.entry.occurred_at)
        days = (last - since).days
        yield _finding("WAITING", fund.code, figure=balance, days=days, day=since.isoformat())


def _large_gifts(scope: LedgerScope) -> Iterator[Finding]:
    rows = _gifts(scope).filter(amount_minor__gte=LARGE_GIFT_MINOR).select_related("donor", "entry").order_by("id")
    for gift in rows.iterator(chunk_size=GIFTS_LISTED_MAX):
        day = gift.entry.booked_on.isoformat()
        yield _finding("LARGE_GIFT", gift.donor.reference, figure=gift.amount_minor, day=day, source=gift.reference)


def _gifts_without_bill(scope: LedgerScope) -> Iterator[Finding]:
    bills = standing_bills(scope).filter(donation=OuterRef("pk"))
    rows = _gifts(scope).filter(~Exists(bills)).order_by().values_list("kind")
    for kind, count, value in rows.annotate(count=Count("id"), value=Sum("amount_minor")).order_by("kind"):
        yield _finding("WITHOUT_OFFICIAL_BILL", kind, figure=value, count=count)


def _entries_without_evidence(scope: LedgerScope) -> Iterator[Finding]:
    rows = JournalEntry.objects.filter(scope.entries(), evidence_sha256="").exclude(kind__in=WITHOUT_VOUCHER)
    if scope.programme is not None or scope.fund is not None:
        rows = rows.filter(id__in=Transfer.objects.filter(purses_of(scope)).values("entry"))
    for kind, count in rows.order_by("kind").values_list("kind").annotate(count=Count("id")):
        yield _finding("WITHOUT_EVIDENCE", kind, count=count)


def _changed_terms(scope: LedgerScope) -> Iterator[Finding]:
    rows = FundRevision.objects.filter(scope.happened("recorded_at"), number__gt=1)
    rows = rows.filter(fund__in=Fund.objects.filter(scope.funds())).select_related("fund").order_by("recorded_at", "id")
    for row in rows:
        day = timezone.localdate(row.recorded_at).isoformat()
        yield _finding("TERMS_CHANGED", row.fund.code, count=row.number, day=day, source=row.consent_sha256)


def _gifts(scope: LedgerScope) -> Any:
    return Donation.objects.filter(scope.narrowed("received_at", entry="entry"))


def _last_day(scope: LedgerScope) -> dt.date:
    """Return the day up to which is counted: the scope's last, else that of its moment, else of the last entry."""
    if scope.until < dt.date.max:
        return scope.until
    if scope.known_at is not None:
        return timezone.localdate(scope.known_at)
    last = JournalEntry.objects.filter(scope.entries()).aggregate(last=Max("posted_at"))["last"]
    return timezone.localdate(last) if last else dt.date(2000, 1, 1)
