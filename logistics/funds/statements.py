"""The statement of funds: what each received, spent, granted, handed down, paid and holds; OWN, AGENCY and
APPROPRIATION apart.

Made of the sums of the journal by kind of entry and kind of account. Whatever no line names stands under `other_in` or
`other_out`, so that opening + in - out = balance whichever kinds are added to the books.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from logistics.funds.models import Basis, Fund
from logistics.funds.money_models import CostCategory
from logistics.journal.models import AccountKind, EntryKind
from logistics.journal.sums import HELD, Flow, flows
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation

# The line of a statement by the kind of account at the other end, for what comes in and for what goes out.
_IN: Mapping[str, str] = {
    AccountKind.OPENING: "opening",
    AccountKind.DONOR: "received",
    AccountKind.INCOME: "income",
    AccountKind.SUPPLIER: "bought",
    AccountKind.SURPLUS: "surplus",
    AccountKind.SOLD: "sold_back",
}
_OUT: Mapping[str, str] = {
    AccountKind.DONOR: "refunded",
    AccountKind.SUPPLIER: "spent",
    AccountKind.HOUSEHOLD: "given",
    AccountKind.EXPENSE: "costs",
    AccountKind.LOSS: "lost",
    AccountKind.SOLD: "sold",
}
LINES_IN = ("opening", "received", "interest", "income", "price_refunds", "bought", "surplus", "handed_in")
LINES_OUT = ("refunded", "spent", "given", "costs", "handed_down", "lost", "sold")


@dataclass(frozen=True)
class Statement:
    """One fund in one currency, money or goods: lines in minor units, `start` + all in - all out = `balance`."""

    fund_code: str
    basis: str
    currency: str
    is_money: bool
    start_minor: int
    lines_in: Mapping[str, int]
    lines_out: Mapping[str, int]
    # Of the costs, by category.
    costs: Mapping[str, int]

    @property
    def balance_minor(self) -> int:
        """Return what is left: of money the balance, of goods the value in our care."""
        return self.start_minor + sum(self.lines_in.values()) - sum(self.lines_out.values())

    @property
    def management_minor(self) -> int:
        """Return what management cost."""
        return self.costs.get(CostCategory.MANAGEMENT, 0)


def statement_of_funds(
    organisation: Organisation,
    *,
    funds: Iterable[Fund] | None = None,
    from_on: dt.date | None = None,
    to_on: dt.date | None = None,
    known_at: dt.datetime | None = None,
) -> list[Statement]:
    """State the funds of which an organisation or one below it has or had something, by basis and code.

    Days are the days of the books, included at both ends; `known_at` leaves out what was posted later.
    """
    below = organisation_ids_below(organisation)
    where = Q(credit__organisation_id__in=below) | Q(debit__organisation_id__in=below)
    if funds is not None:
        where &= Q(lot__purse_id__in=[fund.purse_id for fund in funds])
    if known_at is not None:
        where &= Q(entry__posted_at__lte=known_at)
    if to_on is not None:
        where &= Q(entry__booked_on__lte=to_on)
    before = flows(where & Q(entry__booked_on__lt=from_on), organisation_ids=below) if from_on else []
    during = flows(where & Q(entry__booked_on__gte=from_on) if from_on else where, organisation_ids=below)
    return _stated(before, during)


def by_basis(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """Keep OWN, AGENCY and APPROPRIATION apart: what is held for another is never added to what is ours."""
    found: dict[str, list[Statement]] = {basis: [] for basis in Basis.values}
    for row in statements:
        found[row.basis].append(row)
    return found


def line_of(flow: Flow) -> tuple[str, int] | None:
    """Name the line that a flow belongs to, and how it counts: +1 in, -1 out; None within our own care."""
    if flow.from_inside == flow.to_inside or AccountKind.ASSEMBLY in (flow.from_kind, flow.to_kind):
        return None
    if flow.to_inside:
        return _line_in(flow), 1
    if flow.to_kind in HELD:
        return "handed_down", -1
    return _OUT.get(flow.to_kind, "other_out"), -1


def _line_in(flow: Flow) -> str:
    if flow.from_kind in HELD:
        return "handed_in"
    if flow.from_kind == AccountKind.INCOME and flow.entry_kind == EntryKind.INTEREST:
        return "interest"
    if flow.from_kind == AccountKind.SUPPLIER and flow.is_money:
        return "price_refunds"
    return _IN.get(flow.from_kind, "other_in")


Key = tuple[uuid.UUID, str, bool]


Sums = dict[Key, dict[str, int]]


def _stated(before: Sequence[Flow], during: Sequence[Flow]) -> list[Statement]:
    start: dict[Key, int] = {}
    lines_in: Sums = {}
    lines_out: Sums = {}
    costs: Sums = {}
    for flow in before:
        if line := line_of(flow):
            start[_key(flow)] = start.get(_key(flow), 0) + line[1] * flow.value_minor
    for flow in during:
        if line := line_of(flow):
            _add(lines_in if line[1] > 0 else lines_out, flow, line[0])
            if line[0] == "costs":
                _add(costs, flow, flow.detail)
    keys = start.keys() | lines_in.keys() | lines_out.keys()
    funds = {fund.purse_id: fund for fund in Fund.objects.filter(purse__in={key[0] for key in keys})}
    rows = [
        Statement(
            fund_code=funds[key[0]].code,
            basis=funds[key[0]].basis,
            currency=key[1],
            is_money=key[2],
            start_minor=start.get(key, 0),
            lines_in=dict.fromkeys(LINES_IN, 0) | lines_in.get(key, {}),
            lines_out=dict.fromkeys(LINES_OUT, 0) | lines_out.get(key, {}),
            costs=costs.get(key, {}),
        )
        for key in keys
    ]
    bases = list(Basis.values)
    return sorted(rows, key=lambda row: (bases.index(row.basis), row.fund_code, row.currency, not row.is_money))


def _add(sums: Sums, flow: Flow, line: str) -> None:
    known = sums.setdefault(_key(flow), {})
    known[line] = known.get(line, 0) + flow.value_minor


def _key(flow: Flow) -> Key:
    return flow.purse_id, flow.currency, flow.is_money
