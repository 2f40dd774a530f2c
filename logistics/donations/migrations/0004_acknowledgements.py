"""Number acknowledgements without a gap, and keep every one."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows
import logistics.storage.secrets
from logistics.donations.paper_triggers import PAPER_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0003_refunds"),
        ("parties", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("year", models.PositiveIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("revision", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("name_commitment", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                ("issued_by_id", models.UUIDField()),
                (
                    "donation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="donations.donation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "donations_acknowledgement",
            },
        ),
        migrations.CreateModel(
            name="AcknowledgementName",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", logistics.storage.secrets.EncryptedTextField()),
                ("salt", models.CharField(max_length=64)),
                (
                    "acknowledgement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="name_row",
                        to="donations.acknowledgement",
                    ),
                ),
            ],
            options={
                "db_table": "donations_acknowledgement_name",
            },
        ),
        migrations.CreateModel(
            name="AcknowledgementVoid",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("voided_at", models.DateTimeField()),
                ("voided_by_id", models.UUIDField()),
                (
                    "acknowledgement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="void_row",
                        to="donations.acknowledgement",
                    ),
                ),
            ],
            options={
                "db_table": "donations_acknowledgement_void",
            },
        ),
        migrations.CreateModel(
            name="Numbering",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("year", models.PositiveIntegerField()),
                ("last_number", models.PositiveIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "donations_numbering",
            },
        ),
        migrations.AddConstraint(
            model_name="acknowledgement",
            constraint=models.UniqueConstraint(fields=("organisation", "year", "number"), name="donations_number_once"),
        ),
        migrations.AddConstraint(
            model_name="acknowledgement",
            constraint=models.UniqueConstraint(fields=("donation", "revision"), name="donations_paper_reference_once"),
        ),
        migrations.AddConstraint(
            model_name="numbering",
            constraint=models.UniqueConstraint(fields=("organisation", "year"), name="donations_numbering_once"),
        ),
        install(PAPER_TRIGGERS),
    ]
