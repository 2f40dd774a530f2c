"""Hand up every need whose holder's days are over. The worker does the same once a minute; twice does no harm."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from logistics.needs.catalogue import CatalogueWrong
from logistics.needs.holders import escalate_due_needs


class Command(BaseCommand):
    """Escalate needs by the timer."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until none is due. Refuses an installation's own catalogue that cannot be used."""
        try:
            moved = escalate_due_needs(now=timezone.now())
        except CatalogueWrong as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{moved} needs handed up")
