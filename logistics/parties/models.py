"""Organisations in a tree, programmes, donors, suppliers, and people with roles."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from logistics.journal.history import MasterRow
from logistics.parties.device_models import Device, Enrolment, OperatorPin
from logistics.parties.erasure_models import PersonErasure
from logistics.parties.sign_in_models import SignInTries

# Django looks for the tables here.
__all__ = ["Device", "Enrolment", "OperatorPin", "PersonErasure", "SignInTries"]


class Named(MasterRow):
    """Master data with a code that people type and a name in both languages."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class OrganisationKind(models.TextChoices):
    """What a body is."""

    FEDERATION = "FEDERATION"
    FOUNDATION = "FOUNDATION"
    SCHOOL = "SCHOOL"
    VOLUNTEER_TEAM = "VOLUNTEER_TEAM"
    CARRIER = "CARRIER"
    FIRM = "FIRM"


class Level(models.TextChoices):
    """Where a body stands in the tree of levels."""

    NATIONAL = "NATIONAL"
    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"
    TOWNSHIP = "TOWNSHIP"
    VILLAGE = "VILLAGE"


class Organisation(Named):
    """A body in the tree; rights are inherited downwards. `path` lists the ids from the root, each ended by `/`."""

    kind = models.CharField(max_length=16, choices=OrganisationKind.choices)
    level = models.CharField(max_length=16, choices=Level.choices)
    parent = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, null=True, related_name="children")
    division_code = models.CharField(max_length=12, blank=True, default="")
    telephone = models.CharField(max_length=24, blank=True, default="")
    path = models.CharField(max_length=400, db_index=True)
    # Made up, with all below it: no stranger is led to it beside real bodies.
    is_demonstration = models.BooleanField(default=False)
    # Follows from the tree.
    unnoted_fields = frozenset({"path"})

    class Meta:
        db_table = "parties_organisation"

    def noted_under(self) -> uuid.UUID | None:
        """Return the organisation itself."""
        return self.id


class LabelTemplate(models.TextChoices):
    """What a programme's labels tell whoever sees the parcel: all, or not what is in it."""

    FULL = "FULL"
    DISCREET = "DISCREET"


class Programme(Named):
    """A public-benefit programme. `required_proofs` lists the proof kinds that a hand-over needs.

    `label_template` says what its labels tell; `thanks` is the line of thanks on them.
    `days_per_stage` sets how many days a parcel may stay in a state before it is late, e.g. `{"PACKED": 3}`.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="programmes")
    is_open = models.BooleanField(default=True)
    is_for_persons = models.BooleanField(default=False)
    required_proofs = models.JSONField(default=list)
    days_per_stage = models.JSONField(default=dict)
    thanks = models.CharField(max_length=60, blank=True, default="")
    label_template = models.CharField(max_length=8, choices=LabelTemplate.choices, default=LabelTemplate.FULL)

    class Meta:
        db_table = "parties_programme"


class DonorKind(models.TextChoices):
    """Who gives."""

    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"


class Donor(MasterRow):
    """Who gives. Belongs to the organisation that received the first gift; `reference` is what ledgers show."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="donors")
    kind = models.CharField(max_length=16, choices=DonorKind.choices)
    name = models.CharField(max_length=120)
    reference = models.CharField(max_length=24, unique=True)
    may_be_named = models.BooleanField(default=False)
    account = models.OneToOneField("journal.Account", on_delete=models.PROTECT, related_name="+")
    # Registered because a gift named somebody new: of these there is one a name, whoever comes at once. People who
    # share a name are registered each by themselves.
    is_found_by_name = models.BooleanField(default=False)

    unnoted_fields = frozenset({"is_found_by_name"})

    class Meta:
        db_table = "parties_donor"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "name"],
                condition=models.Q(is_found_by_name=True),
                name="parties_donor_found_once",
            )
        ]
        indexes = [models.Index(fields=["organisation", "kind", "name"], name="parties_donor_by_name")]

    def personal_fields(self) -> frozenset[str]:
        """A person's name is personal, a body's is not."""
        return frozenset({"name"}) if self.kind == DonorKind.PERSON else frozenset()


class Supplier(Named):
    """Who sells goods to us."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="suppliers")
    account = models.OneToOneField("journal.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "parties_supplier"


class Role(models.TextChoices):
    """What a person may do."""

    KEEPER = "KEEPER"
    COURIER = "COURIER"
    LIAISON = "LIAISON"
    OFFICER = "OFFICER"
    APPROVER = "APPROVER"
    AUDITOR = "AUDITOR"
    ADMINISTRATOR = "ADMINISTRATOR"


class PersonManager(BaseUserManager["Person"]):
    """Finds people by the name that they sign in with."""


class Person(MasterRow, AbstractBaseUser):
    """Somebody who signs in. `roles` lists what the person may do within the organisation and below it.

    Who was erased keeps the id and a reference in the place of both names, has no role and signs in no more.
    """

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="people")
    roles = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    erased_at = models.DateTimeField(null=True)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "username"
    unnoted_fields = frozenset({"password", "last_login"})

    class Meta:
        db_table = "parties_person"
        constraints = [models.CheckConstraint(condition=~Q(username=""), name="parties_person_has_username")]

    def personal_fields(self) -> frozenset[str]:
        """People often sign in by their names."""
        return frozenset({"name", "username"})

    def has_role(self, *roles: str) -> bool:
        """Tell whether the person has one of the roles."""
        return any(role in self.roles for role in roles)
