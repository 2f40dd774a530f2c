"""What was on the way may come back to where it was sent from."""

import django.db.models.expressions
from django.db import migrations, models

from logistics.stock.triggers import TRANSIT_TRIGGERS
from logistics.storage.triggers import install, uninstall


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0004_nothing_is_pushed_out"),
    ]

    operations = [
        # SQLite makes the table anew: its triggers go first and come back last.
        uninstall(TRANSIT_TRIGGERS),
        migrations.RemoveConstraint(
            model_name="transitline",
            name="stock_transitline_adds_up",
        ),
        migrations.AddField(
            model_name="transitline",
            name="returned",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="transitline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("damaged__gte", 0),
                    ("lost__gte", 0),
                    ("received__gte", 0),
                    ("returned__gte", 0),
                    ("sent__gt", 0),
                    (
                        "sent__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("received"), "+", models.F("lost")
                                ),
                                "+",
                                models.F("damaged"),
                            ),
                            "+",
                            models.F("returned"),
                        ),
                    ),
                ),
                name="stock_transitline_adds_up",
            ),
        ),
        install(TRANSIT_TRIGGERS),
    ]
