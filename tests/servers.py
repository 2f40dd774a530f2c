"""A real server over a copy of the template: gunicorn and, where jobs are asked for, the worker."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from logistics.setup.environment import ROOT

START_SECONDS_MAX = 40


@contextmanager
def serving(database_url: str, *, workers: int = 2, has_worker: bool = True) -> Iterator[str]:
    """Serve the database and yield the address; everything that was started is ended by its pid."""
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        port = spare.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if name != "MIGRATION_DATABASE_URL"}
    env |= {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "logistics.settings"}
    python = [sys.executable, "-m"]
    commands = [
        [*python, "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", "2"]
        + ["--no-control-socket", "--log-level", "warning", "logistics.wsgi"]
    ]
    if has_worker:
        commands.append([*python, "django", "db_worker", "--interval", "0.1"])
    running = [subprocess.Popen(command, cwd=ROOT, env=env) for command in commands]
    try:
        _wait(f"http://127.0.0.1:{port}/api/v1/health/live", running[0])
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)
