"""Encrypt why money was booked or taken back, and let an erasure empty it."""

from django.db import migrations

from logistics.funds.triggers import MONEY_TRIGGERS
from logistics.storage.locking import lock_texts
from logistics.storage.secrets import EncryptedTextField
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [("funds", "0005_consents")]
    operations = [
        uninstall(MONEY_TRIGGERS),
        migrations.AlterField("interest", "reason", EncryptedTextField(blank=True, default="")),
        migrations.AlterField("cost", "reason", EncryptedTextField(blank=True, default="")),
        migrations.AlterField("reversal", "reason", EncryptedTextField(blank=True, default="")),
        lock_texts("funds_interest", "reason"),
        lock_texts("funds_cost", "reason"),
        lock_texts("funds_reversal", "reason"),
        install(MONEY_TRIGGERS),
    ]
