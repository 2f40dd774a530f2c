"""What management may cost: what was agreed for a fund is refused beyond it, what the law says of a year is reported.

The rules themselves are rows (`CostRule`, `Agreement`, a fund's terms) with their source named; no figure of any law
stands in code.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils import timezone

from logistics.funds.models import Basis, Fund, FundRevision
from logistics.funds.money_models import Agreement, CapBase, CostCategory, CostRule
from logistics.journal.known_facts import facts_known
from logistics.journal.models import AccountKind, Balance
from logistics.journal.sums import ENDS, Flow, flows
from logistics.kernel.eligibility import Terms
from logistics.kernel.refusals import Conflicting
from logistics.parties.models import Organisation

PER_MILLE = 1000
CURRENCY = "CNY"


class ManagementCostOverCap(Conflicting):
    code = "management_cost_over_cap"
    zh = "专项 {fund} 的管理费用上限为 {cap} 分（{source}），已列支 {spent} 分，不能再列支 {wanted} 分。"
    en = "Management of fund {fund} may cost {cap} minor units ({source}); {spent} are spent, {wanted} more are wanted."


@dataclass(frozen=True)
class FundCap:
    """The strictest cap that was agreed for a fund: a share of the gifts that it received."""

    fund_code: str
    source: str
    per_mille: int
    base_minor: int
    cap_minor: int
    spent_minor: int

    @property
    def is_within(self) -> bool:
        """Tell whether no more was spent than agreed."""
        return self.spent_minor <= self.cap_minor


@dataclass(frozen=True)
class YearCap:
    """One rule for one year: the base, the cap and what management cost, in minor units of CNY."""

    year: int
    organisation_kind: str
    basis: str
    base: str
    per_mille: int
    free_minor: int
    source: str
    is_example: bool
    in_force_from: dt.date
    base_minor: int
    cap_minor: int
    spent_minor: int

    @property
    def is_within(self) -> bool:
        """Tell whether no more was spent than the rule allows."""
        return self.spent_minor <= self.cap_minor


@dataclass(frozen=True)
class ManagementCost:
    """What management of one organisation cost in a year, against every cap that is known."""

    spent_minor: int
    # Without a rule for this kind of body nothing can be said: the list is empty.
    years: list[YearCap]
    funds: list[FundCap]


def management_cost_against_cap(
    organisation: Organisation, year: int, as_of: dt.date | None = None, known_at: dt.datetime | None = None
) -> ManagementCost:
    """Compare a year's management cost with its caps, from what is booked by a day and known by a moment."""
    last = min(as_of or dt.date.max, dt.date(year, 12, 31))
    now, before = (_year(organisation, number, last, known_at) for number in (year, year - 1))
    basis_of = dict(Fund.objects.values_list("purse_id", "basis"))
    return ManagementCost(
        spent_minor=_cost(now),
        years=[
            _year_cap(rule, year, _of_basis(now, rule, basis_of), _of_basis(before, rule, basis_of))
            for rule in rules_on(_kind(organisation, known_at), last, known_at)
        ],
        funds=[
            cap
            for fund in Fund.objects.filter(holder=organisation).order_by("code")
            if (cap := fund_cap(fund, CURRENCY, last, _known(last, known_at), known_at))
        ],
    )


def _kind(organisation: Organisation, known_at: dt.datetime | None) -> str:
    return str(facts_known([organisation], ("kind",), known_at)[organisation.id]["kind"])


def rules_on(organisation_kind: str, day: dt.date, known_at: dt.datetime | None = None) -> list[CostRule]:
    """Return the rules in force for a kind of body on a day: the newest of each basis that has begun and was known."""
    newest: dict[str, CostRule] = {}
    rows = CostRule.objects.filter(organisation_kind=organisation_kind, in_force_from__lte=day)
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    for row in rows.order_by("in_force_from"):
        newest[row.basis] = row
    return [newest[basis] for basis in ("", *Basis.values) if basis in newest]


