"""A page that shows how far a printer misses: frames where the labels should be, and rulers from each corner."""

from labels.drawing import lay_out
from labels.sheets import LabelSheet, PrinterSetup
from labels.styles import UM_PER_MM

RULER_MM = 10
LINE = "background:#000;position:absolute"


def render_calibration(sheet: LabelSheet, printer: PrinterSetup) -> bytes:
    """Draw the outline of every label of a sheet as this printer is set now, as a PDF of one page."""
    frames = "".join(_frame(sheet, printer, place) for place in range(sheet.positions))
    size = sheet.page_width_um / UM_PER_MM, sheet.page_height_um / UM_PER_MM
    document = lay_out([frames + _words(sheet, printer)], *size, f"Calibration {sheet.name}")
    made: bytes = document.write_pdf()
    return made


def _frame(sheet: LabelSheet, printer: PrinterSetup, place: int) -> str:
    left, top = sheet.corner(place)
    x, y = (left + printer.offset_x_um) / UM_PER_MM, (top + printer.offset_y_um) / UM_PER_MM
    width, height = sheet.label_width_um / UM_PER_MM, sheet.label_height_um / UM_PER_MM
    box = f"position:absolute;left:{x}mm;top:{y}mm;width:{width}mm;height:{height}mm;border:0.2mm solid #000"
    number = f'<p style="position:absolute;right:2mm;bottom:1mm;font-size:7pt">{place + 1}</p>'
    return f'<div style="{box}">{_rulers()}{number}</div>'


def _rulers() -> str:
    """Draw millimetres along both edges from the corner: where the paper's edge crosses them is what is missed."""
    marks = []
    for millimetre in range(RULER_MM + 1):
        length = 3 if millimetre % 5 == 0 else 1.5
        marks.append(f'<i style="{LINE};left:{millimetre}mm;top:0;width:0.15mm;height:{length}mm"></i>')
        marks.append(f'<i style="{LINE};top:{millimetre}mm;left:0;height:0.15mm;width:{length}mm"></i>')
    return "".join(marks)


def _words(sheet: LabelSheet, printer: PrinterSetup) -> str:
    left, top = sheet.corner(0)
    at = f"left:{left / UM_PER_MM + 12}mm;top:{top / UM_PER_MM + 4}mm;width:{sheet.label_width_um / UM_PER_MM - 15}mm"
    lines = (
        f"{sheet.name} {sheet.product}",
        f"X {printer.offset_x_um / UM_PER_MM:+.2f} mm　Y {printer.offset_y_um / UM_PER_MM:+.2f} mm",
        "框线偏右、偏下几毫米，偏移就减去几毫米。",
        "Frame too far right or low: subtract the millimetres.",
    )
    return f'<div style="position:absolute;{at};font-size:6.5pt;line-height:1.35">{"<br>".join(lines)}</div>'
