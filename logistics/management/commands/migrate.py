"""Migrate as the owner of the tables, then let the application's role use them."""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection
from django.utils import timezone

from logistics.journal.first_revisions import note_unnoted

# Reading and writing rows; no TRUNCATE, no DDL, no ownership: what the application cannot do, a mistake in it cannot
# do either.
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}",
)


class Command(migrate.Command):
    """Django's own command, with the grants that the second role needs."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then grant."""
        super().handle(*args, **options)
        if _is_whole(options):
            # What was registered before there was a history begins with what it is now.
            note_unnoted(now=timezone.now())
        if connection.vendor == "postgresql" and settings.DATABASE_ROLE:
            grant(settings.DATABASE_ROLE)


def _is_whole(options: dict[str, Any]) -> bool:
    """Tell whether everything was migrated: only then every table is what the code says."""
    told = ("app_label", "migration_name", "plan", "check_unapplied", "fake", "prune")
    return not any(options.get(name) for name in told)


def grant(role: str) -> None:
    """Let a role read and write the tables of the connection's owner, and nothing else. May be repeated."""
    with connection.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(statement.format(role=connection.ops.quote_name(role)))
