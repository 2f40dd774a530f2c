import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0003_where_objections_come_from"),
        ("parties", "0004_donors_found_by_name"),
        ("press", "0012_retention_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllocationJob",
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
                ("offers_used_up", models.JSONField(default=list)),
                ("kind", models.CharField(choices=[("PARCEL", "Parcel"), ("GRANT", "Grant")], max_length=8)),
                ("after_place", models.PositiveIntegerField(default=0)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocation_jobs",
                        to="lists.distributionlist",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocation_jobs",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "press_allocationjob",
                "indexes": [models.Index(fields=["list", "kind", "id"], name="press_allocationjob_of_list")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["QUEUED", "RUNNING"])),
                        fields=("list", "kind"),
                        name="press_allocationjob_one_walks",
                    )
                ],
            },
        ),
    ]
