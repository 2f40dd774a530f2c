"""Where a label and its QR stand on a sheet, as one printer prints it."""

from dataclasses import dataclass

from labels.qr import QUIET_MODULES
from labels.readback import Mark
from labels.sheets import LabelSheet, PrinterSetup
from labels.styles import UM_PER_INCH, dots_per_module


@dataclass(frozen=True)
class QrPlace:
    """Where the modules of a QR begin on the page, without the quiet zone, and how large one is, in micrometres."""

    left_um: float
    top_um: float
    module_um: float


def mark_of(sheet: LabelSheet, number: int, printer: PrinterSetup, text: str) -> Mark:
    """Say where a label stands, by its number from 0 counted from the first place of the first sheet."""
    page, place = divmod(number, sheet.positions)
    left, top = sheet.corner(place)
    left, top = left + printer.offset_x_um, top + printer.offset_y_um
    return Mark(page, left, top, left + sheet.label_width_um, top + sheet.label_height_um, text)


def qr_place(sheet: LabelSheet, place: int, modules: int, printer: PrinterSetup) -> QrPlace:
    """Say where a QR of so many modules stands, on whole printer dots, in the middle of its room."""
    dot_um = UM_PER_INCH / printer.dots_per_inch
    style = sheet.style
    module_um = dots_per_module(style, modules, printer.dots_per_inch) * dot_um
    spare_um = (style.qr_room_um - (modules + 2 * QUIET_MODULES) * module_um) / 2 + QUIET_MODULES * module_um
    left, top = sheet.corner(place)
    return QrPlace(
        round((left + printer.offset_x_um + style.qr_left_um + spare_um) / dot_um) * dot_um,
        round((top + printer.offset_y_um + style.qr_top_um + spare_um) / dot_um) * dot_um,
        module_um,
    )
