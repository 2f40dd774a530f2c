"""Take away pictures that were sent as proofs and that no scan has named for 30 days; run it once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from logistics.deliveries.proofs import age_out_proofs


class Command(BaseCommand):
    """Age out proofs without a scan."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until none is left."""
        total = 0
        while gone := age_out_proofs(now=timezone.now()):
            total += gone
        self.stdout.write(f"{total} proofs without a scan taken away")
