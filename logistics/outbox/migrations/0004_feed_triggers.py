"""Let every new event wait for its number, and those that stand already too."""

from django.db import migrations

from logistics.outbox.triggers import FEED_TRIGGERS
from logistics.storage.triggers import install


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_feed_and_webhooks")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO outbox_unnumbered (event_id) SELECT id FROM outbox_event", migrations.RunSQL.noop
        ),
        install(FEED_TRIGGERS),
    ]
