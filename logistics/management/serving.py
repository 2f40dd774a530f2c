"""The processes that make a running installation, and their common end."""

import ctypes
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from logistics.setup.environment import ROOT

THREADS = 4
WORKER = "logistics.setup.workers.StayingWorker"
PROCESSES_MAX = 8
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 10
# Devices scan every few seconds: they keep their connection in between.
KEEP_ALIVE_SECONDS = 30
# The longest line gunicorn takes: filters of 300 signs, in Chinese, are nine times as long on the line.
REQUEST_LINE_BYTES_MAX = 8_190
LOOK_SECONDS = 0.2
# How often an idle worker asks for jobs: whoever waits for a first sheet waits half of it.
WORKER_LOOKS_SECONDS = "0.1"
# A worker that ended by an error starts again, but not in a storm.
PAUSE_SECONDS = 2.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1


class ServerNotStarted(Exception):
    """The server ended, or did not answer in time; what it printed says why."""


@dataclass
class Certificate:
    """A certificate and its key."""

    certificate: Path
    key: Path


def server_command(host: str, port: int, *, processes: int, certificate: Certificate | None = None) -> list[str]:
    """Write the command that serves the pages and the API."""
    command = [sys.executable, "-m", "gunicorn", "logistics.wsgi", "--bind", f"{host}:{port}"]
    command += ["--workers", str(processes), "--threads", str(THREADS), "--no-control-socket"]
    command += ["--worker-class", WORKER]
    command += [
        "--keep-alive",
        str(KEEP_ALIVE_SECONDS),
        "--limit-request-line",
        str(REQUEST_LINE_BYTES_MAX),
        "--log-level",
        "warning",
        "--graceful-timeout",
        str(STOP_SECONDS_MAX // 2),
    ]
    if certificate:
        command += ["--certfile", str(certificate.certificate), "--keyfile", str(certificate.key)]
    return command


def helper_commands() -> dict[str, list[str]]:
    """Write the commands that work in the background: the worker draws, the sequencer seals the
    journal, the messenger tells partners."""
    django = [sys.executable, "-m", "django"]
    return {
        "worker": [*django, "work", "--interval", WORKER_LOOKS_SECONDS, "--no-startup-delay"],
        "sequencer": [*django, "seal_journal", "--watch"],
        "messenger": [*django, "deliver_webhooks", "--watch"],
    }


def default_processes() -> int:
    """Choose how many processes serve: one for each core."""
    return min(os.cpu_count() or 1, PROCESSES_MAX)


class Installation:
    """A server and its helpers that live and end together."""

    def __init__(self, server: Sequence[str], helpers: Mapping[str, Sequence[str]], env: Mapping[str, str]) -> None:
        self._commands: dict[str, Sequence[str]] = {"server": server, **helpers}
        # Where the processes of this machine add up what they count.
        self._counters = tempfile.TemporaryDirectory(prefix="nuanliu-")
        self._env = {**env, "PROMETHEUS_MULTIPROC_DIR": self._counters.name}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start all processes."""
        for name in self._commands:
            self._start(name)

    def wait_until_ready(self, url: str, context: ssl.SSLContext | None = None) -> None:
        """Wait for an answer. Refuses with ServerNotStarted where the server ends or takes too long."""
        until = time.monotonic() + START_SECONDS_MAX
        while not _answers(url, context):
            if self._running["server"].poll() is not None or time.monotonic() > until:
                raise ServerNotStarted(f"{url} does not answer.")
            time.sleep(LOOK_SECONDS)

    def watch(self, is_over: threading.Event) -> int:
        """Wait for the end, starting a helper again that ended; returns the server's exit code, or 0 when told to."""
        while not is_over.wait(LOOK_SECONDS):
            code = self._running["server"].poll()
            if code is not None:
                return code or 1
            for name in [name for name, process in self._running.items() if process.poll() is not None]:
                print(f"The {name} has ended and is started again.", file=sys.stderr)
                is_over.wait(PAUSE_SECONDS)
                self._start(name)
        return 0

    def pid_of(self, name: str) -> int:
        """Return the number of a process: of the server, or of the helper that runs now."""
        return self._running[name].pid

    def stop(self) -> None:
        """End every process, first asking, then not."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_SECONDS_MAX
        for process in self._running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._counters.cleanup()

    def _start(self, name: str) -> None:
        # A session of their own keeps Ctrl-C away from them: the parent ends them in order.
        env = {**self._env, "NUANLIU_SERVES": "1"} if name == "server" else self._env
        self._running[name] = subprocess.Popen(
            self._commands[name], cwd=ROOT, env=env, start_new_session=True, preexec_fn=_end_with_parent
        )


def until_told(work: Callable[[threading.Event], int]) -> int:
    """Run the work with an event that Ctrl-C, a closed terminal or `kill` sets."""
    is_over = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        is_over.set()

    before = {number: signal.signal(number, tell) for number in _SIGNALS}
    try:
        return work(is_over)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answers(url: str, context: ssl.SSLContext | None) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5, context=context).close()
    except urllib.error.HTTPError:
        return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent is killed outright, so that the port is free again."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
