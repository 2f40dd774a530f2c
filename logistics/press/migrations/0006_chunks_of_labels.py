"""Labels are released in chunks; jobs count how often they were taken up again."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows
from logistics.press.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("press", "0005_label_papers")]

    operations = [
        *[
            migrations.AddField(model_name=name, name="tries", field=models.PositiveIntegerField(default=0))
            for name in ("labelbatch", "paperjob", "bundlejob")
        ],
        migrations.CreateModel(
            name="LabelChunk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("first", models.PositiveIntegerField()),
                ("labels", models.PositiveIntegerField()),
                ("start_position", models.PositiveIntegerField()),
                ("path", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("released_at", models.DateTimeField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="chunks", to="press.labelbatch"
                    ),
                ),
            ],
            options={
                "db_table": "press_labelchunk",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "number"), name="press_labelchunk_number_once"),
                    models.UniqueConstraint(fields=("batch", "first"), name="press_labelchunk_first_once"),
                ],
            },
        ),
        install(TRIGGERS),
    ]
