"""Say what is going on, with the seconds that it takes."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

BEAT_SECONDS = 1.0
# Where nobody watches a terminal, a line now and then is enough.
QUIET_BEAT_SECONDS = 15.0
OUTPUT_LINES_MAX = 40


class StepFailed(SystemExit):
    """A step did not work; the message says what to do."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show a step while it runs: at once, every second on a terminal, and when it has ended."""
    begun, is_over = time.monotonic(), threading.Event()
    beat = BEAT_SECONDS if sys.stderr.isatty() else QUIET_BEAT_SECONDS

    def tick() -> None:
        while not is_over.wait(beat):
            _say(f"  {title} … {time.monotonic() - begun:.0f} s", is_final=False)

    _say(f"  {title} …", is_final=False)
    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        _say(f"  {title}: {time.monotonic() - begun:.1f} s", is_final=True)


def run_step(
    title: str, command: Sequence[str], env: Mapping[str, str] | None = None, folder: Path | None = None
) -> None:
    """Run a command as one step. Refuses with StepFailed and the command's last lines where it fails."""
    with step(title):
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, cwd=folder, check=False
        )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-OUTPUT_LINES_MAX:])
        raise StepFailed(f"{tail}\n\n{title} did not work: {' '.join(command)}")


def _say(line: str, *, is_final: bool) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="\n" if is_final else "", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)
