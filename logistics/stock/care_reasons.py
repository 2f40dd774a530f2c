"""Why goods are set aside, disposed of, or found to differ from the books."""

from django.db import models


class CountReason(models.TextChoices):
    """Why a count differs from the books, or goods are disposed of."""

    LOST = "LOST"
    THEFT = "THEFT"
    DAMAGED = "DAMAGED"
    EXPIRED = "EXPIRED"
    SPOILT = "SPOILT"
    RECALLED = "RECALLED"
    UNFIT = "UNFIT"
    MISCOUNTED = "MISCOUNTED"
    FOUND = "FOUND"
