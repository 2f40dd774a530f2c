"""Encrypt the names of who knits, and let one of them be erased."""

from django.db import migrations, models

import logistics.storage.secrets

COLUMN = "stock_knitter.name"


def lock(apps, editor):
    from logistics.storage.secrets import encrypted

    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM stock_knitter WHERE name <> ''")
        for row_id, name in cursor.fetchall():
            cursor.execute("UPDATE stock_knitter SET name = %s WHERE id = %s", [encrypted(name, COLUMN), row_id])


class Migration(migrations.Migration):
    dependencies = [("stock", "0006_whom_goods_fit")]
    operations = [
        migrations.AlterField("knitter", "name", logistics.storage.secrets.EncryptedTextField()),
        migrations.AddField("knitter", "erased_at", models.DateTimeField(null=True)),
        migrations.RunPython(lock, migrations.RunPython.noop),
    ]
