"""The ledger of gifts, by the donor's reference."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Sum

from logistics.codes.reads import codes_known
from logistics.donations.bill_reads import official_bill_numbers
from logistics.donations.models import Donation, DonationKind, DonationLine
from logistics.journal.known_facts import facts_known
from logistics.ledgers.scope import ROWS_PER_CHUNK, Column, LedgerScope, Row, moment_text

# Plain columns instead of objects: a hundred thousand gifts are written in a quarter of the time.
_GIFT_COLUMNS = (
    *("id", "kind", "received_at", "programme__code", "fund__code", "donor__reference"),
    *("amount_minor", "currency", "channel", "reference", "entry_id", "donor__name", "donor__may_be_named"),
)


class DonationsLedger:
    """Every gift, by the donor's reference."""

    columns = (
        Column("donation", "捐赠码"),
        Column("kind", "类别"),
        Column("received", "接收时间"),
        Column("programme", "公益项目"),
        Column("fund", "专项"),
        Column("donor", "捐赠人编号"),
        Column("amount", "金额或价值(分)", is_money=True),
        Column("currency", "币种"),
        Column("channel", "渠道"),
        Column("contents", "物资"),
        Column("basis", "计价依据"),
        Column("reference", "外部编号"),
        Column("entry", "分录号"),
        Column("official_bill", "公益事业捐赠票据号"),
        Column("donor_name", "捐赠人"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield gifts in the order in which they were recorded."""
        rows = Donation.objects.filter(_gifts(scope)).order_by("id").values_list(*_GIFT_COLUMNS)
        last = after
        while chunk := list((rows.filter(id__gt=last) if last else rows)[:ROWS_PER_CHUNK]):
            codes = codes_known([values[0] for values in chunk], scope.known_at)
            goods = _contents([values[0] for values in chunk if values[1] == DonationKind.GOODS], scope)
            bills = official_bill_numbers([values[0] for values in chunk], scope.known_at)
            for values in chunk:
                yield _gift_row(values, codes[values[0]], goods.get(values[0], []), scope, bills.get(values[0]))
            last = chunk[-1][0]

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Return the number of gifts, the money and the value of goods."""
        rows = Donation.objects.filter(_gifts(scope))
        sums = dict(rows.values_list("kind").order_by().annotate(sum=Sum("amount_minor")))
        return {
            "gifts": rows.count(),
            "received": sums.get(DonationKind.MONEY, 0),
            "goods_value": sums.get(DonationKind.GOODS, 0),
        }


def _gifts(scope: LedgerScope) -> Any:
    return scope.narrowed("received_at", entry="entry")


def _contents(gift_ids: Sequence[uuid.UUID], scope: LedgerScope) -> dict[uuid.UUID, list[tuple[str, str]]]:
    """Say what gifts of goods held: (contents, basis of value) of each line; by the name that was known."""
    found: dict[uuid.UUID, list[tuple[str, str]]] = {}
    if gift_ids:
        lines = list(DonationLine.objects.filter(donation__in=gift_ids).select_related("item").order_by("id"))
        names = facts_known([line.item for line in lines], ("name_zh",), scope.known_at)
        for line in lines:
            name = names[line.item_id]["name_zh"]
            found.setdefault(line.donation_id, []).append((f"{name} x{line.quantity}", line.basis))
    return found


def _gift_row(
    values: tuple[Any, ...], code: str, lines: Sequence[tuple[str, str]], scope: LedgerScope, bill: str | None
) -> Row:
    gift_id, kind, received_at, programme, fund, donor, amount, currency, channel, reference, entry_id, *name = values
    cells = (
        code,
        kind,
        moment_text(received_at),
        programme,
        fund,
        donor,
        amount,
        currency,
        channel,
        "; ".join(said for said, _ in lines),
        " ".join(sorted({basis for _, basis in lines})),
        reference,
        str(entry_id),
        bill,
        name[0] if scope.is_unmasked and name[1] else None,
    )
    return Row(gift_id, cells)
