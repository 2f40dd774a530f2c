"""The accountant's account of whatever moves: by the fund's basis and its holder's chart."""

import uuid
from collections.abc import Iterable

from logistics.funds.models import Fund
from logistics.ledgers.charts import ChartLine, charts_known, default_chart
from logistics.ledgers.scope import LedgerScope
from logistics.parties.models import Organisation
from logistics.stock.models import Item


class Subjects:
    """Looks up accounts (科目) and funds by purse."""

    def __init__(self, scope: LedgerScope) -> None:
        self._charts = charts_known(scope.known_at)
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
        return self._charts.get(fund.holder.kind, default_chart()).line(fund.basis, account_kind)

    def organisation_codes(self) -> dict[uuid.UUID, str]:
        """Return the codes of all organisations, read once."""
        self._codes = self._codes or dict(Organisation.objects.values_list("id", "code"))
        return self._codes


def item_codes(item_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Return the codes of items."""
    return dict(Item.objects.filter(id__in={item_id for item_id in item_ids if item_id}).values_list("id", "code"))
