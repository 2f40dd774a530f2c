"""The bundle's book.xlsx: what auditors import, on sheets and with headings as GB/T 24589 names them."""

from collections.abc import Iterator

from django.conf import settings

from logistics.ledgers.reads import LEDGERS
from logistics.ledgers.scope import Cell
from logistics.ledgers.workbooks import BASE_CURRENCY, Sheet, as_workbook
from logistics.press.bundles.bundle import Bundle

# In the order in which an auditor reads: first what an interface of accounting software has, then what is ours alone.
SHEETS = {
    "会计科目": "chart",
    "科目余额及发生额": "trial-balance",
    "记账凭证": "vouchers",
    "专项": "funds",
    "账户": "accounts",
    "批次": "lots",
    "收发存": "stock-movement",
    "发放台账": "distribution",
    "捐赠台账": "donations",
    "期初余额": "opening",
    "期末余额": "closing",
    "冲正": "reversals",
    "合规检查": "compliance",
    "分录流水": "journal",
}


def workbook(bundle: Bundle) -> Iterator[bytes]:
    """Write the workbook."""
    return as_workbook([Sheet(name, LEDGERS[ledger]) for name, ledger in SHEETS.items()], bundle.scope, _cover(bundle))


def _cover(bundle: Bundle) -> list[tuple[str, Cell]]:
    asked = bundle.asked
    return [
        ("电子账簿名称", f"{asked.organisation.code} {asked.from_on.isoformat()}—{asked.until.isoformat()}"),
        ("会计核算单位", asked.organisation.code),
        ("单位性质", asked.organisation.kind),
        ("开发单位", "Nuanliu 暖流"),
        ("版本号", settings.VERSION),
        ("本位币", BASE_CURRENCY),
        ("会计期间起始日期", asked.from_on.isoformat()),
        ("会计期间结束日期", asked.until.isoformat()),
        ("已知时点", bundle.known_at.isoformat()),
        ("校验点大小", bundle.checkpoint.size),
        ("校验点根", bundle.checkpoint.root),
    ]
