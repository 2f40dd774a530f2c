"""Encrypt why gifts were paid back, and let an erasure empty it."""

from django.db import migrations

from logistics.donations.triggers import REFUND_TRIGGERS
from logistics.storage.locking import lock_texts
from logistics.storage.secrets import EncryptedTextField
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [("donations", "0007_pledges")]
    operations = [
        uninstall(REFUND_TRIGGERS),
        migrations.AlterField("refund", "reason", EncryptedTextField(blank=True, default="")),
        lock_texts("donations_refund", "reason"),
        install(REFUND_TRIGGERS),
    ]
