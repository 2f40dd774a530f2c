"""Bring in an edition of the table of divisions (GB/T 2260 and what stands below it)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from logistics.households.divisions import EDITION_LENGTH_MAX, import_divisions
from logistics.kernel.refusals import Refusal

# An edition of all China has some 700,000 rows of about 40 bytes.
FILE_BYTES_MAX = 100 * 1024 * 1024


class Command(BaseCommand):
    """`import_divisions FILE --edition 2026`: a CSV of `code,name`, in UTF-8 or GB18030, all rows or none."""

    help = "Import an edition of the table of divisions; earlier editions stand, and the same again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and the edition's name."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--edition", required=True, help=f"such as 2026, at most {EDITION_LENGTH_MAX} characters")

    def handle(self, *args: Any, file: Path, edition: str, **options: Any) -> None:
        """Read the file and store its rows, all or none."""
        name = edition.strip()
        if not 0 < len(name) <= EDITION_LENGTH_MAX:
            raise CommandError(f"--edition has 1 to {EDITION_LENGTH_MAX} characters")
        try:
            done = import_divisions(edition=name, lines=_text(file).splitlines())
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('en')}  {refusal.message('zh')}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}") from None
        self.stdout.write(f"{done.edition}: {done.added:,} added, {done.renamed:,} renamed")


def _text(file: Path) -> str:
    """Read a table as UTF-8, with a mark or without, or as GB18030."""
    if file.stat().st_size > FILE_BYTES_MAX:
        raise CommandError(f"{file}: at most {FILE_BYTES_MAX // 1024 // 1024} MB")
    data = file.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")
