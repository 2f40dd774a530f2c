"""The books: one journal for money and goods.

    Purse            a fund as the journal knows it: whose it is, and whether a use of it needs a Permit
    Lot              a quantity of one commodity with one origin; its units are numbered 0, 1, 2 ...
    Account          where things are, or whom they went to
    JournalEntry     why something moved, and its three times
      Transfer       units [start, stop) of one lot from one account (credit) to another (debit)
    Balance          what an account holds now: the numbers of the units, so that nothing can be there twice
    LotSource        which units of which lot a made lot was made of
    Permit           a one-time finding that this use is within the fund's terms
    Period           the days of one organisation that are closed: nothing is booked on them any more
    FrozenBalance    what an organisation's entries had made of an account when a period closed
    Leaf ...         the tamper-evident log, in `log.py`
    Revision ...     the history of master data, in `history.py`

Units are numbered so that every question about provenance is an overlap of intervals. The money of one fund and
currency is one lot, whose units are fen: a gift adds the next numbers, a spend takes the lowest that are there, and
one row serves however many gifts it uses. A row has both sides, so no sum can be wrong (TigerBeetle's model).
"""

from django.db import models
from django.db.models import F, Q

from logistics.journal.history import CommittedText, Revision
from logistics.journal.log import Leaf, SealedLeaf, SignedCheckpoint, TreeNode, UnsealedLeaf, Voucher
from logistics.storage.rows import Row

# The tables of the log and of the history stand in files of their own; Django looks for them here.
__all__ = ["CommittedText", "Leaf", "Revision", "SealedLeaf", "SignedCheckpoint", "TreeNode", "UnsealedLeaf", "Voucher"]


class AccountKind(models.TextChoices):
    """Where things are or whom they went to."""

    DONOR = "DONOR"
    SUPPLIER = "SUPPLIER"
    OPENING = "OPENING"
    # The workbench: parts go in, what is made of them comes out (kits, garments of yarn).
    ASSEMBLY = "ASSEMBLY"
    # Bank interest, and what buyers pay for goods that nobody can use.
    INCOME = "INCOME"
    # What a stock-take found beyond the books.
    SURPLUS = "SURPLUS"
    BANK = "BANK"
    PREPAID = "PREPAID"
    WAREHOUSE = "WAREHOUSE"
    QUARANTINE = "QUARANTINE"
    RESERVED = "RESERVED"
    PARCEL = "PARCEL"
    IN_TRANSIT = "IN_TRANSIT"
    # Yarn in the hands of a volunteer.
    VOLUNTEER = "VOLUNTEER"
    HOUSEHOLD = "HOUSEHOLD"
    EXPENSE = "EXPENSE"
    SOLD = "SOLD"
    LOSS = "LOSS"


# Outside our care: things come from there or end there uncounted, so these accounts have no balance.
SOURCES = frozenset(
    {
        AccountKind.DONOR,
        AccountKind.SUPPLIER,
        AccountKind.OPENING,
        AccountKind.ASSEMBLY,
        AccountKind.INCOME,
        AccountKind.SURPLUS,
    }
)


class Account(Row):
    """Where things are or whom they went to. `subject_id` is a donor, warehouse, parcel, household ... above us."""

    kind = models.CharField(max_length=16, choices=AccountKind.choices)
    subject_id = models.UUIDField()
    detail = models.CharField(max_length=32, default="", blank=True)
    # What ledgers call it: a code or a reference such as D-7K2M9QXR, never a person's name.
    reference = models.CharField(max_length=40, default="", blank=True)
    # The warehouse of a reservation or parcel, the organisation's id of a bank account: for sums by place.
    place_id = models.UUIDField(null=True, db_index=True)
    organisation_id = models.UUIDField()

    class Meta:
        db_table = "journal_account"
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "detail"], name="journal_account_one_each"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="journal_account_kind_known"),
        ]

    @property
    def is_source(self) -> bool:
        """Tell whether things come from or end here uncounted."""
        return self.kind in SOURCES


class Purse(Row):
    """A fund as the journal knows it. It shares its id with the fund."""

    organisation_id = models.UUIDField()
    # True where the fund's terms say which persons or places it is for: a household's debit then needs a Permit.
    is_restricted = models.BooleanField()

    class Meta:
        db_table = "journal_purse"


class EntryKind(models.TextChoices):
    """Why something moved."""

    OPENING = "OPENING"
    DONATION = "DONATION"
    REFUND = "REFUND"
    INTEREST = "INTEREST"
    COST = "COST"
    PREPAYMENT = "PREPAYMENT"
    PURCHASE = "PURCHASE"
    PRICE_REFUND = "PRICE_REFUND"
    ASSEMBLY = "ASSEMBLY"
    BREAK_UP = "BREAK_UP"
    YARN_OUT = "YARN_OUT"
    KNITTING = "KNITTING"
    MOVE_OUT = "MOVE_OUT"
    MOVE_IN = "MOVE_IN"
    HAND_DOWN_OUT = "HAND_DOWN_OUT"
    HAND_DOWN_IN = "HAND_DOWN_IN"
    HOLD = "HOLD"
    RELEASE = "RELEASE"
    COUNT_SURPLUS = "COUNT_SURPLUS"
    COUNT_SHORTAGE = "COUNT_SHORTAGE"
    WRITE_OFF = "WRITE_OFF"
    SALE = "SALE"
    RESERVE = "RESERVE"
    PACK = "PACK"
    HAND_OVER = "HAND_OVER"
    LOSE = "LOSE"
    DAMAGE = "DAMAGE"
    GRANT = "GRANT"


