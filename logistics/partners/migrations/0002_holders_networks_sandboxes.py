"""Who holds a key, which one it replaces, from where it may be used; and the sandboxes."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import logistics.storage.rows


def hold_themselves(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Every key so far was its own holder: references and repeated requests are known by it."""
    apps.get_model("partners", "ApiKey").objects.filter(holder_id=None).update(holder_id=F("id"))


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_first"),
        ("api", "0006_keys_have_a_room"),
    ]

    operations = [
        migrations.AddField("apikey", "holder_id", models.UUIDField(null=True)),
        migrations.RunPython(hold_themselves, migrations.RunPython.noop),
        migrations.AlterField("apikey", "holder_id", models.UUIDField(db_index=True)),
        migrations.AlterField(
            "apikey",
            "kind",
            models.CharField(choices=[("PARTNER", "Partner"), ("DEVICE", "Device"), ("TEST", "Test")], max_length=8),
        ),
        migrations.AddField("apikey", "networks", models.JSONField(default=list)),
        migrations.AddField(
            "apikey",
            "replaces",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacement",
                to="partners.apikey",
            ),
        ),
        migrations.CreateModel(
            name="Sandbox",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("mark", models.CharField(max_length=24, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sandbox", to="parties.organisation"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sandboxes", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "partners_sandbox",
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(closed_at__isnull=True), fields=["owner"], name="partners_sandbox_one_open"
                    )
                ],
            },
        ),
    ]
