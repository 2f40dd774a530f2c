"""A real server over a copy of the template, and the worker where jobs are asked for."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from logistics.management.serving import Installation, helper_commands, server_command


@contextmanager
def serving(database_url: str, *, workers: int = 2, has_worker: bool = True) -> Iterator[str]:
    """Serve the database and yield the address; everything that was started is ended by its pid."""
    with installed(database_url, workers=workers, has_worker=has_worker) as (address, _):
        yield address


@contextmanager
def installed(
    database_url: str, *, workers: int = 2, has_worker: bool = True, settings: str = "logistics.settings"
) -> Iterator[tuple[str, Installation]]:
    """Serve the database; yields the address, and the processes behind it."""
    port = _spare_port()
    helpers = helper_commands() if has_worker else {}
    running = Installation(server_command("127.0.0.1", port, processes=workers), helpers, _env(database_url, settings))
    try:
        running.start()
        running.wait_until_ready(f"http://127.0.0.1:{port}/api/v1/health/live")
        yield f"http://127.0.0.1:{port}", running
    finally:
        running.stop()


class MortalServer:
    """A server that can be killed with all its processes, whatever they are doing, and started again."""

    def __init__(self, database_url: str, *, workers: int = 2, **settings: str) -> None:
        self._port, self._workers, self._env = _spare_port(), workers, _env(database_url) | settings
        self.address = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._running = Installation(server_command("127.0.0.1", self._port, processes=self._workers), {}, self._env)
        self._running.start()
        self._running.wait_until_ready(f"{self.address}/api/v1/health/live")

    def restart(self, **settings: str) -> None:
        """End it, and start it again where it was with these settings besides."""
        self.kill()
        self._env |= settings
        self.start()

    def kill(self) -> None:
        """End it without warning. Its processes are a session of their own: nobody else is met."""
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid_of("server"), signal.SIGKILL)
        self._running.stop()


def _env(database_url: str, settings: str = "logistics.settings") -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name != "MIGRATION_DATABASE_URL"}
    return env | {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": settings}


def _spare_port() -> int:
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        return int(spare.getsockname()[1])
