"""Start everything: the database, the demonstration, the server and its helpers."""

import datetime as dt
import os
import socket
import ssl
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import qrcode
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from logistics.management import certificates, serving
from logistics.management.sign_ins import sign_ins_path
from logistics.parties.models import Organisation
from logistics.setup.environment import ROOT
from logistics.setup.progress import run_step, step
from logistics.storage.secrets import write_key_ring

PORT = 8000
# Says that this installation began as a demonstration: one that was interrupted is completed at the next start,
# and figures made up never join real ones.
BEGUN_AS_DEMONSTRATION = "demo-begun"


class Command(BaseCommand):
    """Migrate, load the demonstration into a new installation, and serve until Ctrl-C."""

    help = "Start everything and serve. Keeps its data; the second start takes seconds."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument("--data", metavar="DIR", help="where database, files and keys are kept (default var/)")
        parser.add_argument("--no-demo", action="store_true", help="begin empty, without the demonstration")
        parser.add_argument(
            "--https", action="store_true", help="serve the local network with a self-made certificate, for telephones"
        )

    def handle(self, *args: Any, port: int, data: str | None, no_demo: bool, https: bool, **options: Any) -> None:
        """Do it. Refuses a port that is taken and a server that does not start."""
        if data and Path(data).expanduser().resolve() != settings.DATA_DIR:
            raise CommandError("Write --data DIR in full: it is read before everything else.")
        host = "0.0.0.0" if https else certificates.LOOPBACK
        _require_free(host, port)
        # Files made from here on, the children's too, are for this user only.
        os.umask(0o077)
        _prepare(wants_demo=not no_demo)
        code = serving.until_told(lambda is_over: self._serve(host, port, is_over, is_https=https))
        if code:
            sys.exit(code)

    def _serve(self, host: str, port: int, is_over: threading.Event, *, is_https: bool) -> int:
        address = certificates.local_address() if is_https else host
        certificate, context, env = None, None, dict(os.environ)
        if is_https:
            certificate = certificates.kept_certificate(settings.KEYS_DIR, address, now=dt.datetime.now(dt.UTC))
            context = ssl.create_default_context(cafile=str(certificate.certificate))
            env |= {"NUANLIU_HTTPS": "1", "ALLOWED_HOSTS": ",".join([*settings.ALLOWED_HOSTS, address])}
        server = serving.server_command(host, port, processes=serving.default_processes(), certificate=certificate)
        running = serving.Installation(server, serving.helper_commands(), _for_children(env))
        url = f"{'https' if is_https else 'http'}://{address}:{port}/"
        try:
            with step("Starting  正在启动"):
                running.start()
                running.wait_until_ready(f"{url}api/v1/health/live", context)
            self._greet(url, has_qr=is_https)
            return running.watch(is_over)
        except serving.ServerNotStarted as refusal:
            raise CommandError(f"The server did not start: {refusal}") from None
        finally:
            running.stop()

    def _greet(self, url: str, *, has_qr: bool) -> None:
        sign_ins = sign_ins_path()
        if sign_ins.exists():
            self.stdout.write(f"\n{sign_ins.read_text(encoding='utf-8').strip()}")
        if has_qr:
            code = qrcode.QRCode(border=2)
            code.add_data(url)
            is_terminal = sys.stdout.isatty()
            code.print_ascii(out=sys.stdout, tty=is_terminal, invert=not is_terminal)
            self.stdout.write("The certificate is self-made: telephones ask once whether to trust it.")
            self.stdout.write("证书为本机自签, 手机首次打开时会询问是否信任。")
            self.stdout.write(
                f"Offline work needs it trusted  离线使用须先信任证书: {url}certificate.crt  (docs/phones.md)"
            )
        self.stdout.write(f"\nNuanliu 暖流  {url}\nCtrl-C ends it.  按 Ctrl-C 停止。")
        self.stdout.flush()


def _prepare(*, wants_demo: bool) -> None:
    """Bring keys, tables and the demonstration to where they should be."""
    write_key_ring(settings.DATA_KEYS)
    if _lacks_migrations():
        _manage("Preparing the database  正在准备数据库", "migrate", "--verbosity", "0")
    begun = settings.DATA_DIR / BEGUN_AS_DEMONSTRATION
    if wants_demo and not begun.exists() and not Organisation.objects.exists():
        begun.touch()
    connection.close()
    if wants_demo and begun.exists() and not sign_ins_path().exists():
        _manage("Loading the demonstration  正在载入演示数据", "load_demo")


def _lacks_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _manage(title: str, *arguments: str) -> None:
    # A process of its own: on PostgreSQL it connects as another role than this one.
    run_step(title, [sys.executable, str(ROOT / "manage.py"), *arguments])


def _for_children(env: Mapping[str, str]) -> dict[str, str]:
    """Keep the owner's address from what serves; only migrations need it."""
    return {name: value for name, value in env.items() if not name.startswith("MIGRATION_DATABASE_URL")}


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            raise CommandError(
                f"Port {port} cannot be used ({refusal.strerror}). Choose another one: --port {port + 1}\n"
                f"端口 {port} 不可用, 请换一个。"
            ) from None
