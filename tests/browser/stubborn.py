"""A real server behind a stubborn line: it can be killed and started again, and the line can lose what it carries."""

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from logistics.management.serving import Installation, server_command

BYTES_AT_ONCE = 65_536
# What the line does with the next answers: brings them, loses them after the server has spoken, tears them in two.
BRINGS, LOSES, TEARS = "BRINGS", "LOSES", "TEARS"


class StubbornServer:
    """The address that a phone knows; behind it, a server of one process that comes and goes."""

    def __init__(self, database_url: str, **settings: str) -> None:
        self._env = {name: value for name, value in os.environ.items() if name != "MIGRATION_DATABASE_URL"}
        self._env |= {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "logistics.settings", **settings}
        self._port = _spare_port()
        self._line = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._line.getsockname()[1]}"
        self.mood = BRINGS
        self.spoiled = 0
        self._running: Installation | None = None

    def __enter__(self) -> "StubbornServer":
        threading.Thread(target=self._listen, daemon=True).start()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        # A listening socket that another thread waits on must be shut down to be let go.
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        if self._running:
            return
        self._running = Installation(server_command("127.0.0.1", self._port, processes=1), {}, self._env)
        self._running.start()
        self._running.wait_until_ready(f"http://127.0.0.1:{self._port}/api/v1/health/live")

    def kill(self) -> None:
        """End the server, whatever it is doing."""
        if self._running:
            for process in self._running._running.values():
                # Those who serve outlive the one who started them for a while, and keep the port.
                children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
                process.kill()
                for child in children:
                    os.kill(int(child), signal.SIGKILL)
            self._running.stop()
            self._running = None

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._line.accept()
                threading.Thread(target=self._carry, args=(caller,), daemon=True).start()

    def _carry(self, caller: socket.socket) -> None:
        with caller, suppress(OSError):
            server = socket.create_connection(("127.0.0.1", self._port), timeout=5)
            with server:
                asking = threading.Thread(target=_pump, args=(caller, server), daemon=True)
                asking.start()
                self._bring_back(server, caller)

    def _bring_back(self, server: socket.socket, caller: socket.socket) -> None:
        server.settimeout(60)
        while data := server.recv(BYTES_AT_ONCE):
            is_about_scans = b'"outcomes"' in data or b"server_time" in data
            if self.mood != BRINGS and is_about_scans:
                self.spoiled += 1
                # The server has committed before it spoke.
                if self.mood == TEARS:
                    caller.sendall(data[: len(data) // 2])
                    time.sleep(0.05)
                caller.shutdown(socket.SHUT_RDWR)
                return
            caller.sendall(data)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(BYTES_AT_ONCE):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def _spare_port() -> int:
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        return int(spare.getsockname()[1])
