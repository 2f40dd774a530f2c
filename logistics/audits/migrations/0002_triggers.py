"""What the database refuses about looks, findings and notes."""

from django.db import migrations

from logistics.audits.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_first")]

    operations = [install(TRIGGERS)]
