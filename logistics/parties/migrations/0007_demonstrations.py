"""Let a body say that it is made up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0006_people_erased")]
    operations = [migrations.AddField("organisation", "is_demonstration", models.BooleanField(default=False))]
