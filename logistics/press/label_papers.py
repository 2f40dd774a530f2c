"""Label papers and printers: own sheets by their measures, and where the next label goes on a part-used one."""

from typing import Any

from django.db.models import Q, QuerySet

from labels.sheets import (
    DOTS_PER_INCH,
    OFFSET_UM_MAX,
    SHEETS,
    LabelSheet,
    PrinterSetup,
    SheetUnknown,
    require_possible,
)
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.parties.access import organisation_ids_above, organisation_ids_below
from logistics.parties.models import Organisation
from logistics.press.models import OwnSheet, Printer, PrinterPosition
from logistics.storage.transactions import action

GEOMETRY = (
    "page_width_um",
    "page_height_um",
    "rows",
    "columns",
    "margin_left_um",
    "margin_top_um",
    "gutter_x_um",
    "gutter_y_um",
    "label_width_um",
    "label_height_um",
)


class SheetTaken(Conflicting):
    code = "sheet_taken"
    zh = "标签纸 {sheet} 已经有了。"
    en = "There is a sheet {sheet} already."


class PrinterTaken(Conflicting):
    code = "printer_taken"
    zh = "打印机 {printer} 已经有了。"
    en = "There is a printer {printer} already."


class PrinterMissing(Missing):
    code = "printer_missing"
    zh = "没有打印机 {printer}。"
    en = "There is no printer {printer}."


class PrinterImpossible(Unacceptable):
    code = "printer_impossible"
    zh = "分辨率须为 {dots} 之一，偏移不超过 {most} 毫米。"
    en = "The dots per inch are one of {dots}, and an offset is at most {most} mm."


@action
def register_sheet(*, organisation: Organisation, name: str, product: str = "", **measures: int) -> LabelSheet:
    """Register a label paper of one's own, measures in micrometres. It serves the bodies below as well.

    Refuses SheetTaken, SheetImpossible, LabelTooSmall.
    """
    sheet = LabelSheet(name=name, product=product, **measures)
    require_possible(sheet)
    if name in sheets_for(organisation):
        raise SheetTaken(sheet=name, pointer="/name")
    OwnSheet.objects.create(organisation=organisation, name=name, product=product, **measures)
    return sheet


@action
def register_printer(
    *,
    organisation: Organisation,
    code: str,
    name: str,
    dots_per_inch: int = 203,
    offset_x_um: int = 0,
    offset_y_um: int = 0,
) -> Printer:
    """Register a printer. Refuses PrinterTaken, PrinterImpossible."""
    _require_possible_printer(dots_per_inch, offset_x_um, offset_y_um)
    if printers_for(organisation).filter(code=code).exists():
        raise PrinterTaken(printer=code, pointer="/code")
    return Printer.objects.create(
        organisation=organisation,
        code=code,
        name=name,
        dots_per_inch=dots_per_inch,
        offset_x_um=offset_x_um,
        offset_y_um=offset_y_um,
    )


@action
def change_printer(*, printer: Printer, dots_per_inch: int, offset_x_um: int, offset_y_um: int) -> Printer:
    """Write down what the calibration page showed. Refuses PrinterImpossible."""
    _require_possible_printer(dots_per_inch, offset_x_um, offset_y_um)
    Printer.objects.filter(id=printer.id).update(
        dots_per_inch=dots_per_inch, offset_x_um=offset_x_um, offset_y_um=offset_y_um
    )
    printer.refresh_from_db()
    return printer


def sheets_for(organisation: Organisation) -> dict[str, LabelSheet]:
    """Return every paper that an organisation prints on, by name: those to be bought, its own and those from above."""
    rows = OwnSheet.objects.filter(Q(organisation__in=organisation_ids_above(organisation))).order_by("id")
    return {**SHEETS, **{row.name: _sheet_of(row) for row in rows}}


def get_sheet(*, name: str, organisation: Organisation) -> LabelSheet:
    """Return a paper by its name. Refuses SheetUnknown."""
    known = sheets_for(organisation)
    if name not in known:
        raise SheetUnknown(sheet=name[:40], known=sorted(known), pointer="/sheet")
    return known[name]


def printers_for(organisation: Organisation) -> "QuerySet[Printer]":
    """Return the printers of an organisation and of those below it."""
    return Printer.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("id")


def get_printer(*, code: str, organisation: Organisation) -> Printer:
    """Return a printer by its code. Refuses PrinterMissing."""
    found = printers_for(organisation).filter(code=code).first()
    if found is None:
        raise PrinterMissing(printer=code[:40], pointer="/printer")
    return found


def positions_for(organisation: Organisation) -> "QuerySet[PrinterPosition]":
    """Return the part-used sheets that lie at an organisation's printers."""
    rows = PrinterPosition.objects.filter(printer__in=printers_for(organisation).order_by(), position__gt=1)
    return rows.select_related("printer").order_by("printer_id", "sheet")


def setup_of(printer: Printer | None) -> PrinterSetup:
    """Say a printer to the drawing; without one, a label printer that prints where it should."""
    if printer is None:
        return PrinterSetup()
    return PrinterSetup(printer.dots_per_inch, printer.offset_x_um, printer.offset_y_um)


def _sheet_of(row: OwnSheet) -> LabelSheet:
    measures: dict[str, Any] = {name: getattr(row, name) for name in GEOMETRY}
    return LabelSheet(name=row.name, product=row.product, **measures)


def _require_possible_printer(dots_per_inch: int, *offsets_um: int) -> None:
    if dots_per_inch not in DOTS_PER_INCH or any(abs(offset) > OFFSET_UM_MAX for offset in offsets_um):
        raise PrinterImpossible(dots=list(DOTS_PER_INCH), most=OFFSET_UM_MAX // 1000)
