"""Each of these columns begins a longer index, which answers for it: a posting keeps seven indexes fewer in step.

The indexes are dropped by name. `AlterField` would build the tables anew on SQLite, for hours where books are long.
"""

from django.db import migrations, models

PROTECT = models.PROTECT
# Model, field, whose rows it names and what those call it, its index.
GONE = [
    ("transfer", "entry", "journal.journalentry", "transfers", "journal_transfer_entry_id_dd83fe57"),
    ("transfer", "lot", "journal.lot", "transfers", "journal_transfer_lot_id_985e12eb"),
    ("transfer", "credit", "journal.account", "credits", "journal_transfer_credit_id_1b9cff44"),
    ("transfer", "debit", "journal.account", "debits", "journal_transfer_debit_id_c80a1c55"),
    ("balance", "account", "journal.account", "balances", "journal_balance_account_id_0e514135"),
    ("lotsource", "source", "journal.lot", "became", "journal_lotsource_source_id_61e4168e"),
    ("frozenbalance", "period", "journal.period", "balances", "journal_frozenbalance_period_id_006318fd"),
]


def _gone(model: str, name: str, to: str, related_name: str, index: str) -> migrations.SeparateDatabaseAndState:
    field = models.ForeignKey(db_index=False, on_delete=PROTECT, related_name=related_name, to=to)
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AlterField(model_name=model, name=name, field=field)],
        database_operations=[
            migrations.RunSQL(f"DROP INDEX {index}", f"CREATE INDEX {index} ON journal_{model} ({name}_id)")
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("journal", "0010_no_desk_between_bodies")]

    operations = [_gone(*row) for row in GONE]
