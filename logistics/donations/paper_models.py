"""Our own numbered papers for gifts."""

from django.db import models

from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class Numbering(Row):
    """The last number that an organisation gave to an acknowledgement in a year; locked while the next is given."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "donations_numbering"
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="donations_numbering_once")]


class Acknowledgement(Row):
    """Our own numbered paper for a gift. It is never changed: a wrong one is voided and another one issued.

    `revision` counts the papers of one gift: the next stands only when the one before it is void. `content` says what
    is on the paper, as it was when it was issued, without the donor's name: that stands apart and can be erased, and
    `name_commitment` still proves it to whoever holds it.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="acknowledgements")
    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    donation = models.ForeignKey("donations.Donation", on_delete=models.PROTECT, related_name="acknowledgements")
    revision = models.PositiveIntegerField()
    content = models.JSONField()
    name_commitment = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by_id = models.UUIDField()

    class Meta:
        db_table = "donations_acknowledgement"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="donations_number_once"),
            models.UniqueConstraint(fields=["donation", "revision"], name="donations_paper_reference_once"),
        ]


class AcknowledgementName(Row):
    """The donor's name on a paper, and the salt that its commitment was made with. May be erased."""

    acknowledgement = models.OneToOneField(
        "donations.Acknowledgement", on_delete=models.PROTECT, related_name="name_row"
    )
    name = EncryptedTextField()
    salt = models.CharField(max_length=64)

    class Meta:
        db_table = "donations_acknowledgement_name"


class AcknowledgementVoid(Row):
    """That a paper no longer counts, since when and why."""

    acknowledgement = models.OneToOneField(
        "donations.Acknowledgement", on_delete=models.PROTECT, related_name="void_row"
    )
    reason = models.CharField(max_length=200)
    voided_at = models.DateTimeField()
    voided_by_id = models.UUIDField()

    class Meta:
        db_table = "donations_acknowledgement_void"
