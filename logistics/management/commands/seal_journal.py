"""Number what has been written, facts and events, and sign the root of the log."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection
from django.utils import timezone

from logistics.journal.sealing import log_verifier_key, seal_leaves
from logistics.outbox.numbering import number_events
from logistics.parties.reads import bodies_above

# From a commit to its checkpoint takes about this long while it watches.
WATCH_SECONDS = 1.0


class Command(BaseCommand):
    """`seal_journal` seals what waits; with `--watch` it goes on until it is told to end."""

    help = "Seal the journal. With --watch, keep sealing; one sequencer is enough, and a second one waits."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the way of working."""
        parser.add_argument("--watch", action="store_true")
        parser.add_argument("--key", action="store_true", help="print the key that checks the checkpoints, and end")

    def handle(self, *args: Any, watch: bool, key: bool, **options: Any) -> None:
        """Seal."""
        if key:
            self.stdout.write(log_verifier_key())
            return
        if not watch:
            self.stderr.write(f"{self._seal_all()} leaves sealed")
            return
        while True:
            try:
                self._seal_all()
            except OperationalError as error:
                # The database is away for a moment: what waits is sealed when it is back.
                self.stderr.write(f"The journal waits to be sealed: {error}")
                connection.close()
            time.sleep(WATCH_SECONDS)

    def _seal_all(self) -> int:
        sealed = 0
        while done := seal_leaves(now=timezone.now()):
            sealed += done
        while number_events(bodies_above=bodies_above, now=timezone.now()):
            pass
        return sealed
