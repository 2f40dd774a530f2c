"""What lies in a warehouse, for its papers."""

from logistics.parties.models import Organisation
from logistics.press.papers.kinds import PaperRequest, require_count
from logistics.stock.models import Warehouse
from logistics.stock.reads import StockRow, get_warehouse, stock_rows

ROWS_MAX = 1_000


def on_hand(organisation: Organisation, request: PaperRequest) -> tuple[Warehouse, list[StockRow]]:
    """Return the warehouse and its lots, first expired first. Refuses WarehouseMissing."""
    warehouse = get_warehouse(code=str(request["warehouse"]), organisation=organisation)
    return warehouse, list(stock_rows(organisation=organisation, warehouse=warehouse))


def count_stock(organisation: Organisation, request: PaperRequest) -> int:
    """Count the lots of a warehouse. Refuses PaperEmpty, PaperTooLong."""
    return require_count(len(on_hand(organisation, request)[1]), ROWS_MAX)


def day_text(day: object) -> str:
    """Say a day, or that there is none."""
    return str(day) if day else "—"
