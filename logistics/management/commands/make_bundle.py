"""Make an auditor's bundle: rows, roots and ledgers of one body and of those below it, in one ZIP."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from logistics.journal.sealing import seal_leaves
from logistics.kernel.refusals import Refusal
from logistics.management.progress import progress_bar
from logistics.parties.reads import get_organisation
from logistics.press.bundles.bundle import SAMPLE_SIZE, Asked
from logistics.press.bundles.making import write_bundle


class Command(BaseCommand):
    """`make_bundle --organisation CODE --from DAY --to DAY --out FILE`."""

    help = "Make an auditor's bundle. The same books and the same arguments give the same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what the bundle covers."""
        parser.add_argument("--organisation", required=True, metavar="CODE")
        parser.add_argument("--from", required=True, type=dt.date.fromisoformat, dest="from_on", metavar="DAY")
        parser.add_argument("--to", required=True, type=dt.date.fromisoformat, dest="to_on", metavar="DAY")
        parser.add_argument(
            "--as-of", type=dt.date.fromisoformat, metavar="DAY", help="leave out what was booked later"
        )
        parser.add_argument("--known-at", type=_moment, metavar="TIME", help="without what was posted later")
        parser.add_argument("--seed", default="", help="draw the auditor's sample from this text")
        parser.add_argument("--sample-size", type=int, default=SAMPLE_SIZE)
        parser.add_argument("--old-checkpoint", type=Path, metavar="FILE", help="prove that it continues this one")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")

    def handle(self, *args: Any, out: Path, organisation: str, old_checkpoint: Path | None, **options: Any) -> None:
        """Seal what waits, and write the bundle whole or not at all."""
        wanted = {name: options[name] for name in ("from_on", "to_on", "as_of", "known_at", "seed", "sample_size")}
        try:
            old = old_checkpoint.read_text(encoding="utf-8") if old_checkpoint else ""
            asked = Asked(organisation=get_organisation(code=organisation), old_checkpoint=old, **wanted).checked()
            while seal_leaves(now=timezone.now()):
                pass
            sha256 = write_bundle(asked, out, progress_bar("Bundle  审计包"))
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('en')}  {refusal.message('zh')}") from None
        except OSError as refusal:
            raise CommandError(f"{refusal.filename}: {refusal.strerror}") from None
        self.stdout.write(f"{sha256}  {out}")


def _moment(text: str) -> dt.datetime:
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError("a time with its offset, such as 2026-03-31T23:59:59+08:00")
    return found
