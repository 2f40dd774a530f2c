"""What is settled can no longer be pushed out by a row with its key."""

from django.db import migrations

from logistics.stock.triggers import MONEY_TRIGGERS, TRIGGERS
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [("stock", "0003_openings_and_yarn")]

    operations = [
        uninstall([*TRIGGERS, *MONEY_TRIGGERS]),
        install([*TRIGGERS, *MONEY_TRIGGERS]),
    ]
