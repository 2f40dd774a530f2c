from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0004_usage")]

    operations = [
        migrations.AddIndex(
            model_name="storedanswer",
            index=models.Index(fields=["until"], name="api_storedanswer_by_age"),
        ),
    ]
