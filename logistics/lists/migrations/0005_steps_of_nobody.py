"""Let a step be nobody's: an application of who was erased is withdrawn by nobody."""

from django.db import migrations, models

from logistics.lists.triggers import TRIGGERS
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [("lists", "0004_where_objections_came_from_is_forgotten")]
    operations = [
        uninstall(TRIGGERS),
        migrations.AlterField("applicationstep", "author_id", models.UUIDField(null=True)),
        install(TRIGGERS),
    ]
