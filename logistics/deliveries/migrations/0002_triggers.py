"""Install what the database refuses about scans."""

from django.db import migrations

from logistics.deliveries.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0001_first")]
    operations = [install(TRIGGERS)]
