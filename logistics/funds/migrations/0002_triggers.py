"""Install what the database refuses about funds' terms."""

from django.db import migrations

from logistics.funds.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_first")]
    operations = [install(TRIGGERS)]
