"""Refunds that are decided can no longer be pushed out by a row with their key."""

from django.db import migrations

from logistics.donations.triggers import REFUND_TRIGGERS
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [("donations", "0005_official_bills")]

    operations = [uninstall(REFUND_TRIGGERS), install(REFUND_TRIGGERS)]
