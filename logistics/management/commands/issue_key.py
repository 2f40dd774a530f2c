"""Issue a key for a partner or a device, and print it: it is shown this once."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from logistics.audits.reads import get_mandate
from logistics.journal.revisions import Cause
from logistics.kernel.refusals import Refusal
from logistics.parties.reads import get_organisation
from logistics.partners.keys import MANDATE_SCOPES, SCOPES, issue_key
from logistics.partners.models import KeyKind
from logistics.partners.sandboxes import open_sandbox

_LISTS = ("scopes", "networks")


class Command(BaseCommand):
    """`issue_key --organisation CODE --scopes a,b --name N` prints the key.

    Options: `--device`, `--test`, `--days 365`, `--networks 203.0.113.0/24,...`, `--mandate ID`.
    """

    help = "Issue an API key and print it. Scopes: " + ", ".join(SCOPES)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the organisation, the scopes and a name."""
        parser.add_argument("--organisation", required=True)
        parser.add_argument("--scopes", default="", help="needed without --mandate")
        parser.add_argument("--mandate", type=uuid.UUID, help="an auditor's mandate: the key reads what it opens")
        parser.add_argument("--name", required=True)
        parser.add_argument("--device", action="store_true")
        parser.add_argument("--test", action="store_true", help="for the sandbox, which the first such key opens")
        parser.add_argument("--networks", default="", help="from where it may be used: 203.0.113.0/24,...")
        parser.add_argument("--days", type=int, default=365)

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue and print."""
        try:
            organisation, wanted, now = (
                get_organisation(code=options["organisation"]),
                options["mandate"],
                timezone.now(),
            )
            if options["test"]:
                organisation = open_sandbox(owner=organisation, now=now, cause=Cause(now=now)).organisation
            mandate = get_mandate(mandate_id=wanted, organisation=organisation) if wanted else None
            scopes, networks = ([part.strip() for part in options[name].split(",") if part.strip()] for name in _LISTS)
            _, text = issue_key(
                organisation=mandate.organisation if mandate else organisation,
                name=options["name"],
                scopes=scopes or (MANDATE_SCOPES if mandate else ()),
                mandate=mandate,
                kind=KeyKind.DEVICE if options["device"] else KeyKind.PARTNER,
                days=options["days"],
                networks=networks,
                now=now,
            )
        except Refusal as refusal:
            raise CommandError(refusal.message("en")) from None
        self.stdout.write(text)
