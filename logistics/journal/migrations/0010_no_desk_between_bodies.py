"""Nothing was ever booked on a desk between two bodies: goods and money on their way have accounts in transit."""

from django.db import migrations, models

from logistics.journal.triggers import PERIOD_TRIGGERS, TRIGGERS
from logistics.storage.triggers import install, uninstall

KINDS = [
    *("DONOR", "SUPPLIER", "OPENING", "ASSEMBLY", "INCOME", "SURPLUS", "BANK", "PREPAID", "WAREHOUSE", "QUARANTINE"),
    *("RESERVED", "PARCEL", "IN_TRANSIT", "VOLUNTEER", "HOUSEHOLD", "EXPENSE", "SOLD", "LOSS"),
]


class Migration(migrations.Migration):
    dependencies = [("journal", "0009_nothing_is_pushed_out")]

    operations = [
        # SQLite builds the table anew, and its triggers go with the old one.
        uninstall(TRIGGERS),
        uninstall(PERIOD_TRIGGERS),
        migrations.RemoveConstraint(model_name="account", name="journal_account_kind_known"),
        migrations.AlterField(
            model_name="account",
            name="kind",
            field=models.CharField(choices=[(kind, kind.replace("_", " ").title()) for kind in KINDS], max_length=16),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", KINDS)), name="journal_account_kind_known"
            ),
        ),
        install(TRIGGERS),
        install(PERIOD_TRIGGERS),
    ]
