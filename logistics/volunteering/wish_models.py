"""Wishes, and in whose hands each is. What strangers see is a number and a text that a person has screened."""

from django.db import models
from django.db.models import Q

from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class WishState(models.TextChoices):
    """ASKED waits to be screened; OPEN is for anybody to take; THANKED is the end."""

    ASKED = "ASKED"
    OPEN = "OPEN"
    ADOPTED = "ADOPTED"
    FULFILLED = "FULFILLED"
    THANKED = "THANKED"
    WITHDRAWN = "WITHDRAWN"


class MicroWish(Row):
    """A wish of a member. `words` are theirs, `public_text` what strangers read, `thanks` what comes back, screened."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="micro_wishes")
    reference = models.CharField(max_length=24, unique=True)
    member = models.ForeignKey("households.Member", on_delete=models.PROTECT, related_name="micro_wishes")
    words = EncryptedTextField()
    public_text = EncryptedTextField(blank=True, default="")
    thanks = EncryptedTextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=WishState.choices, default=WishState.ASKED)
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField()
    released_at = models.DateTimeField(null=True)
    released_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "volunteering_microwish"
        constraints = [
            models.CheckConstraint(
                condition=Q(released_by_id__isnull=True) | ~Q(released_by_id=models.F("asked_by_id")),
                name="volunteering_wish_released_by_another",
            )
        ]
        indexes = [models.Index(fields=["organisation", "state", "asked_at"], name="volunteering_wishes")]


class WishClaim(Row):
    """A wish in somebody's hands until `due_on`. It ends fulfilled, given up or expired; the wish goes on."""

    wish = models.ForeignKey("volunteering.MicroWish", on_delete=models.PROTECT, related_name="claims")
    volunteer = models.ForeignKey("volunteering.Volunteer", on_delete=models.PROTECT, related_name="claims")
    adopted_at = models.DateTimeField()
    due_on = models.DateField()
    fulfilled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "volunteering_wishclaim"
        constraints = [
            models.UniqueConstraint(
                fields=["wish"], condition=Q(ended_at__isnull=True), name="volunteering_wishclaim_one_holds"
            )
        ]