# Moves within our own care: the accountant's accounts stay as they are, so they get no voucher.
WITHOUT_VOUCHER = frozenset(
    {
        EntryKind.ASSEMBLY,
        EntryKind.BREAK_UP,
        EntryKind.YARN_OUT,
        EntryKind.KNITTING,
        EntryKind.MOVE_OUT,
        EntryKind.MOVE_IN,
        EntryKind.HOLD,
        EntryKind.RELEASE,
        EntryKind.RESERVE,
        EntryKind.PACK,
    }
)


class Permit(Row):
    """A finding that one use of a purse for one account is within the fund's terms. Used at most once."""

    purse = models.ForeignKey("journal.Purse", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("journal.Account", on_delete=models.PROTECT, related_name="+")
    revision_id = models.UUIDField()
    beneficiary_id = models.UUIDField(null=True)
    judged_on = models.DateField()
    valid_until = models.DateField()
    # SHA-256 over a salt and the facts that were judged: it can be checked by who holds them, and says nothing else.
    facts_sha256 = models.CharField(max_length=64)
    judged_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "journal_permit"
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("judged_on")), name="journal_permit_dates_in_order"),
        ]


class JournalEntry(Row):
    """Why something moved: never edited, never deleted, reversed at most once."""

    kind = models.CharField(max_length=16, choices=EntryKind.choices)
    organisation_id = models.UUIDField()
    # One key, one entry: the same fact can never be booked twice.
    idempotency_key = models.CharField(max_length=160, unique=True)
    evidence_sha256 = models.CharField(max_length=64, default="", blank=True)
    actor_id = models.UUIDField(null=True)
    approver_id = models.UUIDField(null=True)
    reverses = models.OneToOneField(
        "journal.JournalEntry", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    permit = models.OneToOneField("journal.Permit", on_delete=models.PROTECT, null=True, related_name="entry")
    # Fixed with the entry, so that nobody can slip a transfer into an entry that stands.
    transfer_count = models.PositiveIntegerField()
    occurred_at = models.DateTimeField()
    booked_on = models.DateField()
    posted_at = models.DateTimeField()

    class Meta:
        db_table = "journal_entry"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="journal_entry_kind_known"),
            models.CheckConstraint(condition=Q(transfer_count__gt=0), name="journal_entry_moves_something"),
        ]
        indexes = [models.Index(fields=["organisation_id", "booked_on"], name="journal_entry_by_day")]


class Lot(Row):
    """A quantity of one commodity with one origin. A goods lot's value is frozen when it arrives.

    `item_id` is set for goods, `currency` is the currency of the value (and, for money, the commodity itself).
    `quantity` is the number of units that a goods lot began with; a money lot grows and has none.
    """

    purse = models.ForeignKey("journal.Purse", on_delete=models.PROTECT, related_name="lots")
    item_id = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    quantity = models.BigIntegerField(null=True)
    value_minor = models.BigIntegerField(null=True)
    basis = models.CharField(max_length=16, default="", blank=True)
    expires_on = models.DateField(null=True)
    batch = models.CharField(max_length=64, default="", blank=True)
    origin = models.ForeignKey("journal.JournalEntry", on_delete=models.PROTECT, related_name="lots_made")

    class Meta:
        db_table = "journal_lot"
        constraints = [
            models.UniqueConstraint(
                fields=["purse", "currency"], condition=Q(item_id__isnull=True), name="journal_lot_one_purse_a_currency"
            ),
            models.CheckConstraint(
                condition=Q(item_id__isnull=True, quantity__isnull=True, value_minor__isnull=True)
                | Q(item_id__isnull=False, quantity__gt=0, value_minor__gte=0),
                name="journal_lot_money_or_goods",
            ),
        ]
        indexes = [models.Index(fields=["item_id", "expires_on"], name="journal_lot_first_expired")]

    @property
    def is_money(self) -> bool:
        """Tell a fund's money from goods."""
        return self.item_id is None


