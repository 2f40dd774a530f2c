"""What is published each quarter (信息公开): by programme and township, with small cells left out.

A cell of fewer families than SMALL_CELL is not told, since neighbours could name them; where one cell of a programme is
left out, the next smallest is too, so that no total gives it away.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Count, Sum
from django.db.models.functions import TruncQuarter

from logistics.ledgers.delivered import delivered_parcels
from logistics.ledgers.distribution import given_parcels, paid_grants
from logistics.ledgers.funds import fund_figures
from logistics.ledgers.numbering import numbered
from logistics.ledgers.scope import Column, LedgerScope, Row

SMALL_CELL = 5
Key = tuple[str, str, str]


class Published(NamedTuple):
    """What one township received in one quarter of one programme."""

    families: int = 0
    parcels: int = 0
    value_minor: int = 0
    grants: int = 0
    granted_minor: int = 0


class DisclosureLedger:
    """One row a quarter, programme and township; amounts in minor units."""

    columns = (
        Column("quarter", "季度"),
        Column("programme", "公益项目"),
        Column("township", "乡镇街道"),
        Column("families", "受益家庭数"),
        Column("parcels", "发放包裹数"),
        Column("value", "发放物资价值(分)", is_money=True),
        Column("grants", "发放资金笔数"),
        Column("granted", "发放资金(分)", is_money=True),
        Column("is_left_out", "是否因人数少而不公开"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the rows by quarter, programme and township."""
        found = published(scope)
        left_out = small_cells(found)
        return numbered(
            ((*key, *((None,) * 5 if key in left_out else found[key]), int(key in left_out)) for key in sorted(found)),
            after,
        )

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Return what the funds received, spent and hold, by their sums, and how many cells are left out."""
        figures = fund_figures(scope).values()
        told = ("received", "goods_received", "spent", "granted", "costs", "balance")
        sums = {name: sum(row[name] for row in figures) for name in told}
        found = published(scope)
        return {**sums, "rows": len(found), "left_out": len(small_cells(found))}


def published(scope: LedgerScope) -> dict[Key, Published]:
    """Sum what was handed over and paid by quarter, programme and township. Without a township nothing is told."""
    found: dict[Key, Published] = {}
    parcels = delivered_parcels(given_parcels(scope), scope).exclude(township="")
    groups = parcels.annotate(quarter=TruncQuarter("given_at")).order_by()
    for quarter, programme, township, families, count, value in groups.values_list(
        "quarter", "programme__code", "township"
    ).annotate(families=Count("household", distinct=True), count=Count("id"), value=Sum("value_minor")):
        key = (_quarter(quarter), programme, township)
        found[key] = Published(families, count, value)
    grants = paid_grants(scope).annotate(quarter=TruncQuarter("paid_at")).order_by()
    for quarter, programme, township, families, count, value in grants.values_list(
        "quarter", "fund__programme__code", "household__township"
    ).annotate(families=Count("household", distinct=True), count=Count("id"), value=Sum("amount_minor")):
        key = (_quarter(quarter), programme, township)
        before = found.get(key, Published())
        # The larger of the two: a family may have had both.
        found[key] = before._replace(
            families=max(before.families, families), grants=before.grants + count, granted_minor=value
        )
    return found


def small_cells(found: dict[Key, Published]) -> set[Key]:
    """Choose what is left out: the small cells, and beside a lonely one the next smallest."""
    left_out = {key for key, row in found.items() if row.families < SMALL_CELL}
    for group in {key[:2] for key in left_out}:
        cells = [key for key in found if key[:2] == group]
        hidden = [key for key in cells if key in left_out]
        shown = sorted((found[key].families, key) for key in cells if key not in left_out)
        if len(hidden) == 1 and shown:
            left_out.add(shown[0][1])
    return left_out


def _quarter(moment: dt.datetime) -> str:
    return f"{moment.year}Q{(moment.month + 2) // 3}"
