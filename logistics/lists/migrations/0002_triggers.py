"""What the database refuses about applications, notices, lists and allocations."""

from django.db import migrations

from logistics.lists.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("lists", "0001_first")]

    operations = [install(TRIGGERS)]
