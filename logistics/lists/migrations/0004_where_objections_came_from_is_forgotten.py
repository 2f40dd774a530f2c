"""Let the database accept that an objection's source is emptied, and nothing else of one that was answered."""

from django.db import migrations

from logistics.lists.triggers import TRIGGERS
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [("lists", "0003_where_objections_come_from")]
    operations = [uninstall(TRIGGERS), install(TRIGGERS)]
