"""Write a ledger to a file or to standard output, over the whole installation or narrowed."""

import datetime as dt
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from logistics.funds.models import Fund
from logistics.kernel.refusals import Refusal
from logistics.ledgers.actions import unmask_ledger
from logistics.ledgers.formats import FORMATS, MORE_FORMATS, written
from logistics.ledgers.reads import LEDGERS
from logistics.ledgers.scope import LedgerScope
from logistics.parties.models import Programme
from logistics.parties.reads import get_organisation

ALL_FORMATS = list(dict.fromkeys([*FORMATS, *(form for more in MORE_FORMATS.values() for form in more)]))


class Command(BaseCommand):
    """`export_ledger NAME --format F [--out FILE]` with the filters of the API."""

    help = "Export a ledger: " + ", ".join(LEDGERS)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the ledger, the format and the filters."""
        parser.add_argument("name", choices=list(LEDGERS))
        parser.add_argument("--format", choices=ALL_FORMATS, default="json")
        parser.add_argument("--out", type=Path, help="a file; standard output without")
        for name in ("organisation", "programme", "fund", "place"):
            parser.add_argument(f"--{name}", default="")
        for name in ("from", "to"):
            parser.add_argument(f"--{name}", type=dt.date.fromisoformat, dest=f"{name}_on", metavar="DAY")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, metavar="DAY", help="the last day that counts")
        parser.add_argument("--known-at", type=_moment, metavar="TIME", help="the last moment that counts, with offset")
        parser.add_argument("--unmask", action="store_true", help="name donors who agreed to be named; needs --reason")
        parser.add_argument("--reason", default="", help="why the names are needed; logged")

    def handle(self, *args: Any, name: str, out: Path | None, **options: Any) -> None:
        """Write it, part by part."""
        try:
            parts = written(name, options["format"], self._scope(name, options))
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('en')}  {refusal.message('zh')}") from None
        if out is None:
            sys.stdout.buffer.writelines(parts)
            return
        waiting = out.with_name(f"{out.name}.part")
        try:
            with waiting.open("wb") as stream:
                stream.writelines(parts)
            waiting.replace(out)
        except OSError as refusal:
            raise CommandError(f"{out}: {refusal.strerror}") from None
        self.stderr.write(f"{out}")

    def _scope(self, name: str, options: dict[str, Any]) -> LedgerScope:
        """Read the filters. Refuses OrganisationMissing, KnownAtTooRecent, UnmaskReasonMissing."""
        now = timezone.now()
        if options["place"] and name != "distribution":
            raise CommandError("--place narrows the distribution ledger alone.")
        scope = LedgerScope(
            organisation=get_organisation(code=options["organisation"]) if options["organisation"] else None,
            programme=_one(Programme, options["programme"]),
            fund=_one(Fund, options["fund"]),
            **{key: options[key] for key in ("place", "from_on", "to_on", "as_of", "known_at")},
        ).require_settled(now)
        if not options["unmask"]:
            return scope
        asked = {key: str(value) for key, value in options.items() if key in _ASKED and value}
        return unmask_ledger(name=name, scope=scope, asked=asked, reason=options["reason"], viewer_id=None, now=now)


_ASKED = frozenset({"format", "organisation", "programme", "fund", "from_on", "to_on", "as_of", "known_at"})


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment


def _one(model: Any, code: str) -> Any:
    if not code:
        return None
    found = model.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"There is no {model.__name__.lower()} {code}.")
    return found
