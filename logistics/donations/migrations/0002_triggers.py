"""Install what the database refuses about gifts."""

from django.db import migrations

from logistics.donations.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("donations", "0001_first")]
    operations = [install(TRIGGERS)]
