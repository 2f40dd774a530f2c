"""How many printed codes are read, and how many under damage beside those of a widely used label."""

import random
from collections.abc import Callable

from labels.qr import matrix_of
from labels.sheets import SHEETS, find_sheet
from labels.specimen import specimen_labels
from tests.labels.cameras import label_images, says, seen_by_phone, struck, symbol, turned, usual_matrix

LABELS, STRUCK = 42, 200
STROKES = (0.5, 1, 1.5, 2, 2.5, 3, 4)
Say = Callable[[str, float, str], None]


def measure_reading(say: Say) -> str:
    """Read labels of every paper, straight, turned and blurred; returns the table of what is read under damage."""
    for dpi in (203, 300):
        for degrees in (0, 13, 37):
            read = seen = count = 0
            for name in SHEETS:
                for text, image, module in label_images(specimen_labels(LABELS), find_sheet(name), dpi):
                    count += 1
                    read += says(turned(image, degrees), text)
                    seen += says(seen_by_phone(turned(image, degrees), module), text)
            say(f"codes read at {dpi} dpi, turned by {degrees} degrees, of {count}", 100 * read / count, "%")
            say(f"the same as a blurred phone sees it, of {count}", 100 * seen / count, "%")
    return _damage()


def _damage() -> str:
    """Read the same codes under the same strokes as we draw them and as `qrcode.make()` does, equally large."""
    labels = specimen_labels(STRUCK)
    rows = []
    for stroke in STROKES:
        shares = []
        for drawn in (matrix_of, usual_matrix):
            lot = random.Random(stroke)
            read = sum(says(struck(symbol(drawn(label.uri)), stroke, lot), label.uri) for label in labels)
            shares.append(f"{100 * read / STRUCK:.0f} %")
        rows.append(f"| {stroke:g} | {' | '.join(shares)} |")
    head = (
        f"Codes read under a black stroke right through the symbol, {STRUCK} of each, both of 29 x 29 modules:\n\n"
        "| stroke, modules wide | ours, error correction Q | a usual label, error correction M |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"
