"""The rows of sign-off sheets, each with its code."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows


class Migration(migrations.Migration):
    dependencies = [
        ("codes", "0002_triggers"),
        ("parcels", "0001_first"),
        ("press", "0002_paper_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="SheetRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "code",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="codes.code"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="press.paperjob"
                    ),
                ),
                (
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parcels.parcel"
                    ),
                ),
            ],
            options={
                "db_table": "press_sheetrow",
                "constraints": [models.UniqueConstraint(fields=("job", "position"), name="press_sheetrow_once")],
            },
        ),
    ]