class Transfer(Row):
    """Units [start, stop) of one lot from one account (credit) to another (debit), and their value in fen."""

    entry = models.ForeignKey(
        "journal.JournalEntry", on_delete=models.PROTECT, related_name="transfers", db_index=False
    )
    position = models.PositiveIntegerField()
    lot = models.ForeignKey("journal.Lot", on_delete=models.PROTECT, related_name="transfers", db_index=False)
    credit = models.ForeignKey("journal.Account", on_delete=models.PROTECT, related_name="credits", db_index=False)
    debit = models.ForeignKey("journal.Account", on_delete=models.PROTECT, related_name="debits", db_index=False)
    start = models.BigIntegerField()
    stop = models.BigIntegerField()
    value_minor = models.BigIntegerField()
    # The first movement of these units: the birth of the numbers, disjoint within a lot.
    is_origin = models.BooleanField()

    class Meta:
        db_table = "journal_transfer"
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="journal_transfer_one_a_position"),
            models.UniqueConstraint(
                fields=["lot", "start"], condition=Q(is_origin=True), name="journal_transfer_born_once"
            ),
            models.CheckConstraint(condition=Q(start__gte=0, stop__gt=F("start")), name="journal_transfer_positive"),
            models.CheckConstraint(condition=~Q(credit=F("debit")), name="journal_transfer_between_two"),
            models.CheckConstraint(condition=Q(value_minor__gte=0), name="journal_transfer_value_not_negative"),
        ]
        indexes = [
            models.Index(fields=["credit", "lot", "stop"], name="journal_transfer_out"),
            models.Index(fields=["debit", "lot", "stop"], name="journal_transfer_in"),
            models.Index(fields=["lot", "stop"], name="journal_transfer_units"),
        ]

    @property
    def quantity(self) -> int:
        """Count the units moved, in the item's base unit or in minor units of money."""
        return self.stop - self.start


class Balance(Row):
    """What an account holds of a lot now. `spans` lists the numbers of the units as [start, stop] pairs."""

    account = models.ForeignKey("journal.Account", on_delete=models.PROTECT, related_name="balances", db_index=False)
    lot = models.ForeignKey("journal.Lot", on_delete=models.PROTECT, related_name="balances")
    quantity = models.BigIntegerField()
    value_minor = models.BigIntegerField()
    spans = models.JSONField()
    # The lowest number and one past the highest, to find who holds a unit.
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    # Counts the changes: a writer that read an older row is refused.
    version = models.BigIntegerField()

    class Meta:
        db_table = "journal_balance"
        constraints = [
            models.UniqueConstraint(fields=["account", "lot"], name="journal_balance_one_each"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="journal_balance_not_negative"),
            models.CheckConstraint(condition=Q(value_minor__gte=0), name="journal_balance_value_not_negative"),
        ]
        indexes = [models.Index(fields=["lot", "high"], condition=Q(quantity__gt=0), name="journal_balance_open_lots")]


class LotSource(Row):
    """Units [made_start, made_stop) of a made lot were made of units [start, stop) of a source lot.

    `value_minor` is the value that passed over; the values of one made lot's sources sum to its value.
    """

    made = models.ForeignKey("journal.Lot", on_delete=models.PROTECT, related_name="sources")
    made_start = models.BigIntegerField()
    made_stop = models.BigIntegerField()
    source = models.ForeignKey("journal.Lot", on_delete=models.PROTECT, related_name="became", db_index=False)
    start = models.BigIntegerField()
    stop = models.BigIntegerField()
    value_minor = models.BigIntegerField()

    class Meta:
        db_table = "journal_lotsource"
        constraints = [
            models.CheckConstraint(
                condition=Q(start__gte=0, stop__gt=F("start"), made_start__gte=0, made_stop__gt=F("made_start")),
                name="journal_lotsource_positive",
            ),
            models.CheckConstraint(condition=Q(value_minor__gte=0), name="journal_lotsource_value_not_negative"),
        ]
        indexes = [models.Index(fields=["source", "stop"], name="journal_lotsource_became")]


class PeriodState(models.TextChoices):
    """How far the closing of a period has come: proposed by one, closed by another."""

    PROPOSED = "PROPOSED"
    WITHDRAWN = "WITHDRAWN"
    CLOSED = "CLOSED"


class Period(Row):
    """The days up to `ends_on` of one organisation, since its last closed period. Once closed it never changes."""

    organisation_id = models.UUIDField()
    # None: from the beginning.
    starts_on = models.DateField(null=True)
    ends_on = models.DateField()
    state = models.CharField(max_length=12, choices=PeriodState.choices, default=PeriodState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.UUIDField()
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "journal_period"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "ends_on"],
                condition=~Q(state="WITHDRAWN"),
                name="journal_period_one_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="CLOSED") | (Q(closed_by_id__isnull=False) & ~Q(closed_by_id=F("proposed_by_id"))),
                name="journal_period_closed_by_another",
            ),
        ]


class FrozenBalance(Row):
    """What one organisation's entries had made of an account by the end of a period: signed, also for sources."""

    period = models.ForeignKey("journal.Period", on_delete=models.PROTECT, related_name="balances", db_index=False)
    account = models.ForeignKey("journal.Account", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("journal.Lot", on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    value_minor = models.BigIntegerField()

    class Meta:
        db_table = "journal_frozenbalance"
        constraints = [
            models.UniqueConstraint(fields=["period", "account", "lot"], name="journal_frozenbalance_one_each")
        ]
