"""Let a step be nobody's: what reached a family says so itself."""

from django.db import migrations, models

from logistics.needs.triggers import TRIGGERS
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [("needs", "0002_triggers")]
    operations = [
        uninstall(TRIGGERS),
        migrations.AlterField("needstep", "actor_id", models.UUIDField(null=True)),
        install(TRIGGERS),
    ]
