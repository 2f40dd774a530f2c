"""The log: numbered leaves, complete nodes, checkpoints, and the leaves that wait for their number."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import logistics.storage.rows
from logistics.journal.triggers import SEALING_TRIGGERS
from logistics.storage.triggers import install


def line_up(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let the leaves that stand already wait for the sequencer, in the order in which they were pushed."""
    leaves = apps.get_model("journal", "Leaf").objects.order_by("id").values_list("id", flat=True)
    waiting = apps.get_model("journal", "UnsealedLeaf").objects
    waiting.bulk_create((waiting.model(leaf_id=leaf) for leaf in leaves.iterator()), batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedCheckpoint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("size", models.BigIntegerField(unique=True)),
                ("root", models.CharField(max_length=64)),
                ("note", models.TextField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "journal_checkpoint",
            },
        ),
        migrations.CreateModel(
            name="TreeNode",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "journal_treenode",
            },
        ),
        migrations.CreateModel(
            name="SealedLeaf",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.CharField(max_length=64)),
                (
                    "leaf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sealed", to="journal.leaf"
                    ),
                ),
            ],
            options={
                "db_table": "journal_sealedleaf",
            },
        ),
        migrations.CreateModel(
            name="UnsealedLeaf",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=logistics.storage.rows.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "leaf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.leaf"
                    ),
                ),
            ],
            options={
                "db_table": "journal_unsealedleaf",
            },
        ),
        install(SEALING_TRIGGERS),
        migrations.RunPython(line_up, migrations.RunPython.noop),
    ]
