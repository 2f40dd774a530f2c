"""Install what the database refuses about prints."""

from django.db import migrations

from logistics.codes.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("codes", "0001_first")]
    operations = [install(TRIGGERS)]
