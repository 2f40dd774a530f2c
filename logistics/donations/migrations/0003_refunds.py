"""Gifts that went back to their donors."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows
from logistics.donations.triggers import REFUND_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0002_triggers"),
        ("journal", "0004_periods"),
        ("parties", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("partner_id", models.UUIDField()),
                ("reference", models.CharField(max_length=120)),
                ("request_sha256", models.CharField(max_length=64)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("evidence_sha256", models.CharField(max_length=64)),
                ("happened_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("PROPOSED", "Proposed"), ("APPROVED", "Approved"), ("REJECTED", "Rejected")],
                        default="PROPOSED",
                        max_length=8,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by_id", models.UUIDField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_id", models.UUIDField(null=True)),
                ("amount_minor", models.BigIntegerField()),
                ("lines", models.JSONField(default=list)),
                (
                    "donation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="donations.donation"
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="journal.journalentry",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "donations_refund",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("partner_id", "reference"), name="donations_refund_reference_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "APPROVED"), _negated=True),
                            models.Q(
                                ("decided_by_id__isnull", False),
                                ("entry__isnull", False),
                                models.Q(("decided_by_id", models.F("proposed_by_id")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="donations_refund_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gte", 0)), name="donations_refund_not_negative"
                    ),
                ],
            },
        ),
        install(REFUND_TRIGGERS),
    ]
