"""Who may collect for a family besides its own members: a neighbour, a teacher, a village doctor."""

from django.db import models

from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class Collector(Row):
    """Somebody whom a family has authorised to collect for it, known by name or by a card of their own."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="collectors")
    name = EncryptedTextField()
    name_index = models.CharField(max_length=64)
    relation = models.CharField(max_length=24, blank=True, default="")
    card_code = models.OneToOneField("codes.Code", on_delete=models.PROTECT, related_name="+")
    authorised_at = models.DateTimeField()
    authorised_by_id = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "households_collector"
