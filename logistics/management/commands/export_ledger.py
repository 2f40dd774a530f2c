"""Write a ledger to a file or to standard output, over the whole installation or narrowed."""

import datetime as dt
import sys
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from logistics.funds.models import Fund
from logistics.kernel.refusals import Refusal
from logistics.ledgers.reads import LEDGERS, as_csv, as_json, as_jsonl, get_ledger
from logistics.ledgers.scope import Ledger, LedgerScope
from logistics.parties.models import Programme
from logistics.parties.reads import get_organisation

FORMATS = {"json": as_json, "jsonl": as_jsonl, "csv": as_csv}


class Command(BaseCommand):
    """`export_ledger NAME --format json|jsonl|csv [--out FILE]` with the filters of the API."""

    help = "Export a ledger: " + ", ".join(LEDGERS)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the ledger, the format and the filters."""
        parser.add_argument("name", choices=list(LEDGERS))
        parser.add_argument("--format", choices=list(FORMATS), default="json")
        parser.add_argument("--out", type=Path, help="a file; standard output without")
        for name in ("organisation", "programme", "fund", "place"):
            parser.add_argument(f"--{name}", default="")
        for name in ("from", "to"):
            parser.add_argument(f"--{name}", type=dt.date.fromisoformat, dest=f"{name}_on")

    def handle(self, *args: Any, name: str, out: Path | None, **options: Any) -> None:
        """Write it, part by part."""
        try:
            ledger, scope = get_ledger(name), _scope(options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('en')}  {refusal.message('zh')}") from None
        if out is None:
            _write(sys.stdout.buffer, ledger, scope, options["format"])
            return
        waiting = out.with_name(f"{out.name}.part")
        try:
            with waiting.open("wb") as stream:
                _write(stream, ledger, scope, options["format"])
            waiting.replace(out)
        except OSError as refusal:
            raise CommandError(f"{out}: {refusal.strerror}") from None
        self.stderr.write(f"{out}")


def _write(stream: BinaryIO, ledger: Ledger, scope: LedgerScope, form: str) -> None:
    for part in FORMATS[form](ledger, scope):
        stream.write(part)


def _scope(options: dict[str, Any]) -> LedgerScope:
    return LedgerScope(
        organisation=get_organisation(code=options["organisation"]) if options["organisation"] else None,
        programme=_one(Programme, options["programme"]),
        fund=_one(Fund, options["fund"]),
        place=options["place"],
        from_on=options["from_on"],
        to_on=options["to_on"],
    )


def _one(model: Any, code: str) -> Any:
    if not code:
        return None
    found = model.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"There is no {model.__name__.lower()} {code}.")
    return found
