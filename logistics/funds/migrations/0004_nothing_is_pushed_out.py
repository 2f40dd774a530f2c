"""What is decided can no longer be pushed out by a row with its key."""

from django.db import migrations

from logistics.funds.triggers import MONEY_TRIGGERS
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [("funds", "0003_money")]

    operations = [uninstall(MONEY_TRIGGERS), install(MONEY_TRIGGERS)]
