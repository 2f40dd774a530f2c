"""A progress bar for commands: how far, how long, how much longer."""

import sys
import time
from collections.abc import Callable

WIDTH = 30
# Where nobody watches a terminal, a line now and then is enough.
QUIET_BEAT_SECONDS = 10.0
BEAT_SECONDS = 0.1


def progress_bar(title: str) -> Callable[[int, int], None]:
    """Return what to call with (done, total); it draws on standard error and ends its line when all is done."""
    begun, is_terminal = time.monotonic(), sys.stderr.isatty()
    beat = BEAT_SECONDS if is_terminal else QUIET_BEAT_SECONDS
    last = [begun - (beat if is_terminal else 0)]

    def show(done: int, total: int) -> None:
        now, is_over = time.monotonic(), done >= total
        if now - last[0] < beat and not is_over:
            return
        last[0] = now
        line = _line(title, done, total, now - begun)
        sys.stderr.write(f"\r{line}{chr(10) if is_over else ''}" if is_terminal else f"{line}\n")
        sys.stderr.flush()

    return show


def _line(title: str, done: int, total: int, seconds: float) -> str:
    full = WIDTH * done // max(total, 1)
    left = seconds / done * (total - done) if done else 0
    rest = f"{seconds:.0f} s" if done >= total else f"{seconds:.0f} s, about {left:.0f} s left"
    return f"  {title} [{'#' * full}{'.' * (WIDTH - full)}] {done}/{total}  {rest}"
