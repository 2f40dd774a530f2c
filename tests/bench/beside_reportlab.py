"""reportlab as a process that draws labels when it is asked, pinned, in an environment of its own under `build/`."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from labels.spec import ParcelLabel
from logistics.kernel.codes import grouped
from tests.architecture.house import ROOT

REPORTLAB = "reportlab==4.4.4"
FOLDER = ROOT / "build" / "reportlab"
PYTHON = FOLDER / "bin" / "python"


@contextmanager
def drawing_with_reportlab(labels: Sequence[ParcelLabel]) -> Iterator[Callable[[], float]]:
    """Yield what draws these labels once and returns the seconds."""
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", REPORTLAB], check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(_said(label), ensure_ascii=False) + "\n" for label in labels)
        file.flush()
        # -P: what lies beside the script is ours.
        command = [str(PYTHON), "-P", str(ROOT / "tests" / "bench" / "reportlab_side.py"), file.name]
        with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            yield lambda: _asked(process)
            process.terminate()


def _asked(process: "subprocess.Popen[str]") -> float:
    assert process.stdin and process.stdout
    process.stdin.write("draw\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def _said(label: ParcelLabel) -> dict[str, object]:
    contents = list(label.contents[:3])
    return {"uri": label.uri, "code": grouped(label.code), "lines": [label.programme, label.township, *contents]}
