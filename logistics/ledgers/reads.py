"""Ledgers by name, and pages of them."""

import uuid
from collections.abc import Mapping
from itertools import islice
from typing import Any

from logistics.funds.reads import get_fund
from logistics.kernel.refusals import Missing
from logistics.ledgers.accounts import AccountsLedger
from logistics.ledgers.balances import BalancesLedger
from logistics.ledgers.chart import ChartLedger
from logistics.ledgers.compliance import ComplianceLedger
from logistics.ledgers.disclosure import DisclosureLedger
from logistics.ledgers.distribution import DistributionLedger
from logistics.ledgers.donations import DonationsLedger
from logistics.ledgers.funds import FundsLedger
from logistics.ledgers.journal import JournalLedger
from logistics.ledgers.lots import LotsLedger
from logistics.ledgers.movement import StockMovementLedger
from logistics.ledgers.reversals import ReversalsLedger
from logistics.ledgers.scope import Cell, Ledger, LedgerScope, Row
from logistics.ledgers.stock import StockLedger
from logistics.ledgers.trial_balance import TrialBalance
from logistics.ledgers.unvalued import UnvaluedLedger
from logistics.ledgers.vouchers import VouchersLedger
from logistics.parties.models import Organisation
from logistics.parties.reads import get_organisation, get_programme

LEDGERS: Mapping[str, Ledger] = {
    "distribution": DistributionLedger(),
    "donations": DonationsLedger(),
    "funds": FundsLedger(),
    "stock": StockLedger(),
    "journal": JournalLedger(),
    "vouchers": VouchersLedger(),
    "trial-balance": TrialBalance(),
    "stock-movement": StockMovementLedger(),
    "chart": ChartLedger(),
    "accounts": AccountsLedger(),
    "lots": LotsLedger(),
    "opening": BalancesLedger(is_opening=True),
    "closing": BalancesLedger(is_opening=False),
    "reversals": ReversalsLedger(),
    "unvalued": UnvaluedLedger(),
    "disclosure": DisclosureLedger(),
    "compliance": ComplianceLedger(),
}


class LedgerMissing(Missing):
    code = "ledger_missing"
    zh = "没有台账 {ledger}。"
    en = "There is no ledger {ledger}."


def get_ledger(name: str) -> Ledger:
    """Return the ledger of this name. Refuses LedgerMissing."""
    if name not in LEDGERS:
        raise LedgerMissing(ledger=name[:40])
    return LEDGERS[name]


def page_of_ledger(
    ledger: Ledger, scope: LedgerScope, *, after: uuid.UUID | None, limit: int
) -> tuple[list[dict[str, Cell]], uuid.UUID | None]:
    """Return one page of rows by column name, and the id after which the next begins."""
    found = list(islice(ledger.rows(scope, after), limit + 1))
    last = found[limit - 1].id if len(found) > limit else None
    return [named_cells(ledger, row) for row in found[:limit]], last


def named_cells(ledger: Ledger, row: Row) -> dict[str, Cell]:
    """Say a row by column name."""
    return {column.name: cell for column, cell in zip(ledger.columns, row.cells, strict=True)}


def scope_for(
    *, own: Organisation, organisation: str = "", programme: str = "", fund: str = "", **narrowed: Any
) -> LedgerScope:
    """Make the scope of somebody who belongs to an organisation, from codes; `narrowed` are the scope's own fields.

    Refuses OrganisationMissing, ProgrammeMissing, FundMissing, also for another's.
    """
    return LedgerScope(
        organisation=get_organisation(code=organisation, within=own) if organisation else own,
        programme=get_programme(code=programme, organisation=own) if programme else None,
        fund=get_fund(code=fund, organisation=own) if fund else None,
        **narrowed,
    )
