"""Install what the database refuses about checks and visits."""

from django.db import migrations

from logistics.storage.triggers import install
from logistics.volunteering.triggers import TRIGGERS


class Migration(migrations.Migration):
    dependencies = [("volunteering", "0001_first")]
    operations = [install(TRIGGERS)]
