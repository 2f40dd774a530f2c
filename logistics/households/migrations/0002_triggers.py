"""Install what the database refuses about the log of views."""

from django.db import migrations

from logistics.households.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("households", "0001_first")]
    operations = [install(TRIGGERS)]
