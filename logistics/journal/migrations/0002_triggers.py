"""Install what the database refuses about the books."""

from django.db import migrations

from logistics.journal.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_first")]
    operations = [install(TRIGGERS)]
