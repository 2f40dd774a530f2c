"""Install what the database refuses about merges: they stay."""

from django.db import migrations

from logistics.households.triggers import MERGE_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("households", "0008_duplicates")]
    operations = [install(MERGE_TRIGGERS)]
