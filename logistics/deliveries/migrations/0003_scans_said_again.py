"""Say every scan again where the log was begun anew: now with its operator, witness, household and round."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from logistics.deliveries.sealed import leaf_of_scan
from logistics.journal.leaves import leaves_of
from logistics.storage.writes import add_together

BATCH = 500


def say_again(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Push a leaf for every scan, in the order in which they came."""
    scans = list(apps.get_model("deliveries", "ScanEvent").objects.order_by("received_at", "id"))
    for start in range(0, len(scans), BATCH):
        add_together(*leaves_of([leaf_of_scan(scan) for scan in scans[start : start + BATCH]]))


class Migration(migrations.Migration):
    dependencies = [
        ("deliveries", "0002_triggers"),
        ("journal", "0008_facts_said_again"),
    ]

    operations = [
        migrations.RunPython(say_again, migrations.RunPython.noop),
    ]
