"""Where the next label goes on the part-used sheet that lies at a printer."""

from labels.sheets import LabelSheet, next_position, require_position
from logistics.press.models import LabelBatch, Printer, PrinterPosition


def take_positions(*, printer: Printer | None, sheet: LabelSheet, start_position: int | None, labels: int) -> int:
    """Return where labels begin, and remember at their printer where the next ones go.

    Without a start position they go on where the last ones ended. Refuses PositionOutsideSheet.
    """
    if start_position is not None:
        require_position(sheet, start_position)
    if printer is None:
        return start_position or 1
    # The printer's row is the lock: two batches asked for at once do not begin at one position.
    Printer.objects.select_for_update().get(id=printer.id)
    start = start_position or offered_position(printer, sheet.name)
    PrinterPosition.objects.update_or_create(
        printer=printer, sheet=sheet.name, defaults={"position": next_position(sheet, start, labels)}
    )
    return start


def offered_position(printer: Printer | None, sheet: str) -> int:
    """Return where the next label goes if nobody says otherwise."""
    row = PrinterPosition.objects.filter(printer=printer, sheet=sheet).first() if printer else None
    return row.position if row else 1


def give_back_positions(batch: LabelBatch, sheet: LabelSheet) -> None:
    """Free the positions that a batch did not use, unless later labels stand behind them."""
    if batch.printer_id:
        after = next_position(sheet, batch.start_position, batch.total)
        PrinterPosition.objects.filter(printer_id=batch.printer_id, sheet=sheet.name, position=after).update(
            position=next_position(sheet, batch.start_position, batch.done)
        )
