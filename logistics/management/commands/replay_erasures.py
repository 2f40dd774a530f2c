"""Erase again, after a backup was restored, whoever was erased since: by the list beside the keys."""

from typing import Any

from django.core.management.base import BaseCommand

from logistics.households.erasure import listed_erasures, replay_erasure
from logistics.parties.erasure import replay_person_erasures
from logistics.volunteering.erasure import replay_helper_erasures


class Command(BaseCommand):
    """Go through the list; what was erased already stays as it is."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase."""
        done = [replay_erasure(listed) for listed in listed_erasures()]
        done += replay_helper_erasures()
        done += replay_person_erasures()
        self.stdout.write(f"{len(done)} erasures on the list, {sum(done)} done again")
