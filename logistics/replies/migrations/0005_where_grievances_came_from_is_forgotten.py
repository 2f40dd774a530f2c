"""Let the database accept that a grievance's source is emptied, and nothing else."""

from django.db import migrations

from logistics.replies.triggers import GRIEVANCE_TRIGGERS
from logistics.storage.triggers import append_only, install, uninstall

# As 0004 left it where this had been installed before.
BEFORE = append_only("replies_grievance")


class Migration(migrations.Migration):
    dependencies = [("replies", "0004_grievance_triggers")]
    operations = [uninstall([*BEFORE, *GRIEVANCE_TRIGGERS]), install(GRIEVANCE_TRIGGERS)]
