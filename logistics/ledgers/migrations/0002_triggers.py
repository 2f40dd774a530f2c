"""Install what the database refuses here."""

from django.db import migrations

from logistics.ledgers.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    """The triggers of this subject."""

    dependencies = [("ledgers", "0001_first")]
    operations = [install(TRIGGERS)]
