"""What the database refuses about letters that were taken back."""

from django.db import migrations

from logistics.sponsorships.triggers import WITHDRAWAL_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("sponsorships", "0003_withdrawals")]

    operations = [install(WITHDRAWAL_TRIGGERS)]
