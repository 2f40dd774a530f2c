"""Keys stand in a room of their own now; the table is theirs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("api", "0005_answers_by_age"), ("partners", "0001_first")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="ApiKey")], database_operations=[]
        )
    ]
