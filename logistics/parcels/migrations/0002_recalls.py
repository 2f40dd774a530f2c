"""The recall that holds a parcel up."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parcels", "0001_first"),
        ("stock", "0005_what_came_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="parcel",
            name="recall",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="parcels", to="stock.recall"
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="recalled_at",
            field=models.DateTimeField(null=True),
        ),
    ]
