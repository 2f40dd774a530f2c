"""Printers, papers of one's own and the positions on part-used sheets."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0001_first"),
        ("press", "0004_bundle_jobs"),
    ]

    operations = [
        migrations.AddField(
            model_name="labelbatch",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.CreateModel(
            name="Printer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=60)),
                ("dots_per_inch", models.PositiveIntegerField()),
                ("offset_x_um", models.IntegerField(default=0)),
                ("offset_y_um", models.IntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="printers", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "press_printer",
            },
        ),
        migrations.AddField(
            model_name="labelbatch",
            name="printer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="label_batches", to="press.printer"
            ),
        ),
        migrations.CreateModel(
            name="PrinterPosition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sheet", models.CharField(max_length=24)),
                ("position", models.PositiveIntegerField()),
                (
                    "printer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="positions", to="press.printer"
                    ),
                ),
            ],
            options={
                "db_table": "press_printerposition",
            },
        ),
        migrations.CreateModel(
            name="OwnSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=24)),
                ("product", models.CharField(blank=True, default="", max_length=60)),
                ("page_width_um", models.PositiveIntegerField()),
                ("page_height_um", models.PositiveIntegerField()),
                ("rows", models.PositiveIntegerField()),
                ("columns", models.PositiveIntegerField()),
                ("margin_left_um", models.PositiveIntegerField()),
                ("margin_top_um", models.PositiveIntegerField()),
                ("gutter_x_um", models.PositiveIntegerField()),
                ("gutter_y_um", models.PositiveIntegerField()),
                ("label_width_um", models.PositiveIntegerField()),
                ("label_height_um", models.PositiveIntegerField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="label_sheets",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "press_ownsheet",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name"), name="press_ownsheet_name_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="printer",
            constraint=models.UniqueConstraint(fields=("organisation", "code"), name="press_printer_code_once"),
        ),
        migrations.AddConstraint(
            model_name="printerposition",
            constraint=models.UniqueConstraint(fields=("printer", "sheet"), name="press_printerposition_once"),
        ),
    ]
