"""Periods that close, numbered vouchers, more kinds of accounts and entries, a queue in the database's order."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import logistics.storage.rows
from logistics.journal.triggers import PERIOD_TRIGGERS, SEALING_TRIGGERS, TRIGGERS
from logistics.journal.vouchers import number_vouchers
from logistics.storage.triggers import install, uninstall


def line_up(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let the leaves that have no number yet wait again, in the order in which they were pushed."""
    leaves = apps.get_model("journal", "Leaf").objects.filter(sealed=None).order_by("id").values_list("id", flat=True)
    waiting = apps.get_model("journal", "UnsealedLeaf").objects
    waiting.bulk_create((waiting.model(leaf_id=leaf) for leaf in leaves.iterator()), batch_size=1000)


def number_what_is_sealed(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give the entries that stand in the log already the numbers of their vouchers."""
    sealed = apps.get_model("journal", "SealedLeaf").objects.filter(leaf__kind="ENTRY").order_by("id")
    number_vouchers(list(sealed.values_list("leaf__subject_id", flat=True)))


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_sealing"),
    ]

    operations = [
        # `0007` brings the triggers of the log back, with the columns that they ask for.
        uninstall([*TRIGGERS, *SEALING_TRIGGERS]),
        migrations.CreateModel(
            name="FrozenBalance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("quantity", models.BigIntegerField()),
                ("value_minor", models.BigIntegerField()),
            ],
            options={
                "db_table": "journal_frozenbalance",
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_id", models.UUIDField()),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("PROPOSED", "Proposed"), ("WITHDRAWN", "Withdrawn"), ("CLOSED", "Closed")],
                        default="PROPOSED",
                        max_length=12,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by_id", models.UUIDField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "journal_period",
            },
        ),
        migrations.CreateModel(
            name="Voucher",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_id", models.UUIDField()),
                ("month", models.CharField(max_length=7)),
                ("number", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "journal_voucher",
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="journal_account_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="journalentry",
            name="journal_entry_kind_known",
        ),
        migrations.AddField(
            model_name="account",
            name="reference",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AlterField(
            model_name="account",
            name="kind",
            field=models.CharField(
                choices=[
                    ("DONOR", "Donor"),
                    ("SUPPLIER", "Supplier"),
                    ("OPENING", "Opening"),
                    ("ASSEMBLY", "Assembly"),
                    ("HAND_DOWN", "Hand Down"),
                    ("INCOME", "Income"),
                    ("SURPLUS", "Surplus"),
                    ("BANK", "Bank"),
                    ("PREPAID", "Prepaid"),
                    ("WAREHOUSE", "Warehouse"),
                    ("QUARANTINE", "Quarantine"),
                    ("RESERVED", "Reserved"),
                    ("PARCEL", "Parcel"),
                    ("IN_TRANSIT", "In Transit"),
                    ("VOLUNTEER", "Volunteer"),
                    ("HOUSEHOLD", "Household"),
                    ("EXPENSE", "Expense"),
                    ("SOLD", "Sold"),
                    ("LOSS", "Loss"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("OPENING", "Opening"),
                    ("DONATION", "Donation"),
                    ("REFUND", "Refund"),
                    ("INTEREST", "Interest"),
                    ("COST", "Cost"),
                    ("PREPAYMENT", "Prepayment"),
                    ("PURCHASE", "Purchase"),
                    ("PRICE_REFUND", "Price Refund"),
                    ("ASSEMBLY", "Assembly"),
                    ("BREAK_UP", "Break Up"),
                    ("YARN_OUT", "Yarn Out"),
                    ("KNITTING", "Knitting"),
                    ("MOVE_OUT", "Move Out"),
                    ("MOVE_IN", "Move In"),
                    ("HAND_DOWN_OUT", "Hand Down Out"),
                    ("HAND_DOWN_IN", "Hand Down In"),
                    ("HOLD", "Hold"),
                    ("RELEASE", "Release"),
                    ("COUNT_SURPLUS", "Count Surplus"),
                    ("COUNT_SHORTAGE", "Count Shortage"),
                    ("WRITE_OFF", "Write Off"),
                    ("SALE", "Sale"),
                    ("RESERVE", "Reserve"),
                    ("PACK", "Pack"),
                    ("HAND_OVER", "Hand Over"),
                    ("LOSE", "Lose"),
                    ("DAMAGE", "Damage"),
                    ("GRANT", "Grant"),
                ],
                max_length=16,
            ),
        ),
        migrations.DeleteModel(name="UnsealedLeaf"),
        migrations.CreateModel(
            name="UnsealedLeaf",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "leaf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.leaf"
                    ),
                ),
            ],
            options={"db_table": "journal_unsealedleaf"},
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "DONOR",
                            "SUPPLIER",
                            "OPENING",
                            "ASSEMBLY",
                            "HAND_DOWN",
                            "INCOME",
                            "SURPLUS",
                            "BANK",
                            "PREPAID",
                            "WAREHOUSE",
                            "QUARANTINE",
                            "RESERVED",
                            "PARCEL",
                            "IN_TRANSIT",
                            "VOLUNTEER",
                            "HOUSEHOLD",
                            "EXPENSE",
                            "SOLD",
                            "LOSS",
                        ],
                    )
                ),
                name="journal_account_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "OPENING",
                            "DONATION",
                            "REFUND",
                            "INTEREST",
                            "COST",
                            "PREPAYMENT",
                            "PURCHASE",
                            "PRICE_REFUND",
                            "ASSEMBLY",
                            "BREAK_UP",
                            "YARN_OUT",
                            "KNITTING",
                            "MOVE_OUT",
                            "MOVE_IN",
                            "HAND_DOWN_OUT",
                            "HAND_DOWN_IN",
                            "HOLD",
                            "RELEASE",
                            "COUNT_SURPLUS",
                            "COUNT_SHORTAGE",
                            "WRITE_OFF",
                            "SALE",
                            "RESERVE",
                            "PACK",
                            "HAND_OVER",
                            "LOSE",
                            "DAMAGE",
                            "GRANT",
                        ],
                    )
                ),
                name="journal_entry_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="frozenbalance",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.account"
            ),
        ),
        migrations.AddField(
            model_name="frozenbalance",
            name="lot",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.lot"),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "WITHDRAWN"), _negated=True),
                fields=("organisation_id", "ends_on"),
                name="journal_period_one_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "CLOSED"), _negated=True),
                    models.Q(
                        ("closed_by_id__isnull", False),
                        models.Q(("closed_by_id", models.F("proposed_by_id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="journal_period_closed_by_another",
            ),
        ),
        migrations.AddField(
            model_name="frozenbalance",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="balances", to="journal.period"
            ),
        ),
        migrations.AddField(
            model_name="voucher",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="voucher", to="journal.journalentry"
            ),
        ),
        migrations.AddConstraint(
            model_name="frozenbalance",
            constraint=models.UniqueConstraint(
                fields=("period", "account", "lot"), name="journal_frozenbalance_one_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.UniqueConstraint(
                fields=("organisation_id", "month", "number"), name="journal_voucher_one_a_number"
            ),
        ),
        migrations.RunPython(line_up, migrations.RunPython.noop),
        migrations.RunPython(number_what_is_sealed, migrations.RunPython.noop),
        install(TRIGGERS),
        install(PERIOD_TRIGGERS),
    ]