def fund_cap(
    fund: Fund, currency: str, day: dt.date, counted: Q | None = None, known_at: dt.datetime | None = None
) -> FundCap | None:
    """Return the strictest cap that the terms or an agreement set for a fund on a day, or None.

    `counted` says as a condition on transfers which are counted; without, all that are booked. What was written down
    after `known_at` sets no cap.
    """
    known = Q() if known_at is None else Q(recorded_at__lte=known_at)
    signed = Agreement.objects.filter(known, fund=fund, signed_on__lte=day, management_cap_per_mille__isnull=False)
    found = [
        (row.management_cap_per_mille, row.number)
        for row in signed.order_by("id")
        if row.management_cap_per_mille is not None
    ]
    revision = FundRevision.objects.filter(known, fund=fund, in_force_from__lte=day).order_by("-number").first()
    terms = Terms.from_json(revision.terms) if revision else Terms()
    if revision and terms.management_cap_per_mille is not None:
        found.append((terms.management_cap_per_mille, f"#{revision.number}"))
    if not found:
        return None
    per_mille, source = min(found, key=lambda one: one[0])
    base = _received(fund, currency, counted)
    spent = _spent(fund, currency, counted)
    return FundCap(fund.code, source, per_mille, base, base * per_mille // PER_MILLE, spent)


def require_within_caps(fund: Fund, amount_minor: int, currency: str, now: dt.datetime) -> None:
    """Refuse ManagementCostOverCap where so much more would be beyond what was agreed for the fund."""
    cap = fund_cap(fund, currency, timezone.localdate(now))
    if cap and cap.spent_minor + amount_minor > cap.cap_minor:
        raise ManagementCostOverCap(
            fund=fund.code,
            source=cap.source,
            cap=cap.cap_minor,
            spent=cap.spent_minor,
            wanted=amount_minor,
            pointer="/money",
        )


def _known(last: dt.date, known_at: dt.datetime | None) -> Q:
    """Say as a condition on transfers what was booked by a day and known at a moment."""
    booked = Q(entry__booked_on__lte=last)
    return booked if known_at is None else booked & Q(entry__posted_at__lte=known_at)


def _money_of(fund: Fund, currency: str, counted: Q | None) -> Q:
    return Q(lot__purse_id=fund.purse_id, lot__item_id=None, lot__currency=currency) & (counted or Q())


def _received(fund: Fund, currency: str, counted: Q | None) -> int:
    """Sum the gifts of money to a fund, less what went back to donors."""
    where = _money_of(fund, currency, counted)
    ends = Q(credit__kind=AccountKind.DONOR) | Q(debit__kind=AccountKind.DONOR)
    found = flows(where & ends, organisation_ids=[fund.holder_id])
    return sum(flow.value_minor * (1 if flow.from_kind == AccountKind.DONOR else -1) for flow in found)


def _spent(fund: Fund, currency: str, counted: Q | None) -> int:
    """Sum what management cost a fund, whoever paid it: where all counts, from what the accounts hold."""
    if counted is not None:
        ends = Q(credit__kind=AccountKind.EXPENSE) | Q(debit__kind=AccountKind.EXPENSE)
        return _cost(flows(_money_of(fund, currency, counted) & ends, organisation_ids=[fund.holder_id]))
    accounts = {"account__kind": AccountKind.EXPENSE, "account__detail": CostCategory.MANAGEMENT}
    rows = Balance.objects.filter(lot__purse_id=fund.purse_id, lot__item_id=None, lot__currency=currency, **accounts)
    return rows.aggregate(sum=Sum("quantity"))["sum"] or 0


def _year(organisation: Organisation, year: int, last: dt.date, known_at: dt.datetime | None) -> list[Flow]:
    where = Q(entry__organisation_id=organisation.id, lot__currency=CURRENCY)
    where &= Q(entry__booked_on__gte=dt.date(year, 1, 1), entry__booked_on__lte=min(last, dt.date(year, 12, 31)))
    if known_at is not None:
        where &= Q(entry__posted_at__lte=known_at)
    return flows(where, organisation_ids=[organisation.id])


def _of_basis(found: list[Flow], rule: CostRule, basis_of: dict[uuid.UUID, str]) -> list[Flow]:
    return [flow for flow in found if not rule.basis or basis_of.get(flow.purse_id) == rule.basis]


def _cost(found: list[Flow]) -> int:
    return _ended(found, {AccountKind.EXPENSE}, CostCategory.MANAGEMENT)


def _ended(found: list[Flow], kinds: "frozenset[AccountKind] | set[AccountKind]", detail: str = "") -> int:
    return sum(flow.value_minor for flow in found if flow.to_kind in kinds and detail in ("", flow.detail)) - sum(
        flow.value_minor for flow in found if flow.from_kind in kinds and detail in ("", flow.detail)
    )


def _year_cap(rule: CostRule, year: int, now: list[Flow], before: list[Flow]) -> YearCap:
    bases = {
        CapBase.YEAR_EXPENDITURE: lambda: _ended(now, ENDS),
        CapBase.YEAR_INCOME: lambda: _income(now),
        CapBase.LAST_YEAR_INCOME: lambda: _income(before),
    }
    base = bases[CapBase(rule.base)]()
    return YearCap(
        year=year,
        organisation_kind=rule.organisation_kind,
        basis=rule.basis,
        base=rule.base,
        per_mille=rule.per_mille,
        free_minor=rule.free_minor,
        source=rule.source,
        is_example=rule.is_example,
        in_force_from=rule.in_force_from,
        base_minor=base,
        cap_minor=max(rule.free_minor, base * rule.per_mille // PER_MILLE),
        spent_minor=_cost(now),
    )


def _income(found: list[Flow]) -> int:
    kinds = {AccountKind.DONOR, AccountKind.INCOME}
    return -_ended(found, kinds)
