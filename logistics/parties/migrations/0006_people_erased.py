"""Let somebody who signs in be erased, and keep that they were."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows
from logistics.parties.triggers import ERASURE_TRIGGERS
from logistics.storage.erasures import ErasureCause
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("parties", "0005_sign_in_tries")]
    operations = [
        migrations.AddField("person", "erased_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="PersonErasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cause", models.CharField(choices=ErasureCause.choices, max_length=12)),
                ("counts", models.JSONField()),
                ("erased_at", models.DateTimeField()),
                ("erased_by_id", models.UUIDField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="parties.person"
                    ),
                ),
            ],
            options={"db_table": "parties_erasure"},
        ),
        install(ERASURE_TRIGGERS),
    ]
