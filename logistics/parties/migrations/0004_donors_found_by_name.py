"""Of the donors that are registered because a gift named them, there is one a name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_devices")]

    operations = [
        migrations.AddField(
            model_name="donor",
            name="is_found_by_name",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="donor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_found_by_name", True)),
                fields=("organisation", "kind", "name"),
                name="parties_donor_found_once",
            ),
        ),
    ]
