"""Begin the sandbox of an organisation anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from logistics.journal.revisions import Cause
from logistics.kernel.refusals import Refusal
from logistics.parties.reads import get_organisation
from logistics.partners.reads import get_sandbox
from logistics.partners.sandboxes import reset_sandbox


class Command(BaseCommand):
    """`reset_sandbox --organisation CODE` prints what its codes begin with from now on."""

    help = "Close an organisation's sandbox and open another one; its keys move there."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the organisation."""
        parser.add_argument("--organisation", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset and print."""
        now = timezone.now()
        try:
            sandbox = get_sandbox(get_organisation(code=options["organisation"]))
            opened = reset_sandbox(sandbox=sandbox, now=now, cause=Cause(now=now))
        except Refusal as refusal:
            raise CommandError(refusal.message("en")) from None
        self.stdout.write(opened.mark)
