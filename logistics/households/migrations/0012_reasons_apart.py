"""Put the reasons for looking where keys rotate and an erasure reaches; each look keeps a commitment to its own."""

import secrets

from django.db import migrations, models

from logistics.households.triggers import PROOF_TRIGGERS, TRIGGERS
from logistics.storage.triggers import install, uninstall

ROWS_PER_CHUNK = 500
SALT_BYTES = 32


def put_apart(apps, editor):
    from logistics.journal.committed import commitment

    text = apps.get_model("journal", "CommittedText")
    for name in ("PersonalDataView", "ProofView"):
        model = apps.get_model("households", name)
        last = None
        while True:
            rows = model.objects.order_by("id") if last is None else model.objects.filter(id__gt=last).order_by("id")
            chunk = list(rows[:ROWS_PER_CHUNK])
            if not chunk:
                break
            kept = []
            for row in chunk:
                salt = secrets.token_bytes(SALT_BYTES)
                kept.append(text(owner_id=row.id, field="reason", salt=salt.hex(), text=row.reason))
                row.reason_commitment = commitment(salt, row.reason)
            text.objects.bulk_create(kept)
            model.objects.bulk_update(chunk, ["reason_commitment"])
            last = chunk[-1].id


def commitment_of(name):
    return migrations.AddField(
        model_name=name,
        name="reason_commitment",
        field=models.CharField(blank=True, default="", max_length=64),
    )


class Migration(migrations.Migration):
    dependencies = [("households", "0011_erasure_triggers"), ("journal", "0011_indexes_of_keys_gone")]
    operations = [
        uninstall([*TRIGGERS, *PROOF_TRIGGERS]),
        commitment_of("personaldataview"),
        commitment_of("proofview"),
        migrations.RunPython(put_apart, migrations.RunPython.noop),
        migrations.RemoveField("personaldataview", "reason"),
        migrations.RemoveField("proofview", "reason"),
        install([*TRIGGERS, *PROOF_TRIGGERS]),
        migrations.AddField("keptproof", "kept_sha256", models.CharField(max_length=64, null=True)),
    ]
