"""A key may be issued under an auditor's mandate."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0002_device_keys"), ("audits", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="mandate",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="audits.auditmandate"
            ),
        ),
    ]
