"""Issue a key for a partner or a device, and print it: it is shown this once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from api.keys import SCOPES, issue_key
from api.models import KeyKind
from logistics.kernel.refusals import Refusal
from logistics.parties.reads import get_organisation


class Command(BaseCommand):
    """`issue_key --organisation CODE --scopes a,b --name N [--device] [--days 365]` prints the key alone."""

    help = "Issue an API key and print it. Scopes: " + ", ".join(SCOPES)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the organisation, the scopes and a name."""
        parser.add_argument("--organisation", required=True)
        parser.add_argument("--scopes", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--device", action="store_true")
        parser.add_argument("--days", type=int, default=365)

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue and print."""
        try:
            _, text = issue_key(
                organisation=get_organisation(code=options["organisation"]),
                name=options["name"],
                scopes=[scope.strip() for scope in options["scopes"].split(",") if scope.strip()],
                kind=KeyKind.DEVICE if options["device"] else KeyKind.PARTNER,
                days=options["days"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(refusal.message("en")) from None
        self.stdout.write(text)
