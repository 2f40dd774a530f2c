"""What the database refuses about grievances."""

from django.db import migrations

from logistics.replies.triggers import GRIEVANCE_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("replies", "0003_grievances")]

    operations = [install(GRIEVANCE_TRIGGERS)]
