"""Take out which kinds of hardship no paper may carry: no paper carries any."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("households", "0012_reasons_apart")]
    operations = [migrations.RemoveField("hardshipkind", "shames_on_paper")]
