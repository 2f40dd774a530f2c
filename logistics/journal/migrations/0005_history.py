"""The history of master data, and the erasable texts behind commitments."""

from django.db import migrations, models

import logistics.storage.rows
import logistics.storage.secrets
from logistics.journal.triggers import HISTORY_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0004_periods"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommittedText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owner_id", models.UUIDField()),
                ("field", models.CharField(max_length=60)),
                ("salt", models.CharField(max_length=64)),
                ("text", logistics.storage.secrets.EncryptedTextField()),
            ],
            options={
                "db_table": "journal_committedtext",
                "constraints": [
                    models.UniqueConstraint(fields=("owner_id", "field"), name="journal_committedtext_one_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=24)),
                ("subject_id", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("organisation_id", models.UUIDField(null=True)),
                ("actor_id", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("commitments", models.JSONField()),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "db_table": "journal_revision",
                "indexes": [models.Index(fields=["organisation_id", "noted_at"], name="journal_revision_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "subject_id", "number"), name="journal_revision_numbered"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0)), name="journal_revision_number_positive"
                    ),
                ],
            },
        ),
        install(HISTORY_TRIGGERS),
    ]
