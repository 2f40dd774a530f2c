"""Issue a key for a partner or a device, and print it: it is shown this once."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from api.keys import MANDATE_SCOPES, SCOPES, issue_key
from api.models import KeyKind
from logistics.audits.reads import get_mandate
from logistics.kernel.refusals import Refusal
from logistics.parties.reads import get_organisation


class Command(BaseCommand):
    """`issue_key --organisation CODE --scopes a,b --name N [--device] [--days 365] [--mandate ID]` prints the key."""

    help = "Issue an API key and print it. Scopes: " + ", ".join(SCOPES)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the organisation, the scopes and a name."""
        parser.add_argument("--organisation", required=True)
        parser.add_argument("--scopes", default="", help="needed without --mandate")
        parser.add_argument("--mandate", type=uuid.UUID, help="an auditor's mandate: the key reads what it opens")
        parser.add_argument("--name", required=True)
        parser.add_argument("--device", action="store_true")
        parser.add_argument("--days", type=int, default=365)

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue and print."""
        try:
            organisation, wanted = get_organisation(code=options["organisation"]), options["mandate"]
            mandate = get_mandate(mandate_id=wanted, organisation=organisation) if wanted else None
            scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
            _, text = issue_key(
                organisation=mandate.organisation if mandate else organisation,
                name=options["name"],
                scopes=scopes or (MANDATE_SCOPES if mandate else ()),
                mandate=mandate,
                kind=KeyKind.DEVICE if options["device"] else KeyKind.PARTNER,
                days=options["days"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(refusal.message("en")) from None
        self.stdout.write(text)
