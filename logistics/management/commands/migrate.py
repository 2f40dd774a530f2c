"""Migrate as the owner of the tables, then let the application's role use them."""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection

# No TRUNCATE, no DDL, no ownership: what the application cannot do, a mistake in it cannot do either.
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE ON {append_only} FROM {role}",
)
APPEND_ONLY = "journal_entry, journal_transfer, journal_lot, journal_lotsource, journal_permit, journal_leaf, deliveries_scan"


class Command(migrate.Command):
    """Django's own command, with the grants that the second role needs."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then grant."""
        super().handle(*args, **options)
        if connection.vendor == "postgresql" and settings.DATABASE_ROLE:
            grant(settings.DATABASE_ROLE)


def grant(role: str) -> None:
    """Let a role read and write the tables, and nothing else. May be repeated."""
    names = {"role": connection.ops.quote_name(role), "append_only": APPEND_ONLY}
    with connection.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(statement.format(**names))
