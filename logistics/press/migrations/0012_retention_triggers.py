"""Install what the database refuses about the record of what retention took away."""

from django.db import migrations

from logistics.press.triggers import RETENTION_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("press", "0011_retention")]
    operations = [install(RETENTION_TRIGGERS)]
