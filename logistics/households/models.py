"""The vault: what names a person is encrypted in the database and found by keyed hashes."""

from django.db import models
from django.db.models import Q

from logistics.journal.history import MasterRow
from logistics.storage.erasures import ErasureCause
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class Household(MasterRow):
    """A family. `reference` is the number that ledgers and lists show instead of a name."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="households")
    reference = models.CharField(max_length=24, unique=True)
    # GB/T 2260 code of the township (9 digits) or of the county (6), and its name: no finer place stands in the clear.
    division_code = models.CharField(max_length=12)
    township = models.CharField(max_length=60)
    head_name = EncryptedTextField()
    address = EncryptedTextField(blank=True, default="")
    telephone = EncryptedTextField(blank=True, default="")
    head_name_index = models.CharField(max_length=64, db_index=True)
    head_surname_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    telephone_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    telephone_last_four_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    account = models.OneToOneField("journal.Account", on_delete=models.PROTECT, related_name="+")
    card_code = models.OneToOneField("codes.Code", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    # The household that this one turned out to be; its account and parcels stay its own.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_here")
    # The card's code has a history of its own.
    unnoted_fields = frozenset(
        {
            *("head_name_index", "head_surname_index", "telephone_index", "telephone_last_four_index"),
            "card_code",
        }
    )

    class Meta:
        db_table = "households_household"
        indexes = [models.Index(fields=["organisation", "division_code"], name="households_by_township")]

    def personal_fields(self) -> frozenset[str]:
        """Everything but the number and the township."""
        own = {"head_name", "address", "telephone", "members"}
        return frozenset({*own, "hardships", "guardians", "consents", "photos"})


class Sex(models.TextChoices):
    """As on the identity card."""

    FEMALE = "FEMALE"
    MALE = "MALE"


class Member(Row):
    """Somebody of a household; a beneficiary when a parcel or grant is for them."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="members")
    reference = models.CharField(max_length=24, unique=True)
    name = EncryptedTextField()
    identity_number = EncryptedTextField(blank=True, default="")
    telephone = EncryptedTextField(blank=True, default="")
    name_index = models.CharField(max_length=64, db_index=True)
    surname_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    identity_number_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    identity_last_four_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    telephone_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    telephone_last_four_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    sex = models.CharField(max_length=8, choices=Sex.choices, blank=True, default="")
    born_on = models.DateField(null=True)
    relation = models.CharField(max_length=24, blank=True, default="")
    is_head = models.BooleanField(default=False)
    # Whether a consent to the keeping of their data stands: follows from their consents.
    has_consent = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True)
    # The member, entered twice, that this one turned out to be.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_here")

    class Meta:
        db_table = "households_member"
        constraints = [
            models.CheckConstraint(condition=Q(sex__in=["", *Sex.values]), name="households_member_sex_known"),
            models.UniqueConstraint(fields=["household"], condition=Q(is_head=True), name="households_member_one_head"),
        ]


class PermitFacts(Row):
    """The salt and facts behind a permit's hash: erasable, while the permit in the books stands."""

    permit = models.OneToOneField("journal.Permit", on_delete=models.PROTECT, related_name="+")
    salt = models.CharField(max_length=64)
    facts = EncryptedTextField()

    class Meta:
        db_table = "households_permitfacts"


class ScanDetail(Row):
    """What a scan said of persons and places, erasable: position, collector's name, notes, as encrypted JSON."""

    scan_id = models.UUIDField(unique=True)
    salt = models.CharField(max_length=64)
    detail = EncryptedTextField()

    class Meta:
        db_table = "households_scandetail"


class PersonalDataView(Row):
    """Somebody saw personal fields unmasked: who, whose, which, why, when."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="views")
    viewer_id = models.UUIDField()
    fields = models.JSONField()
    # The reason may name somebody: it lies with the committed texts, where keys rotate and an erasure reaches it.
    reason_commitment = models.CharField(max_length=64, blank=True, default="")
    viewed_at = models.DateTimeField()

    class Meta:
        db_table = "households_view"


class Erasure(Row):
    """That a family, or one member, was erased: who did it, when, why, and how many rows of which holding went."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="erasures")
    member = models.ForeignKey("households.Member", on_delete=models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=12, choices=ErasureCause.choices)
    counts = models.JSONField()
    erased_at = models.DateTimeField()
    erased_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "households_erasure"
        indexes = [models.Index(fields=["erased_at"], name="households_erasure_by_time")]
