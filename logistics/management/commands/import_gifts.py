"""Read a file of gifts or a bank statement, say what its rows are, and record the new ones where that is asked for."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from logistics.funds.reads import get_fund
from logistics.kernel.refusals import Refusal
from logistics.parties.actors import Actor
from logistics.parties.reads import get_organisation, get_programme
from logistics.press.import_models import GiftImport, ImportKind, RowOutcome
from logistics.press.imports.jobs import ask_to_import, ask_to_record, missing_at_bank, work_on_queued_import
from logistics.press.imports.reads import counts_of_import, rows_of_import


class Command(BaseCommand):
    """`import_gifts FILE --organisation CODE --programme CODE [--fund CODE] [--statement] [--record]`."""

    help = "Import a file of gifts, or compare a bank statement with the books. Without --record nothing is recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and where its gifts belong."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", required=True, metavar="CODE")
        parser.add_argument("--programme", required=True, metavar="CODE")
        parser.add_argument("--fund", metavar="CODE")
        parser.add_argument("--statement", action="store_true", help="the file is a bank statement")
        parser.add_argument("--record", action="store_true", help="record the new rows")

    def handle(self, *args: Any, file: Path, record: bool, **options: Any) -> None:
        """Read, say, and record; exits 1 where a row cannot be taken."""
        try:
            job = self._read(file, **options)
            if record and counts_of_import(job).get(RowOutcome.NEW):
                ask_to_record(actor=self._actor(job), job=job, numbers=None, now=timezone.now())
                work_on_queued_import(job.id)
                job.refresh_from_db()
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('en')}  {refusal.message('zh')}") from None
        except OSError as refusal:
            raise CommandError(f"{refusal.filename}: {refusal.strerror}") from None
        self._say(job)

    def _read(self, file: Path, *, organisation: str, programme: str, fund: str | None, **options: Any) -> GiftImport:
        own = get_organisation(code=organisation)
        job = ask_to_import(
            actor=Actor(own, own.id),
            kind=ImportKind.STATEMENT if options["statement"] else ImportKind.GIFTS,
            data=file.read_bytes(),
            name=file.name,
            programme=get_programme(code=programme, organisation=own),
            fund=get_fund(code=fund, organisation=own) if fund else None,
            now=timezone.now(),
        )
        work_on_queued_import(job.id)
        job.refresh_from_db()
        if job.problem:
            raise CommandError(f"{job.problem['en']}  {job.problem['zh']}")
        return job

    def _actor(self, job: GiftImport) -> Actor:
        # The references of a file that is imported by hand are the organisation's, as at the page.
        return Actor(job.organisation, job.organisation_id)

    def _say(self, job: GiftImport) -> None:
        for outcome, count in sorted(counts_of_import(job).items()):
            self.stdout.write(f"{outcome}: {count}")
        if job.kind == ImportKind.STATEMENT:
            self.stdout.write(f"MISSING_AT_BANK: {len(missing_at_bank(job))}")
        wrong = list(rows_of_import(job, RowOutcome.WRONG))
        for row in wrong:
            words = "; ".join(f"{fault['column']} {fault['en']} {fault['zh']}".strip() for fault in row.faults)
            self.stderr.write(f"{row.number}: {words}")
        if wrong:
            raise SystemExit(1)
