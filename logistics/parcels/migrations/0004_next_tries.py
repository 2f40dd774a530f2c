from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("parcels", "0003_settled"),
    ]

    operations = [
        migrations.AddField(
            model_name="parcel",
            name="next_try_on",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                condition=Q(("next_try_on__isnull", False)),
                fields=["organisation", "next_try_on"],
                name="parcels_to_try_again",
            ),
        ),
    ]
