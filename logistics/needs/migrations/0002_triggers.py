"""Install what the database refuses about visits, steps and holders of needs."""

from django.db import migrations

from logistics.needs.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("needs", "0001_first")]
    operations = [install(TRIGGERS)]
