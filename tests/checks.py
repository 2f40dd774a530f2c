"""What `make check` looks at with Django: models, migrations, triggers, translations."""

import os
import sys
import tempfile


def main() -> int:
    """Run every check on a new database; returns how many found something."""
    with tempfile.TemporaryDirectory(prefix="nuanliu-check-") as folder:
        os.environ |= {"NUANLIU_DATA": folder, "DJANGO_SETTINGS_MODULE": "logistics.settings"}
        for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL"):
            os.environ.pop(name, None)
        import django

        django.setup()
        from django.core.management import call_command

        from logistics.storage.triggers import absent_triggers
        from tests.architecture.schema import problems as problems_of_schema
        from tests.architecture.translations import problems

        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
        call_command("migrate", verbosity=0)
        call_command("check", fail_level="WARNING")
        found = [f"The trigger {name} is missing." for name in absent_triggers()]
        found += [f"Not in both languages, or the .mo is stale: {text}" for text in problems()]
        found += problems_of_schema()
    print("\n".join(found) or "Migrations, triggers, translations and the API's document: nothing found.")
    return len(found)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
