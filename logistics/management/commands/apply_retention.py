"""Take personal data away whose time is over. Without --apply it only shows what is due; run it once a day with it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from logistics.press.retention import RetentionWrong, apply_rule, due_by_rule


class Command(BaseCommand):
    """Show, or apply."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to apply."""
        parser.add_argument("--apply", action="store_true", help="take away what is due; without it nothing changes")

    def handle(self, *args: Any, apply: bool, **options: Any) -> None:
        """Go through the rules."""
        now = timezone.now()
        try:
            found = due_by_rule(now=now)
        except RetentionWrong as error:
            raise CommandError(str(error)) from None
        for due in found:
            what = f"{due.rule.code}: {due.days} days, before {due.before:%Y-%m-%d}, {due.count:,} due"
            gone = f", {apply_rule(due, now=now):,} taken away" if apply else ""
            self.stdout.write(f"{what}{gone} ({due.rule.en})")
        if not apply:
            self.stdout.write("Nothing was changed. Call again with --apply to take this away.")
