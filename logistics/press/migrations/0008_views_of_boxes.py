"""The log of looks at the boxes of returned sheets."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows
from logistics.press.triggers import VIEW_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("press", "0007_returned_sheets")]

    operations = [
        migrations.CreateModel(
            name="BoxView",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("viewer_id", models.UUIDField()),
                ("viewed_at", models.DateTimeField()),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="views", to="press.returnedrow"
                    ),
                ),
            ],
            options={"db_table": "press_boxview"},
        ),
        install(VIEW_TRIGGERS),
    ]
