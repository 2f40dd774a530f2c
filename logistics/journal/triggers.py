"""What the database refuses about the books, whoever asks, raw SQL included."""

from logistics.storage.triggers import (
    MARK,
    Trigger,
    append_only,
    declare,
    never_replaced,
    refusing_when,
    settled_for_ever,
)

# A household's debit of a restricted purse needs a permit for just this purse and account, still valid on the day.
_PERMIT_MISSING = """
EXISTS (
  SELECT 1 FROM journal_account a, journal_lot l, journal_purse p, journal_entry e
  WHERE a.id = NEW.debit_id AND a.kind = 'HOUSEHOLD' AND l.id = NEW.lot_id AND p.id = l.purse_id AND p.is_restricted
    AND e.id = NEW.entry_id AND NOT EXISTS (
      SELECT 1 FROM journal_permit t WHERE t.id = e.permit_id AND t.purse_id = l.purse_id
        AND t.account_id = NEW.debit_id AND {day} <= t.valid_until))
""".strip()
# An entry that the rule cannot see has room for nothing.
_ENTRY_COMPLETE = (
    "NEW.position >= COALESCE((SELECT e.transfer_count FROM journal_entry e WHERE e.id = NEW.entry_id), 0)"
)
# Times are kept in UTC: the day there is never later than the day in China, so nobody is refused too early.
_DAY = {"sqlite": "substr(e.occurred_at, 1, 10)", "postgresql": "(e.occurred_at AT TIME ZONE 'UTC')::date"}
_PERIOD_CLOSED = """
EXISTS (
  SELECT 1 FROM journal_period p
  WHERE p.organisation_id = NEW.organisation_id AND p.state = 'CLOSED' AND p.ends_on >= NEW.booked_on)
""".strip()
# "Whoever posts for this organisation": shared by posters, taken alone by whoever closes a period.
POSTING_LOCK = 0x626F6F6B

_TRANSFER_RULES = [
    refusing_when(
        "journal_transfer_needs_permit",
        "journal_transfer",
        "BEFORE INSERT",
        "permit_missing",
        _PERMIT_MISSING.format(day=_DAY["sqlite"]),
        _PERMIT_MISSING.format(day=_DAY["postgresql"]),
    ),
    refusing_when(
        "journal_transfer_entry_complete",
        "journal_transfer",
        "BEFORE INSERT",
        "entry_complete",
        _ENTRY_COMPLETE,
        _ENTRY_COMPLETE,
    ),
]
# A purse may become restricted, never free again, nor make room for a free one: money for girls stays that.
_PURSE_RULE = refusing_when(
    "journal_purse_stays_restricted",
    "journal_purse",
    "BEFORE UPDATE",
    "purse_stays_restricted",
    "OLD.is_restricted AND NOT NEW.is_restricted",
    "OLD.is_restricted AND NOT NEW.is_restricted",
)

# PostgreSQL asks after the lock, in a statement of its own: a closing that committed meanwhile is seen.
_PERIOD_RULE = Trigger(
    name="journal_entry_period_open",
    table="journal_entry",
    moment="BEFORE INSERT",
    sqlite=f"SELECT RAISE(ABORT, '{MARK}period_closed') WHERE {_PERIOD_CLOSED};",
    postgresql=(
        f"PERFORM pg_advisory_xact_lock_shared({POSTING_LOCK}, hashtext(NEW.organisation_id::text));\n"
        f"IF {_PERIOD_CLOSED} THEN\n  RAISE EXCEPTION '{MARK}period_closed' USING ERRCODE = 'check_violation';\n"
        "END IF;\nRETURN NEW;"
    ),
)
_IN_CLOSED_PERIOD = "EXISTS (SELECT 1 FROM journal_period p WHERE p.id = NEW.period_id AND p.state = 'CLOSED')"
_FROZEN_IN_TIME = refusing_when(
    "journal_frozenbalance_in_time",
    "journal_frozenbalance",
    "BEFORE INSERT",
    "period_closed",
    _IN_CLOSED_PERIOD,
    _IN_CLOSED_PERIOD,
)

# The partial unique keys, in SQLite's words.
_SECOND_PURSE_LOT = "NEW.item_id IS NULL AND item_id IS NULL AND purse_id = NEW.purse_id AND currency = NEW.currency"
_BORN_TWICE = "NEW.is_origin AND is_origin AND lot_id = NEW.lot_id AND start = NEW.start"

TRIGGERS = declare(
    [
        *append_only("journal_account", ("kind", "subject_id", "detail")),
        *append_only("journal_entry", ("idempotency_key",), ("reverses_id",), ("permit_id",)),
        *append_only("journal_lot", _SECOND_PURSE_LOT),
        *append_only("journal_lotsource"),
        *append_only("journal_transfer", ("entry_id", "position"), _BORN_TWICE),
        *append_only("journal_permit"),
        *append_only("journal_leaf", ("kind", "subject_id")),
        *_TRANSFER_RULES,
        *never_replaced("journal_purse"),
        _PURSE_RULE,
    ]
)

# The log: numbered leaves, complete nodes and checkpoints, none of which ever changes.
SEALING_TRIGGERS = declare(
    [
        *append_only("journal_sealedleaf", ("leaf_id",), ("organisation_id", "own_number")),
        *append_only("journal_treenode"),
        *append_only("journal_checkpoint", ("size",)),
    ]
)

HISTORY_TRIGGERS = declare(append_only("journal_revision", ("kind", "subject_id", "number")))

_SAME_END = (
    "NEW.state <> 'WITHDRAWN' AND state <> 'WITHDRAWN'"
    " AND organisation_id = NEW.organisation_id AND ends_on = NEW.ends_on"
)
# Periods, what froze when they closed, and the numbers of vouchers. A proposal may still be closed or withdrawn.
PERIOD_TRIGGERS = declare(
    [
        *settled_for_ever("journal_period", "OLD.state <> 'PROPOSED'", _SAME_END),
        *append_only("journal_frozenbalance", ("period_id", "account_id", "lot_id")),
        *append_only("journal_voucher", ("entry_id",), ("organisation_id", "month", "number")),
        _PERIOD_RULE,
        _FROZEN_IN_TIME,
    ]
)
