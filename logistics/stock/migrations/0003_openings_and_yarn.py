"""Opening balances, what suppliers paid back, and yarn in the hands of volunteers."""

import django.db.models.deletion
from django.db import migrations, models

import logistics.storage.rows
from logistics.stock.triggers import MONEY_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0003_money"),
        ("journal", "0004_periods"),
        ("parties", "0001_first"),
        ("stock", "0002_care_of_goods"),
    ]

    operations = [
        migrations.AlterField(
            model_name="purchase",
            name="state",
            field=models.CharField(
                choices=[("ORDERED", "Ordered"), ("RECEIVED", "Received"), ("DROPPED", "Dropped")],
                default="RECEIVED",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Opening",
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
                ("number", models.PositiveSmallIntegerField()),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="funds.fund"
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
                "db_table": "stock_opening",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OpeningLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("quantity", models.BigIntegerField()),
                ("line_total_minor", models.BigIntegerField(null=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("INVOICE", "Invoice"),
                            ("CUSTOMS", "Customs"),
                            ("AGREEMENT", "Agreement"),
                            ("APPRAISAL", "Appraisal"),
                            ("NONE", "None"),
                        ],
                        max_length=16,
                    ),
                ),
                ("expires_on", models.DateField(null=True)),
                ("batch", models.CharField(blank=True, default="", max_length=64)),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.item"),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="stock.opening"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.warehouse"
                    ),
                ),
            ],
            options={
                "db_table": "stock_openingline",
            },
        ),
        migrations.CreateModel(
            name="PriceRefund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("is_rest", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("evidence_sha256", models.CharField(max_length=64)),
                ("refunded_at", models.DateTimeField()),
                ("partner_id", models.UUIDField()),
                ("reference", models.CharField(max_length=120)),
                ("request_sha256", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_id", models.UUIDField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.journalentry"
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="price_refunds", to="stock.purchase"
                    ),
                ),
            ],
            options={
                "db_table": "stock_pricerefund",
            },
        ),
        migrations.CreateModel(
            name="YarnMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("OUT", "Out"), ("GARMENTS", "Garments"), ("BACK", "Back"), ("LOST", "Lost")],
                        max_length=8,
                    ),
                ),
                ("yarn_quantity", models.BigIntegerField()),
                ("garment_quantity", models.PositiveIntegerField(default=0)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("happened_at", models.DateTimeField()),
                ("partner_id", models.UUIDField()),
                ("reference", models.CharField(max_length=120)),
                ("request_sha256", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_id", models.UUIDField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.journalentry"
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funds.fund"),
                ),
                (
                    "garment",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.item"
                    ),
                ),
                (
                    "knitter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="stock.knitter"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.warehouse"
                    ),
                ),
                (
                    "yarn",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.item"),
                ),
            ],
            options={
                "db_table": "stock_yarnmove",
            },
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.UniqueConstraint(fields=("partner_id", "reference"), name="stock_opening_reference_once"),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "APPROVED"), _negated=True),
                    models.Q(
                        ("decided_by_id__isnull", False),
                        ("entry__isnull", False),
                        models.Q(("decided_by_id", models.F("proposed_by_id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="stock_opening_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.UniqueConstraint(fields=("fund", "number"), name="stock_opening_numbered"),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="stock_opening_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="openingline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "NONE"), ("line_total_minor__isnull", True)),
                    models.Q(models.Q(("basis", "NONE"), _negated=True), ("line_total_minor__gt", 0)),
                    _connector="OR",
                ),
                name="stock_openingline_valued_or_none",
            ),
        ),
        migrations.AddConstraint(
            model_name="openingline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="stock_openingline_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="pricerefund",
            constraint=models.UniqueConstraint(
                fields=("partner_id", "reference"), name="stock_pricerefund_reference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pricerefund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="stock_pricerefund_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="yarnmove",
            constraint=models.UniqueConstraint(
                fields=("partner_id", "reference"), name="stock_yarnmove_reference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="yarnmove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("garment__isnull", False), ("garment_quantity__gt", 0), ("kind", "GARMENTS")),
                    models.Q(
                        models.Q(("kind", "GARMENTS"), _negated=True),
                        ("garment__isnull", True),
                        ("garment_quantity", 0),
                    ),
                    _connector="OR",
                ),
                name="stock_yarnmove_garments_or_yarn",
            ),
        ),
        migrations.AddConstraint(
            model_name="yarnmove",
            constraint=models.CheckConstraint(
                condition=models.Q(("yarn_quantity__gt", 0)), name="stock_yarnmove_positive"
            ),
        ),
        install(MONEY_TRIGGERS),
    ]
