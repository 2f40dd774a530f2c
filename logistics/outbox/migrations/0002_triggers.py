"""Install what the database refuses about events."""

from django.db import migrations

from logistics.outbox.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_first")]
    operations = [install(TRIGGERS)]
