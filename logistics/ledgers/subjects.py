"""The accountant's account of whatever moves: by the fund's basis and its holder's chart."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from logistics.funds.models import Fund
from logistics.journal.known_facts import facts_known
from logistics.ledgers.charts import ChartLine, charts_known, default_chart
from logistics.ledgers.scope import LedgerScope
from logistics.parties.models import Organisation
from logistics.stock.models import Item


class Subjects:
    """Looks up accounts (科目) and funds by purse."""

    def __init__(self, scope: LedgerScope) -> None:
        self._charts = charts_known(scope.known_at)
        self._known_at = scope.known_at
        self._kinds: dict[uuid.UUID, str] = {}
        self._funds: dict[uuid.UUID, Fund] = {}
        self._codes: dict[uuid.UUID, str] = {}

    def fund(self, purse_id: uuid.UUID) -> Fund:
        """Return the fund of a purse."""
        if purse_id not in self._funds:
            rows = Fund.objects.select_related("holder", "programme", "owner")
            self._funds = {fund.purse_id: fund for fund in rows}
        return self._funds[purse_id]

    def line(self, purse_id: uuid.UUID, account_kind: str) -> ChartLine:
        """Return the accountant's account of one of ours, for the money and goods of a purse."""
        fund = self.fund(purse_id)
        if fund.holder_id not in self._kinds:
            self._kinds = kinds_known(Organisation.objects.all(), self._known_at)
        return self._charts.get(self._kinds[fund.holder_id], default_chart()).line(fund.basis, account_kind)

    def organisation_codes(self) -> dict[uuid.UUID, str]:
        """Return the codes of all organisations, read once."""
        self._codes = self._codes or dict(Organisation.objects.values_list("id", "code"))
        return self._codes


def kinds_known(bodies: "QuerySet[Organisation]", known_at: dt.datetime | None) -> dict[uuid.UUID, str]:
    """Return the kinds of bodies as they were known at a moment: a body may become another kind."""
    return {key: str(told["kind"]) for key, told in facts_known(list(bodies), ("kind",), known_at).items()}


def item_codes(item_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Return the codes of items."""
    return dict(Item.objects.filter(id__in={item_id for item_id in item_ids if item_id}).values_list("id", "code"))
