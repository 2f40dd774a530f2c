"""Each time that a rule of retention took something away."""

from django.db import models

from logistics.storage.rows import Row


class RetentionRun(Row):
    """What a rule took away: its period in days, from before which moment, how much, and when."""

    rule = models.CharField(max_length=24)
    days = models.PositiveIntegerField()
    before = models.DateTimeField()
    count = models.PositiveIntegerField()
    ran_at = models.DateTimeField()

    class Meta:
        db_table = "press_retentionrun"
