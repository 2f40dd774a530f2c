"""Begin the log of an installation that was tried out before the first release anew: its leaves said too little."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from logistics.journal.triggers import PERIOD_TRIGGERS, SEALING_TRIGGERS, TRIGGERS
from logistics.storage.triggers import uninstall


def clear_the_log(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take leaves, numbers, nodes, checkpoints and vouchers away; `0008` says every fact again."""
    for name in ("UnsealedLeaf", "SealedLeaf", "TreeNode", "SignedCheckpoint", "Voucher", "Leaf"):
        apps.get_model("journal", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0005_history"),
    ]

    operations = [
        uninstall([*TRIGGERS, *SEALING_TRIGGERS, *PERIOD_TRIGGERS]),
        migrations.RunPython(clear_the_log, migrations.RunPython.noop),
    ]
