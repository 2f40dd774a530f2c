"""A real server over a copy of the template, and the worker where jobs are asked for."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

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
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        port = spare.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if name != "MIGRATION_DATABASE_URL"}
    env |= {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": settings}
    helpers = helper_commands() if has_worker else {}
    running = Installation(server_command("127.0.0.1", port, processes=workers), helpers, env)
    try:
        running.start()
        running.wait_until_ready(f"http://127.0.0.1:{port}/api/v1/health/live")
        yield f"http://127.0.0.1:{port}", running
    finally:
        running.stop()
