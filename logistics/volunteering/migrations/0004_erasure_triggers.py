"""Install what the database refuses about erasures of who helps; let keys rotate under the notes of visits."""

from django.db import migrations

from logistics.storage.triggers import install, uninstall
from logistics.volunteering.triggers import ERASURE_TRIGGERS, TRIGGERS


class Migration(migrations.Migration):
    dependencies = [("volunteering", "0003_erasures")]
    operations = [uninstall(TRIGGERS), install([*TRIGGERS, *ERASURE_TRIGGERS])]
