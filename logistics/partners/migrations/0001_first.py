"""Keys move here from the API's room, where no page could reach them; their table stays as it is."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("api", "0004_usage"),
        ("audits", "0001_first"),
        ("parties", "0003_devices"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ApiKey",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("prefix", models.CharField(max_length=8, unique=True)),
                        ("secret_hash", models.CharField(max_length=64)),
                        (
                            "kind",
                            models.CharField(choices=[("PARTNER", "Partner"), ("DEVICE", "Device")], max_length=8),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("scopes", models.JSONField()),
                        ("issued_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("last_used_at", models.DateTimeField(null=True)),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="parties.organisation",
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="keys",
                                to="parties.device",
                            ),
                        ),
                        (
                            "mandate",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="keys",
                                to="audits.auditmandate",
                            ),
                        ),
                    ],
                    options={"db_table": "api_key"},
                ),
            ],
            database_operations=[],
        ),
    ]
