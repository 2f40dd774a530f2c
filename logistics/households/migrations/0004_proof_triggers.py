"""Install what the database refuses about the log of looks at proofs."""

from django.db import migrations

from logistics.households.triggers import PROOF_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("households", "0003_proofs")]
    operations = [install(PROOF_TRIGGERS)]
