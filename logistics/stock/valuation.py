"""Why we say that goods are worth this much."""

from django.db import models


class ValueBasis(models.TextChoices):
    """What proves the value of goods; NONE means that no value can be had: no amount is shown for them anywhere."""

    INVOICE = "INVOICE"
    CUSTOMS = "CUSTOMS"
    AGREEMENT = "AGREEMENT"
    APPRAISAL = "APPRAISAL"
    NONE = "NONE"
