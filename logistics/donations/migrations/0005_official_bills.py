"""Register official bills, each counting once."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows
from logistics.donations.paper_triggers import BILL_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0004_acknowledgements"),
        ("parties", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficialBill",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=20)),
                ("number", models.CharField(max_length=20)),
                ("use", models.PositiveIntegerField()),
                ("issued_on", models.DateField()),
                ("issuer", models.CharField(max_length=120)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("photo_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("registered_at", models.DateTimeField()),
                ("registered_by_id", models.UUIDField()),
                (
                    "donation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="official_bills",
                        to="donations.donation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="official_bills",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "donations_bill",
            },
        ),
        migrations.CreateModel(
            name="OfficialBillPhoto",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("path", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=20)),
                ("stored_at", models.DateTimeField()),
                (
                    "bill",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photo_row",
                        to="donations.officialbill",
                    ),
                ),
            ],
            options={
                "db_table": "donations_bill_photo",
            },
        ),
        migrations.CreateModel(
            name="OfficialBillVoid",
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
                    "bill",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="void_row",
                        to="donations.officialbill",
                    ),
                ),
            ],
            options={
                "db_table": "donations_bill_void",
            },
        ),
        migrations.AddConstraint(
            model_name="officialbill",
            constraint=models.UniqueConstraint(fields=("donation", "revision"), name="donations_bill_reference_once"),
        ),
        migrations.AddConstraint(
            model_name="officialbill",
            constraint=models.UniqueConstraint(
                fields=("code", "number", "use"), name="donations_bill_number_reference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="officialbill",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="donations_bill_amount_positive"
            ),
        ),
        install(BILL_TRIGGERS),
    ]
