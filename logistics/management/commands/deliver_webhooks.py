"""Tell partners' endpoints what has happened."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection
from django.utils import timezone

from logistics.outbox.delivering import deliver_due

WATCH_SECONDS = 0.5


class Command(BaseCommand):
    """`deliver_webhooks` sends what is due; with `--watch` it goes on until it is told to end."""

    help = "Deliver webhooks that are due. With --watch, keep on; several of them share the work."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the way of working."""
        parser.add_argument("--watch", action="store_true")

    def handle(self, *args: Any, watch: bool, **options: Any) -> None:
        """Deliver."""
        if not watch:
            self.stderr.write(f"{deliver_due(clock=timezone.now)} calls made")
            return
        while True:
            try:
                deliver_due(clock=timezone.now)
            except OperationalError as error:
                # The database is away for a moment: what waits is sent when it is back.
                self.stderr.write(f"Webhooks wait: {error}")
                connection.close()
            time.sleep(WATCH_SECONDS)
