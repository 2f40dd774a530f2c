"""A PostgreSQL of our own for the tests: a temporary folder, a spare port, two roles, ended by its pid."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from logistics.setup.packages import postgresql_programs
from logistics.setup.progress import StepFailed

MASTER, OWNER, ROLE, DATABASE = "nuanliu_master", "nuanliu_owner", "nuanliu_app", "nuanliu"
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
# fsync stays on: what the tests say about durability must be true. The rest saves the memory of a small machine.
SETTINGS = {"listen_addresses": "127.0.0.1", "max_connections": "100", "jit": "off", "autovacuum_naptime": "10min"}
ROLES = (
    f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{{password}}'",
    f"CREATE ROLE {ROLE} LOGIN PASSWORD '{{password}}'",
    # DROP DATABASE ... WITH (FORCE) ends the connections that a test left open.
    f"GRANT pg_signal_backend TO {OWNER}",
    f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
)


@dataclass(frozen=True)
class Server:
    """A running server and the addresses of its two roles."""

    port: int
    password: str

    @property
    def owner_url(self) -> str:
        """The role that owns the tables."""
        return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def role_url(self) -> str:
        """The role that owns nothing, as the application runs."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"


@contextmanager
def running_server(within: Path | None = None) -> Iterator[Server]:
    """Start a server and stop it at the end, also after an error or Ctrl-C. Its files stand `within` a folder.

    Refuses without PostgreSQL's programs.
    """
    programs = postgresql_programs()
    if programs is None:
        raise StepFailed("PostgreSQL is missing. As root, run:\n  apt-get install --yes postgresql")
    folder, user = Path(tempfile.mkdtemp(prefix="nuanliu-postgresql-", dir=within)), _user()
    server = Server(_spare_port(), secrets.token_hex(16))
    process: subprocess.Popen[bytes] | None = None
    try:
        (folder / "password").write_text(server.password)
        if user:
            for path in (folder, folder / "password"):
                shutil.chown(path, user)
        process = _start(programs, folder, server, user)
        for statement in ROLES:
            _run(programs, server, statement.format(password=server.password))
        yield server
    finally:
        if process is not None:
            # SIGINT: end the connections that are left, and stop at once.
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS_MAX)
        shutil.rmtree(folder, ignore_errors=True)


def _start(programs: Path, folder: Path, server: Server, user: str | None) -> "subprocess.Popen[bytes]":
    data, log = folder / "data", folder / "log"
    how = ["-A", "scram-sha-256", "-U", MASTER, f"--pwfile={folder / 'password'}", "--locale=C.UTF-8", "-E", "UTF8"]
    command = [str(programs / "initdb"), f"--pgdata={data}", "--no-sync", *how]
    subprocess.run(command, user=user, check=True, stdout=subprocess.DEVNULL, cwd="/")
    settings: Mapping[str, object] = {**SETTINGS, "port": server.port, "unix_socket_directories": folder}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches the tests first, and the server ends after them.
        process = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), *options],
            user=user,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
        )
    until = time.monotonic() + START_SECONDS_MAX
    ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(server.port)]
    while subprocess.run(ready, check=False).returncode:
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise StepFailed(f"PostgreSQL did not start.\n{log.read_text(errors='replace')}")
        time.sleep(0.1)
    return process


def _run(programs: Path, server: Server, statement: str) -> None:
    where = ["-h", "127.0.0.1", "-p", str(server.port), "-U", MASTER, "-d", "postgres"]
    command = [str(programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", *where, "-c", statement]
    env = {**os.environ, "PGPASSWORD": server.password}
    subprocess.run(command, env=env, check=True, cwd="/")


def _spare_port() -> int:
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        return int(spare.getsockname()[1])


def _user() -> str | None:
    """Choose who runs the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
