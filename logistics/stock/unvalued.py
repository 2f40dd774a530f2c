"""Goods without determinable value: a register of their own, in quantities alone."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Case, F, Q, Sum, When

from logistics.funds.models import Fund
from logistics.journal.models import AccountKind, Balance
from logistics.journal.sums import ENDS
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.stock.models import Item
from logistics.stock.valuation import ValueBasis


@dataclass(frozen=True)
class UnvaluedLot:
    """One lot in the register: how much is in our care, with families, and gone otherwise. There is no amount."""

    lot_id: uuid.UUID
    item_code: str
    item_name_zh: str
    item_name_en: str
    unit: str
    fund_code: str
    basis: str
    batch: str
    expires_on: dt.date | None
    received_on: dt.date
    in_care: int
    given: int
    gone: int


def unvalued_goods(organisation: Organisation) -> Iterator[UnvaluedLot]:
    """Yield the goods of an organisation and those below it that no value can be had of, oldest first."""
    in_care = ~_in(ENDS)
    rows = (
        Balance.objects.filter(
            account__organisation_id__in=organisation_ids_below(organisation),
            lot__item_id__isnull=False,
            lot__basis=ValueBasis.NONE,
            quantity__gt=0,
        )
        .values("lot_id", "lot__item_id", "lot__purse_id", "lot__batch", "lot__expires_on", "lot__origin__booked_on")
        .annotate(
            in_care=Sum(Case(When(in_care, then=F("quantity")), default=0)),
            given=Sum(Case(When(_in({AccountKind.HOUSEHOLD}), then=F("quantity")), default=0)),
            gone=Sum(Case(When(_in(ENDS - {AccountKind.HOUSEHOLD}), then=F("quantity")), default=0)),
        )
        .order_by("lot__origin__booked_on", "lot_id")
    )
    found = list(rows)
    items = Item.objects.in_bulk({row["lot__item_id"] for row in found})
    funds = {fund.purse_id: fund for fund in Fund.objects.filter(purse__in={row["lot__purse_id"] for row in found})}
    for row in found:
        item = items[row["lot__item_id"]]
        yield UnvaluedLot(
            lot_id=row["lot_id"],
            item_code=item.code,
            item_name_zh=item.name_zh,
            item_name_en=item.name_en,
            unit=item.unit,
            fund_code=funds[row["lot__purse_id"]].code,
            basis=ValueBasis.NONE,
            batch=row["lot__batch"],
            expires_on=row["lot__expires_on"],
            received_on=row["lot__origin__booked_on"],
            in_care=row["in_care"],
            given=row["given"],
            gone=row["gone"],
        )


def _in(kinds: Collection[AccountKind]) -> Q:
    return Q(account__kind__in=kinds)
