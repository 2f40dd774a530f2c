"""Bring in the accountant's accounts of one kind of body."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from logistics.kernel.refusals import Refusal
from logistics.ledgers.actions import import_chart
from logistics.ledgers.charts import read_lines
from logistics.parties.models import OrganisationKind


class Command(BaseCommand):
    """`import_chart KIND FILE`: a CSV with the headings basis, account_kind, code, zh, en, root."""

    help = "Import the accountant's accounts (科目) of one kind of body; what the file leaves out keeps the default."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the kind of body and the file."""
        parser.add_argument("kind", choices=OrganisationKind.values)
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, kind: str, file: Path, **options: Any) -> None:
        """Read the file and store its lines, all or none."""
        try:
            lines = read_lines(file.read_text(encoding="utf-8"))
            import_chart(organisation_kind=kind, lines=lines, now=timezone.now())
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('en')}  {refusal.message('zh')}") from None
        except (OSError, UnicodeDecodeError) as refusal:
            raise CommandError(f"{file}: {refusal}") from None
        self.stdout.write(f"{len(lines)}")
