"""Say every fact again where the log was begun anew, rows that had no leaf before among them."""

from collections.abc import Iterator

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from logistics.journal.leaves import (
    leaf_of_entry,
    leaf_of_money_lot,
    leaf_of_period,
    leaf_of_permits,
    leaf_of_purse,
    leaves_of,
    leaves_of_accounts,
)
from logistics.journal.postings import LeafData
from logistics.journal.revisions import leaf_of_revision
from logistics.storage.writes import add_together

BATCH = 500


def say_again(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Push a leaf for every row of the books, in the order in which one builds upon another."""
    facts = list(_facts(apps))
    for start in range(0, len(facts), BATCH):
        add_together(*leaves_of(facts[start : start + BATCH]))


def _facts(apps: StateApps) -> Iterator[LeafData]:
    kept = {name: apps.get_model("journal", name).objects for name in _MODELS}
    yield from (leaf_of_revision(revision) for revision in kept["Revision"].order_by("id"))
    yield from (leaf_of_purse(purse, is_restricted=purse.is_restricted) for purse in kept["Purse"].order_by("id"))
    yield from leaves_of_accounts(kept["Account"].order_by("id"))
    for permit in kept["Permit"].select_related("purse").order_by("id"):
        yield leaf_of_permits([permit], organisation_id=permit.purse.organisation_id)
    for lot in kept["Lot"].filter(item_id=None).select_related("origin").order_by("id"):
        yield leaf_of_money_lot(lot, organisation_id=lot.origin.organisation_id)
    for entry in kept["JournalEntry"].order_by("id"):
        transfers = kept["Transfer"].filter(entry=entry).order_by("position")
        lots = kept["Lot"].filter(origin=entry, item_id__isnull=False)
        yield leaf_of_entry(entry, transfers, lots, kept["LotSource"].filter(made__origin=entry))
    for period in kept["Period"].filter(state="CLOSED").order_by("ends_on"):
        rows = kept["FrozenBalance"].filter(period=period)
        yield leaf_of_period(period, rows.values_list("account_id", "lot_id", "quantity", "value_minor"))


_MODELS = (
    "Account",
    "FrozenBalance",
    "JournalEntry",
    "Lot",
    "LotSource",
    "Period",
    "Permit",
    "Purse",
    "Revision",
    "Transfer",
)


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0007_own_numbers"),
    ]

    operations = [
        migrations.RunPython(say_again, migrations.RunPython.noop),
    ]
