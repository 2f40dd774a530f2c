"""Interest, costs, reversals, agreements and the rules on what management may cost."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows
from logistics.funds.triggers import MONEY_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0002_triggers"),
        ("journal", "0004_periods"),
        ("parties", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="fund",
            name="interest_fund",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funds.fund"
            ),
        ),
        migrations.CreateModel(
            name="CostRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organisation_kind",
                    models.CharField(
                        choices=[
                            ("FEDERATION", "Federation"),
                            ("FOUNDATION", "Foundation"),
                            ("SCHOOL", "School"),
                            ("VOLUNTEER_TEAM", "Volunteer Team"),
                            ("CARRIER", "Carrier"),
                            ("FIRM", "Firm"),
                        ],
                        max_length=16,
                    ),
                ),
                ("basis", models.CharField(blank=True, default="", max_length=16)),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("YEAR_EXPENDITURE", "Year Expenditure"),
                            ("YEAR_INCOME", "Year Income"),
                            ("LAST_YEAR_INCOME", "Last Year Income"),
                        ],
                        max_length=20,
                    ),
                ),
                ("per_mille", models.PositiveSmallIntegerField()),
                ("free_minor", models.BigIntegerField(default=0)),
                ("source", models.CharField(max_length=500)),
                ("is_example", models.BooleanField(default=False)),
                ("in_force_from", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "funds_costrule",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_kind", "basis", "in_force_from"), name="funds_costrule_one_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base__in", ["YEAR_EXPENDITURE", "YEAR_INCOME", "LAST_YEAR_INCOME"])),
                        name="funds_costrule_base_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("free_minor__gte", 0), ("per_mille__lte", 1000)),
                        name="funds_costrule_within_bounds",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=64)),
                ("signed_on", models.DateField()),
                ("document_sha256", models.CharField(max_length=64)),
                ("purpose", models.CharField(blank=True, default="", max_length=500)),
                ("management_cap_per_mille", models.PositiveSmallIntegerField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_id", models.UUIDField()),
                (
                    "donor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="parties.donor",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="funds.fund"
                    ),
                ),
            ],
            options={
                "db_table": "funds_agreement",
                "constraints": [
                    models.UniqueConstraint(fields=("fund", "number"), name="funds_agreement_numbered"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("management_cap_per_mille__isnull", True),
                            ("management_cap_per_mille__lte", 1000),
                            _connector="OR",
                        ),
                        name="funds_agreement_cap_per_mille",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cost",
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
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("BANK_FEE", "Bank Fee"),
                            ("MANAGEMENT", "Management"),
                            ("TRANSPORT", "Transport"),
                            ("STORAGE", "Storage"),
                            ("PRINTING", "Printing"),
                            ("PACKAGING", "Packaging"),
                            ("VOLUNTEERS", "Volunteers"),
                            ("PUBLICITY", "Publicity"),
                            ("AUDIT", "Audit"),
                            ("OTHER", "Other"),
                        ],
                        max_length=16,
                    ),
                ),
                ("payee", models.CharField(blank=True, default="", max_length=120)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
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
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="costs", to="funds.fund"
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
                "db_table": "funds_cost",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("partner_id", "reference"), name="funds_cost_reference_once"),
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
                        name="funds_cost_approved_by_another",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="funds_cost_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "category__in",
                                [
                                    "BANK_FEE",
                                    "MANAGEMENT",
                                    "TRANSPORT",
                                    "STORAGE",
                                    "PRINTING",
                                    "PACKAGING",
                                    "VOLUNTEERS",
                                    "PUBLICITY",
                                    "AUDIT",
                                    "OTHER",
                                ],
                            )
                        ),
                        name="funds_cost_category_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Interest",
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
                ("currency", models.CharField(max_length=3)),
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
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="interest", to="funds.fund"
                    ),
                ),
                (
                    "joins",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="interest_joined", to="funds.fund"
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
                "db_table": "funds_interest",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("partner_id", "reference"), name="funds_interest_reference_once"),
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
                        name="funds_interest_approved_by_another",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="funds_interest_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reversal",
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
                (
                    "reverses",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.journalentry"
                    ),
                ),
            ],
            options={
                "db_table": "funds_reversal",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("partner_id", "reference"), name="funds_reversal_reference_once"),
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
                        name="funds_reversal_approved_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "REJECTED"), _negated=True),
                        fields=("reverses",),
                        name="funds_reversal_one_an_entry",
                    ),
                ],
            },
        ),
        install(MONEY_TRIGGERS),
    ]
