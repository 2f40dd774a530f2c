"""What ledgers themselves own: the charts by which accountants read them, and who saw names in them."""

from django.db import models

from logistics.parties.models import OrganisationKind
from logistics.storage.rows import Row


class Chart(Row):
    """The accountant's accounts (科目) of one kind of body, from a moment on. Never changed: a new one follows.

    `lines` lists {"basis", "account_kind", "code", "zh", "en", "root"}; what it leaves out keeps the default.
    """

    organisation_kind = models.CharField(max_length=16, choices=OrganisationKind.choices)
    lines = models.JSONField()
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "ledgers_chart"
        indexes = [models.Index(fields=["organisation_kind", "imported_at"], name="ledgers_chart_in_force")]


class UnmaskedView(Row):
    """Somebody opened a ledger with the names of donors: who, which, why, when. None: an operator at the machine."""

    viewer_id = models.UUIDField(null=True)
    ledger = models.CharField(max_length=40)
    asked = models.JSONField()
    reason = models.CharField(max_length=200)
    viewed_at = models.DateTimeField()

    class Meta:
        db_table = "ledgers_unmaskedview"
