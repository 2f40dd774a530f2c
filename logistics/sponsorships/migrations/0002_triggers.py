"""What the database refuses about sponsorships."""

from django.db import migrations

from logistics.sponsorships.triggers import TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("sponsorships", "0001_first")]

    operations = [install(TRIGGERS)]
