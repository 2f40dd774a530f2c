"""Moves, hand-downs, stock-takes, holds, recalls and disposals; purchases that are paid first; knitters and hours."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import logistics.storage.rows
from logistics.stock.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0002_triggers"),
        ("journal", "0004_periods"),
        ("parties", "0001_first"),
        ("stock", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="purchase",
            name="prepaid",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.account"
            ),
        ),
        migrations.AddField(
            model_name="purchase",
            name="refunded_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="purchase",
            name="state",
            field=models.CharField(
                choices=[("ORDERED", "Ordered"), ("RECEIVED", "Received")], default="RECEIVED", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="purchaseline",
            name="batch",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="purchaseline",
            name="expires_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="purchaseline",
            name="received",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="purchaseline",
            name="used_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="purchaseline",
            name="lot",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.lot"
            ),
        ),
        migrations.CreateModel(
            name="HandDown",
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
                        choices=[("SENT", "Sent"), ("RECEIVED", "Received"), ("CONFIRMED", "Confirmed")],
                        default="SENT",
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("sent_at", models.DateTimeField()),
                ("sent_by_id", models.UUIDField()),
                ("received_at", models.DateTimeField(null=True)),
                ("received_by_id", models.UUIDField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by_id", models.UUIDField(null=True)),
                ("amount_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("evidence_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("partner_id", models.UUIDField()),
                ("reference", models.CharField(max_length=120)),
                ("request_sha256", models.CharField(max_length=64)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.account"
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.warehouse"
                    ),
                ),
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.warehouse"
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_downs",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "stock_handdown",
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("quantity", models.BigIntegerField()),
                ("left", models.BigIntegerField()),
                ("pieces", models.JSONField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("LOST", "Lost"),
                            ("THEFT", "Theft"),
                            ("DAMAGED", "Damaged"),
                            ("EXPIRED", "Expired"),
                            ("SPOILT", "Spoilt"),
                            ("RECALLED", "Recalled"),
                            ("UNFIT", "Unfit"),
                            ("MISCOUNTED", "Miscounted"),
                            ("FOUND", "Found"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("held_at", models.DateTimeField()),
                ("held_by_id", models.UUIDField()),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by_id", models.UUIDField(null=True)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.journalentry"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.item"),
                ),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.lot"),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="stock.warehouse"
                    ),
                ),
            ],
            options={
                "db_table": "stock_hold",
            },
        ),
        migrations.CreateModel(
            name="Disposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("quantity", models.BigIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("LOST", "Lost"),
                            ("THEFT", "Theft"),
                            ("DAMAGED", "Damaged"),
                            ("EXPIRED", "Expired"),
                            ("SPOILT", "Spoilt"),
                            ("RECALLED", "Recalled"),
                            ("UNFIT", "Unfit"),
                            ("MISCOUNTED", "Miscounted"),
                            ("FOUND", "Found"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("evidence_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("proceeds_minor", models.BigIntegerField(default=0)),
                ("buyer", models.CharField(blank=True, default="", max_length=120)),
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
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.item"),
                ),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.lot"),
                ),
                (
                    "proceeds_entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="journal.journalentry",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disposals", to="stock.warehouse"
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disposals",
                        to="stock.hold",
                    ),
                ),
            ],
            options={
                "db_table": "stock_disposal",
            },
        ),
        migrations.CreateModel(
            name="Knitter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("reference", models.CharField(max_length=24, unique=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.account"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="knitters", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "stock_knitter",
            },
        ),
        migrations.CreateModel(
            name="Move",
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
                        choices=[("SENT", "Sent"), ("RECEIVED", "Received"), ("CONFIRMED", "Confirmed")],
                        default="SENT",
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("sent_at", models.DateTimeField()),
                ("sent_by_id", models.UUIDField()),
                ("received_at", models.DateTimeField(null=True)),
                ("received_by_id", models.UUIDField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by_id", models.UUIDField(null=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.account"
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.warehouse"
                    ),
                ),
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.warehouse"
                    ),
                ),
            ],
            options={
                "db_table": "stock_move",
            },
        ),
        migrations.CreateModel(
            name="PurchaseReceipt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("invoice", models.CharField(max_length=64)),
                ("lines", models.JSONField()),
                ("received_at", models.DateTimeField()),
                ("received_by_id", models.UUIDField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.journalentry"
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="stock.purchase"
                    ),
                ),
            ],
            options={
                "db_table": "stock_purchasereceipt",
            },
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("batch", models.CharField(blank=True, default="", max_length=64)),
                ("reason", models.CharField(max_length=200)),
                ("recalled_at", models.DateTimeField()),
                ("recalled_by_id", models.UUIDField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by_id", models.UUIDField(null=True)),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.item"),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recalls", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "stock_recall",
            },
        ),
        migrations.AddField(
            model_name="hold",
            name="recall",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="stock.recall"
            ),
        ),
        migrations.CreateModel(
            name="RecalledLot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.lot"),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="stock.recall"
                    ),
                ),
            ],
            options={
                "db_table": "stock_recalledlot",
            },
        ),
        migrations.CreateModel(
            name="StockTake",
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
                        choices=[
                            ("OPEN", "Open"),
                            ("COUNTED", "Counted"),
                            ("APPROVED", "Approved"),
                            ("DROPPED", "Dropped"),
                        ],
                        default="OPEN",
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("opened_by_id", models.UUIDField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by_id", models.UUIDField(null=True)),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stock_takes", to="stock.warehouse"
                    ),
                ),
            ],
            options={
                "db_table": "stock_stocktake",
            },
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("expected", models.BigIntegerField()),
                ("moves", models.BigIntegerField()),
                ("counted_from", models.PositiveIntegerField(default=0)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("LOST", "Lost"),
                            ("THEFT", "Theft"),
                            ("DAMAGED", "Damaged"),
                            ("EXPIRED", "Expired"),
                            ("SPOILT", "Spoilt"),
                            ("RECALLED", "Recalled"),
                            ("UNFIT", "Unfit"),
                            ("MISCOUNTED", "Miscounted"),
                            ("FOUND", "Found"),
                        ],
                        default="",
                        max_length=12,
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
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.item"),
                ),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.lot"),
                ),
                (
                    "stock_take",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="stock.stocktake"
                    ),
                ),
            ],
            options={
                "db_table": "stock_countline",
            },
        ),
        migrations.CreateModel(
            name="TransitLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sent", models.BigIntegerField()),
                ("received", models.BigIntegerField(default=0)),
                ("lost", models.BigIntegerField(default=0)),
                ("damaged", models.BigIntegerField(default=0)),
                ("pieces", models.JSONField()),
                (
                    "hand_down",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="stock.handdown",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.item"
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="stock.move"
                    ),
                ),
            ],
            options={
                "db_table": "stock_transitline",
            },
        ),
        migrations.CreateModel(
            name="VolunteerHours",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("served_on", models.DateField()),
                ("volunteers", models.PositiveIntegerField()),
                ("minutes", models.PositiveIntegerField()),
                ("activity", models.CharField(max_length=120)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_id", models.UUIDField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="volunteer_hours",
                        to="parties.organisation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="volunteer_hours",
                        to="parties.programme",
                    ),
                ),
            ],
            options={
                "db_table": "stock_volunteerhours",
            },
        ),
        migrations.CreateModel(
            name="Count",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("quantity", models.BigIntegerField()),
                ("counted_by_id", models.UUIDField()),
                ("counted_at", models.DateTimeField()),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="counts", to="stock.countline"
                    ),
                ),
            ],
            options={
                "db_table": "stock_count",
                "constraints": [
                    models.UniqueConstraint(fields=("line", "number"), name="stock_count_numbered"),
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="stock_count_not_negative"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="handdown",
            constraint=models.UniqueConstraint(
                fields=("partner_id", "reference"), name="stock_handdown_reference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="handdown",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_minor__gt", 0), ("origin__isnull", True)),
                    models.Q(("amount_minor", 0), ("origin__isnull", False)),
                    _connector="OR",
                ),
                name="stock_handdown_money_or_goods",
            ),
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "APPROVED"), _negated=True),
                    models.Q(
                        ("decided_by_id__isnull", False),
                        models.Q(("decided_by_id", models.F("proposed_by_id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="stock_disposal_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("proceeds_minor__gte", 0), ("quantity__gt", 0)), name="stock_disposal_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_at__isnull", True),
                    models.Q(
                        ("lifted_by_id__isnull", False),
                        models.Q(("lifted_by_id", models.F("recalled_by_id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="stock_recall_lifted_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("left__gte", 0), ("left__lte", models.F("quantity"))), name="stock_hold_left_of_it"
            ),
        ),
        migrations.AddConstraint(
            model_name="recalledlot",
            constraint=models.UniqueConstraint(fields=("recall", "lot"), name="stock_recalledlot_once"),
        ),
        migrations.AddConstraint(
            model_name="stocktake",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["OPEN", "COUNTED"])),
                fields=("warehouse",),
                name="stock_stocktake_one_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="countline",
            constraint=models.UniqueConstraint(fields=("stock_take", "lot"), name="stock_countline_once"),
        ),
        migrations.AddConstraint(
            model_name="transitline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("damaged__gte", 0),
                    ("lost__gte", 0),
                    ("received__gte", 0),
                    ("sent__gt", 0),
                    (
                        "sent__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("received"), "+", models.F("lost")
                            ),
                            "+",
                            models.F("damaged"),
                        ),
                    ),
                ),
                name="stock_transitline_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="volunteerhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gt", 0), ("volunteers__gt", 0)), name="stock_volunteerhours_positive"
            ),
        ),
        install(TRIGGERS),
    ]
