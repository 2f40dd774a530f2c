"""Install what the database refuses about settlements: they are stored once and never changed."""

from django.db import migrations

from logistics.deliveries.triggers import SETTLEMENT_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0006_settlements")]
    operations = [install(SETTLEMENT_TRIGGERS)]
