"""Install what the database refuses about the list of erasures."""

from django.db import migrations

from logistics.households.triggers import ERASURE_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("households", "0010_erasures")]
    operations = [install(ERASURE_TRIGGERS)]
