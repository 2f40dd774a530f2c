"""Letters that were taken back."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows


class Migration(migrations.Migration):
    dependencies = [
        ("sponsorships", "0002_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterWithdrawal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason_commitment", models.CharField(max_length=64)),
                ("withdrawn_by_id", models.UUIDField()),
                ("withdrawn_at", models.DateTimeField()),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="withdrawal", to="sponsorships.letter"
                    ),
                ),
            ],
            options={
                "db_table": "sponsorships_letterwithdrawal",
            },
        ),
    ]
