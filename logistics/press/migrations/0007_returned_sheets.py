"""Places on printed sheets, and sheets that come back."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows
import logistics.storage.secrets
from logistics.press.triggers import SHEET_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0003_devices"),
        ("press", "0006_chunks_of_labels"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnedPaper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("QUEUED", "Queued"), ("RUNNING", "Running"), ("DONE", "Done"), ("FAILED", "Failed")],
                        default="QUEUED",
                        max_length=8,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField()),
                ("problem", models.JSONField(null=True)),
                ("path", models.CharField(blank=True, default="", max_length=200)),
                ("sha256", models.CharField(blank=True, default="", max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("asked_by_id", models.UUIDField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("pages", models.JSONField(default=list)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returned_papers",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "press_returnedpaper",
            },
        ),
        migrations.CreateModel(
            name="ReturnedFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("path", models.CharField(max_length=200)),
                ("file_key", models.CharField(max_length=64)),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="press.returnedpaper"
                    ),
                ),
            ],
            options={
                "db_table": "press_returnedfile",
                "constraints": [models.UniqueConstraint(fields=("paper", "number"), name="press_returnedfile_once")],
            },
        ),
        migrations.CreateModel(
            name="ReturnedRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("verdict", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, default="", max_length=12)),
                ("ink_permille", models.PositiveIntegerField()),
                ("picture", logistics.storage.secrets.EncryptedTextField(blank=True, default="")),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("SIGNED", "Signed"), ("EMPTY", "Empty")], default="", max_length=8
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_id", models.UUIDField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=20)),
                ("proof_sha256", models.CharField(blank=True, default="", max_length=64)),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="press.returnedpaper"
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="press.sheetrow"
                    ),
                ),
            ],
            options={
                "db_table": "press_returnedrow",
                "constraints": [models.UniqueConstraint(fields=("paper", "row"), name="press_returnedrow_once")],
            },
        ),
        migrations.CreateModel(
            name="SheetPage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("places", models.JSONField()),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pages", to="press.paperjob"
                    ),
                ),
            ],
            options={
                "db_table": "press_sheetpage",
                "constraints": [models.UniqueConstraint(fields=("job", "number"), name="press_sheetpage_once")],
            },
        ),
        install(SHEET_TRIGGERS),
    ]
