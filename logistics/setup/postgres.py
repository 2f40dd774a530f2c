"""A PostgreSQL of our own for the tests: a temporary folder, a spare port, two roles, ended by its pid."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER, ROLE = "nuanliu_owner", "nuanliu_app"
START_SECONDS_MAX = 60


@dataclass(frozen=True)
class Server:
    """A running server and the addresses of its two roles."""

    port: int

    @property
    def owner_url(self) -> str:
        """The role that owns the tables."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/nuanliu"

    @property
    def role_url(self) -> str:
        """The role that owns nothing, as the application runs."""
        return f"postgresql://{ROLE}@127.0.0.1:{self.port}/nuanliu"


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server and stop it at the end, also after an error or Ctrl-C."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not programs:
        raise SystemExit("PostgreSQL is missing. As root, run:\n  apt-get install --yes postgresql")
    folder = Path(tempfile.mkdtemp(prefix="nuanliu-postgresql-"))
    user = _user()
    process: subprocess.Popen[bytes] | None = None
    try:
        if user:
            shutil.chown(folder, user)
        process, port = _start(programs[-1], folder, user)
        _make_roles(programs[-1], port, user)
        yield Server(port)
    finally:
        if process is not None:
            process.terminate()
            process.wait(START_SECONDS_MAX)
        shutil.rmtree(folder, ignore_errors=True)


def _start(programs: Path, folder: Path, user: str | None) -> tuple["subprocess.Popen[bytes]", int]:
    data = folder / "data"
    make = [programs / "initdb", "-D", data, "-A", "trust", "-U", OWNER, "--locale=C.UTF-8", "-E", "UTF8"]
    subprocess.run(make, user=user, check=True, stdout=subprocess.DEVNULL, cwd="/")
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        port = spare.getsockname()[1]
    settings = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "max_connections": 200}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([programs / "postgres", "-D", data, *options], user=user, stderr=log, cwd="/")
    until = time.monotonic() + START_SECONDS_MAX
    ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(ready, check=False).returncode:
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit((folder / "log").read_text(errors="replace"))
        time.sleep(0.1)
    return process, port


def _make_roles(programs: Path, port: int, user: str | None) -> None:
    statements = [f"CREATE ROLE {ROLE} LOGIN NOCREATEDB NOCREATEROLE", f"CREATE DATABASE nuanliu OWNER {OWNER}"]
    for statement in statements:
        command = [programs / "psql", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", OWNER, "-d", "postgres"]
        subprocess.run([*command, "-c", statement], user=user, check=True, cwd="/")


def _user() -> str | None:
    """Choose who runs the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
