"""Purses and periods can no longer be pushed out by a row with their key."""

from django.db import migrations

from logistics.journal.triggers import PERIOD_TRIGGERS, TRIGGERS
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [("journal", "0008_facts_said_again")]

    operations = [
        uninstall(TRIGGERS),
        uninstall(PERIOD_TRIGGERS),
        install(TRIGGERS),
        install(PERIOD_TRIGGERS),
    ]
