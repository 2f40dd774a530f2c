"""A scan changes the state of its parcel, and PostgreSQL keeps every index of the row in step: five need not be kept.

`organisation` begins two longer indexes; `permit` and `kit_recipe` are asked for by nobody; `recall` and `beneficiary`
stand in few rows, and are found in those. The indexes are dropped by name. `AlterField` would build the table anew on
SQLite.
"""

from django.db import migrations, models
from django.db.models import Q

# Field, whose rows it names and what those call it, whether it may be empty, its index.
GONE = [
    ("organisation", "parties.organisation", "parcels", False, "parcels_parcel_organisation_id_f18de0c2"),
    ("permit", "journal.permit", "+", True, "parcels_parcel_permit_id_d3000d6e"),
    ("kit_recipe", "stock.kitrecipe", "parcels", True, "parcels_parcel_kit_recipe_id_767bf238"),
    ("recall", "stock.recall", "parcels", True, "parcels_parcel_recall_id_018e617a"),
    ("beneficiary", "households.member", "parcels", True, "parcels_parcel_beneficiary_id_7582cb78"),
]
IN_FEW_ROWS = (("recall", "parcels_recalled"), ("beneficiary", "parcels_of_member"))


def _gone(name: str, to: str, related_name: str, null: bool, index: str) -> migrations.SeparateDatabaseAndState:
    field = models.ForeignKey(db_index=False, null=null, on_delete=models.PROTECT, related_name=related_name, to=to)
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AlterField(model_name="parcel", name=name, field=field)],
        database_operations=[
            migrations.RunSQL(f"DROP INDEX {index}", f"CREATE INDEX {index} ON parcels_parcel ({name}_id)")
        ],
    )


def _in_few_rows(name: str, index: str) -> migrations.AddIndex:
    there = Q((f"{name}__isnull", False))
    return migrations.AddIndex("parcel", models.Index(fields=[name], name=index, condition=there))


class Migration(migrations.Migration):
    dependencies = [("parcels", "0004_next_tries")]

    operations = [*(_gone(*row) for row in GONE), *(_in_few_rows(*row) for row in IN_FEW_ROWS)]
