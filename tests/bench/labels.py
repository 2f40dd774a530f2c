"""How fast labels are: stamped, plainly laid out by WeasyPrint, and the usual way, by turns in one run."""

import base64
import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import qrcode
import weasyprint

from labels.kept_parts import forget_parts
from labels.plain import render_plainly
from labels.qr import matrix_of, packed
from labels.qr_table import qr_table
from labels.sheet import render_sheets
from labels.sheets import LabelSheet, find_sheet
from labels.spec import ParcelLabel
from labels.specimen import specimen_labels
from logistics.kernel.codes import CODE_LENGTH
from tests.architecture.house import ROOT
from tests.bench.beside_reportlab import REPORTLAB, drawing_with_reportlab
from tests.bench.reading import measure_reading

SHEETS = ("A4_3X7", "THERMAL_100X150")
ROUNDS, SLOW_LABELS, LABELS = 3, 105, 1_000
MANY = 50_000
QRS, SLOW_QRS = 20_000, 50
Say = Callable[[str, float, str], None]


def measure_labels(say: Say) -> str:
    """Print labels each way in turn, so that what else the machine does meets them alike; then many at once.

    Returns the table of what is read under damage.
    """
    few, labels = specimen_labels(SLOW_LABELS), specimen_labels(LABELS)
    for name in SHEETS:
        sheet = find_sheet(name)
        ways: dict[str, tuple[int, Callable[[], object]]] = {
            "the usual way": (SLOW_LABELS, lambda sheet=sheet: _usual(few, sheet.positions)),
            "plain": (SLOW_LABELS, lambda sheet=sheet: render_plainly(few, sheet)),
            "stamped": (LABELS, lambda sheet=sheet: _stamped(labels, sheet)),
        }
        speeds: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(ROUNDS + 1):
            for way, (count, draw) in ways.items():
                begun = time.perf_counter()
                draw()
                # In the first round everything is loaded.
                if turn:
                    speeds[way].append(count / (time.perf_counter() - begun))
        for way, (count, _) in ways.items():
            say(f"{name}, {way}, {count:,} labels", statistics.median(speeds[way]), "labels/s")
        for way in ("the usual way", "plain"):
            ratios = [fast / slow for fast, slow in zip(speeds["stamped"], speeds[way], strict=True)]
            say(f"{name}, stamped against {way}", statistics.median(ratios), "times faster")
        for count in (10_000, MANY):
            speed, megabytes, size = _many(name, count)
            say(f"{name}, stamped, {count:,} labels", speed, "labels/s")
            usual = statistics.median(speeds["the usual way"])
            say(f"{name}, stamped, {count:,} labels, against the usual way", speed / usual, "times faster")
            say(f"{name}, memory of {count:,} labels", megabytes, "MB")
            say(f"{name}, file of {count:,} labels", size / count, "bytes a label")
        sizes = [len(render_sheets(labels[:most], sheet)) for most in (500, LABELS)]
        say(f"{name}, each label beyond the first 500", (sizes[1] - sizes[0]) / (LABELS - 500), "bytes")
    _against_reportlab(say, labels)
    _measure_qrs(say)
    return measure_reading(say)


def _against_reportlab(say: Say, labels: list[ParcelLabel]) -> None:
    sheet, ratios, speeds = find_sheet("A4_3X7"), [], []
    with drawing_with_reportlab(labels) as draw:
        draw()
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            _stamped(labels, sheet)
            ours, theirs = time.perf_counter() - begun, draw()
            ratios.append(theirs / ours)
            speeds.append(len(labels) / theirs)
    say(f"A4_3X7, {REPORTLAB} with its QR widget, {len(labels):,} labels", statistics.median(speeds), "labels/s")
    say("A4_3X7, stamped against reportlab", statistics.median(ratios), "times faster")


def _stamped(labels: list[ParcelLabel], sheet: LabelSheet) -> bytes:
    """Draw as a worker draws its first batch: nothing is laid out yet."""
    forget_parts()
    return render_sheets(labels, sheet)


def _measure_qrs(say: Say) -> None:
    uris = [label.uri for label in specimen_labels(QRS)]
    table = qr_table(uris[0][:-CODE_LENGTH])
    slow, fast = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for uri in uris[:SLOW_QRS]:
            qrcode.make(uri)
        slow.append((time.perf_counter() - begun) / SLOW_QRS)
        begun = time.perf_counter()
        for uri in uris:
            table.bits_of(uri)
        fast.append((time.perf_counter() - begun) / QRS)
    say("a QR from the table", statistics.median(fast) * 1e6, "microseconds")
    ratios = [usual / ours for usual, ours in zip(slow, fast, strict=True)]
    say("QR from the table against qrcode.make()", statistics.median(ratios), "times faster")
    same = sum(table.bits_of(uri) == packed(matrix_of(uri)) for uri in uris[:500])
    say("QRs of 500 that are bit for bit the library's", same, "QRs")


def _usual(labels: list[ParcelLabel], positions: int) -> bytes:
    """Draw labels as most do: one HTML page a sheet, each QR a PNG inside the HTML."""
    cells = []
    for label in labels:
        png = io.BytesIO()
        qrcode.make(label.uri).save(png)
        picture = base64.b64encode(png.getvalue()).decode("ascii")
        lines = "".join(f"<li>{line}</li>" for line in label.contents)
        cells.append(
            f'<div><img src="data:image/png;base64,{picture}"><h2>{label.township}</h2><p>{label.programme}</p>'
            f"<ul>{lines}</ul><p>{label.batch}</p><p>{label.code}</p><p>{label.thanks}</p></div>"
        )
    pages = "".join(
        f"<section>{''.join(cells[start : start + positions])}</section>" for start in range(0, len(cells), positions)
    )
    size = "100mm 150mm" if positions == 1 else "A4"
    style = (
        f"@page {{ size: {size}; margin: 0 }} section {{ break-after: page }} * {{ margin: 0 }} "
        "div { float: left; width: 63mm; height: 38mm; overflow: hidden; font-size: 6pt } "
        "img { width: 22mm; float: left }"
    )
    made: bytes = weasyprint.HTML(string=f"<style>{style}</style>{pages}").write_pdf()
    return made


def _many(name: str, count: int) -> tuple[float, float, int]:
    """Draw many in a process of its own, so that its memory is theirs alone."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench.labels", name, str(count)], cwd=ROOT, capture_output=True, check=True
    )
    speed, megabytes, size = made.stdout.split()
    return float(speed), float(megabytes), int(size)


def main(name: str, count: int) -> None:
    """Draw once and print labels a second, the peak of memory in MB and the file's bytes."""
    sheet, labels = find_sheet(name), specimen_labels(count)
    render_sheets(labels[:5], sheet)
    begun = time.perf_counter()
    size = len(render_sheets(labels, sheet))
    seconds = time.perf_counter() - begun
    # The peak of this program alone: getrusage would also count the one that started it.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(count / seconds, int(status["VmHWM"].split()[0]) * 1024 / 1e6, size)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
