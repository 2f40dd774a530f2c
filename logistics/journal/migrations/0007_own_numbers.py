"""Leaves know whose they are, and are numbered among their organisation's own."""

import uuid

from django.db import migrations, models

from logistics.journal.triggers import PERIOD_TRIGGERS, SEALING_TRIGGERS, TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0006_log_begun_anew"),
    ]

    operations = [
        migrations.AddField("leaf", "organisation_id", models.UUIDField(default=uuid.UUID(int=0))),
        migrations.AddField(
            "sealedleaf", "organisation_id", models.UUIDField(default=uuid.UUID(int=0)), preserve_default=False
        ),
        migrations.AddField("sealedleaf", "own_number", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddConstraint(
            "sealedleaf",
            models.UniqueConstraint(fields=("organisation_id", "own_number"), name="journal_sealedleaf_one_a_number"),
        ),
        install([*TRIGGERS, *SEALING_TRIGGERS, *PERIOD_TRIGGERS]),
    ]
