"""What the vault knows of a family besides its names: hardships, guardians, consents, photos; and the tables for them.

What would reveal something about somebody stands encrypted, the kind of a hardship too: who takes the database away
cannot tell an orphan from a pupil. Every row can be erased with its person; who changed what stands sealed in the
family's history.
"""

from django.db import models
from django.db.models import Q

from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class HardshipKind(Row):
    """A kind of hardship as data. `is_of_person`: said of one member."""

    code = models.CharField(max_length=24, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    is_of_person = models.BooleanField()
    is_in_use = models.BooleanField(default=True)
    position = models.PositiveIntegerField()

    class Meta:
        db_table = "households_hardshipkind"


class Hardship(Row):
    """A hardship of a family, or of one member: from when, until when, and what shows it."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="hardships")
    member = models.ForeignKey("households.Member", on_delete=models.PROTECT, null=True, related_name="hardships")
    kind_code = EncryptedTextField()
    evidence = EncryptedTextField(blank=True, default="")
    since_on = models.DateField()
    until_on = models.DateField(null=True)
    noted_at = models.DateTimeField()
    noted_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "households_hardship"
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("since_on")),
                name="households_hardship_days_in_order",
            )
        ]


class Guardian(Row):
    """Who answers for a member: another member of a family, or somebody outside by name."""

    ward = models.ForeignKey("households.Member", on_delete=models.PROTECT, related_name="guardians")
    member = models.ForeignKey("households.Member", on_delete=models.PROTECT, null=True, related_name="+")
    name = EncryptedTextField(blank=True, default="")
    telephone = EncryptedTextField(blank=True, default="")
    identity_number = EncryptedTextField(blank=True, default="")
    name_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    telephone_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    identity_number_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    relation = models.CharField(max_length=24, blank=True, default="")
    since_on = models.DateField()
    ended_on = models.DateField(null=True)
    noted_at = models.DateTimeField()
    noted_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "households_guardian"
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True) | ~Q(member=models.F("ward")),
                name="households_guardian_not_the_ward",
            ),
            models.UniqueConstraint(
                fields=["ward", "member"],
                condition=Q(ended_on__isnull=True, member__isnull=False),
                name="households_guardian_once",
            ),
        ]


class ConsentScope(models.TextChoices):
    """What somebody agrees to."""

    PROCESSING = "PROCESSING"  # that their data are kept and used to help them
    PHOTO = "PHOTO"  # that photos of them are taken and kept
    LETTER = "LETTER"  # that what they write or draw is handed on to donors
    SPONSOR = "SPONSOR"  # that a sponsor learns who they are, as far as the letter says
    PUBLICITY = "PUBLICITY"  # that they are shown to the public


class ConsentGiver(models.TextChoices):
    """Who agreed."""

    SELF = "SELF"
    GUARDIAN = "GUARDIAN"


class MemberConsent(Row):
    """A member's consent to one thing: who gave it and when, until it is withdrawn.

    `guardian` is null where a liaison only says that a guardian's signature was seen.
    """

    member = models.ForeignKey("households.Member", on_delete=models.PROTECT, related_name="consents")
    scope = models.CharField(max_length=16, choices=ConsentScope.choices)
    given_by = models.CharField(max_length=8, choices=ConsentGiver.choices)
    guardian = models.ForeignKey("households.Guardian", on_delete=models.PROTECT, null=True, related_name="+")
    given_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    note = EncryptedTextField(blank=True, default="")
    noted_at = models.DateTimeField()
    noted_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "households_memberconsent"
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=ConsentScope.values), name="households_consent_scope_known"),
            models.CheckConstraint(condition=Q(given_by__in=ConsentGiver.values), name="households_consent_by_known"),
            models.UniqueConstraint(
                fields=["member", "scope"], condition=Q(withdrawn_on__isnull=True), name="households_consent_once"
            ),
        ]


class HouseholdPhoto(Row):
    """A photo of a family or its home, locked in storage; `file_key` opens it, and to erase the photo the key goes."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="photos")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    path = models.CharField(max_length=120)
    file_key = EncryptedTextField(blank=True, default="")
    note = EncryptedTextField(blank=True, default="")
    kept_at = models.DateTimeField()
    kept_by_id = models.UUIDField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "households_photo"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "sha256"], condition=Q(erased_at__isnull=True), name="households_photo_once"
            )
        ]


class Division(Row):
    """A division of GB/T 2260 or below it, as one edition of the table has it: 6, 9 or 12 digits."""

    edition = models.CharField(max_length=24)
    code = models.CharField(max_length=12)
    name_zh = models.CharField(max_length=60)

    class Meta:
        db_table = "households_division"
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="households_division_once_an_edition")]
        indexes = [models.Index(fields=["code"], name="households_division_by_code")]
