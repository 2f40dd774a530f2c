"""What the database refuses about replies and visits."""

from django.db import migrations

from logistics.replies.triggers import CARD_TRIGGERS, VISIT_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("replies", "0001_first")]

    operations = [install([*CARD_TRIGGERS, *VISIT_TRIGGERS])]
