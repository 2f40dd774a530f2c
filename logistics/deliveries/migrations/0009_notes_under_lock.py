"""Encrypt what was noted of rounds."""

from django.db import migrations

from logistics.storage.locking import lock_texts
from logistics.storage.secrets import EncryptedTextField


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0008_one_time_codes")]
    operations = [
        migrations.AlterField("distributionround", "note", EncryptedTextField(blank=True, default="")),
        lock_texts("deliveries_round", "note"),
    ]
