"""Migrate as the owner of the tables, then let the application's role use them."""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection

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
        if connection.vendor == "postgresql" and settings.DATABASE_ROLE:
            grant(settings.DATABASE_ROLE)


def grant(role: str) -> None:
    """Let a role read and write the tables of the connection's owner, and nothing else. May be repeated."""
    with connection.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(statement.format(role=connection.ops.quote_name(role)))
