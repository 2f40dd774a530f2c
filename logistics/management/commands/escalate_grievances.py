"""Hand grievances that should have been answered up to the body above."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from logistics.replies.grievances import escalate_overdue


class Command(BaseCommand):
    """The worker does the same once a minute: what was handed up already waits for its new day."""

    help = "Hand grievances that are overdue up to the organisation above; prints how many went up."

    def handle(self, **options: Any) -> None:
        """Hand up."""
        self.stdout.write(str(escalate_overdue(now=timezone.now())))
