"""Encrypt what was noted of yarn and of opening balances, and let an erasure empty it."""

from django.db import migrations

from logistics.stock.triggers import MONEY_TRIGGERS
from logistics.storage.locking import lock_texts
from logistics.storage.secrets import EncryptedTextField
from logistics.storage.triggers import append_only, install, uninstall


class Migration(migrations.Migration):
    dependencies = [("stock", "0007_knitters_under_lock")]
    operations = [
        uninstall([*MONEY_TRIGGERS, *append_only("stock_yarnmove", ("partner_id", "reference"), ("entry_id",))]),
        migrations.AlterField("yarnmove", "note", EncryptedTextField(blank=True, default="")),
        migrations.AlterField("opening", "reason", EncryptedTextField(blank=True, default="")),
        lock_texts("stock_yarnmove", "note"),
        lock_texts("stock_opening", "reason"),
        install(MONEY_TRIGGERS),
    ]
