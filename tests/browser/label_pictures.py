"""Draw a page of every label paper, and the page that shows how far a printer misses, into docs/paper/."""

from labels.calibration import render_calibration
from labels.sheet import render_sheets
from labels.sheets import SHEETS, PrinterSetup, find_sheet
from labels.specimen import specimen_labels
from tests.browser.paper_pictures import FOLDER, picture_of


def draw_labels() -> None:
    """Draw made-up labels on each paper that is known by name, and the calibration page of one."""
    for name, sheet in SHEETS.items():
        _keep(f"labels-{name}", render_sheets(specimen_labels(sheet.positions), sheet))
    _keep("calibration", render_calibration(find_sheet("A4_3X7"), PrinterSetup()))


def _keep(name: str, pdf: bytes) -> None:
    path = FOLDER / f"{name.lower().replace('_', '-')}.png"
    path.write_bytes(picture_of(pdf))
    print(f"docs/paper/{path.name}")
