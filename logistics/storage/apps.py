"""Compares the triggers that the database has with those that the rooms declare."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from django.utils.module_loading import autodiscover_modules

from logistics.storage.triggers import absent_triggers


class StorageConfig(AppConfig):
    """Finds every room's triggers."""

    name = "logistics.storage"

    def ready(self) -> None:
        """Import what each room declares of its own: triggers, what is sealed, what is kept of persons and how long."""
        autodiscover_modules("triggers", "sealed", "erasing", "retaining")
        register(check_triggers, Tags.database)


def check_triggers(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report each declared trigger that is absent, changed or switched off.

    A warning and no error, because `migrate` may be about to install it; the server itself refuses to start.
    """
    return [
        Warning(
            f"The database {alias} lacks triggers, or has others of these names: {', '.join(absent)}.",
            hint="Restore the database or run `manage.py migrate`; the server does not start without its triggers.",
            id="storage.W001",
        )
        for alias in databases or ()
        if (absent := absent_triggers(connections[alias])) and _is_migrated(alias)
    ]


def _is_migrated(alias: str) -> bool:
    return "journal_leaf" in connections[alias].introspection.table_names()
