"""The guards of the journal and its storage that `make soak` takes away, one at a time."""

from tests.mutants import Mutant

BOOKS = "tests/journal/test_books.py"
BYPASS = "tests/journal/test_bypass.py"
MACHINE = "tests/journal/test_machine.py"
ONCE = "tests/api/test_idempotency.py"
RACES = "tests/journal/test_races.py"
RECOUNT = "tests/journal/test_recounting.py"
SEALING = "tests/journal/test_sealing.py"
STORMS = "tests/journal/test_storms.py"
TRIGGERS = "logistics/storage/triggers.py"
VAULT = "tests/households/test_households.py"

BOOK_MUTANTS = (
    Mutant(
        "floor",
        "logistics/journal/reads.py",
        "import uuid\n",
        "import uuid\nimport logistics.parcels.models\n",
        "tests/architecture",
    ),
    Mutant(
        "restriction by trigger",
        "logistics/journal/triggers.py",
        "AND p.is_restricted\n",
        "AND p.is_restricted AND 1 = 0\n",
        BOOKS,
    ),
    Mutant(
        "restriction by trigger",
        "logistics/journal/triggers.py",
        "AND p.is_restricted\n",
        "AND p.is_restricted AND 1 = 0\n",
        BOOKS,
        "postgresql",
    ),
    Mutant(
        "purse stays restricted",
        "logistics/journal/triggers.py",
        "OLD.is_restricted AND NOT NEW.is_restricted",
        "1 = 0",
        BOOKS,
        "postgresql",
    ),
    Mutant(
        "entry complete",
        "logistics/journal/triggers.py",
        "NEW.position >= COALESCE((SELECT",
        "NEW.position >= 9999 + COALESCE((SELECT",
        BOOKS,
    ),
    Mutant(
        "update trigger",
        TRIGGERS,
        'for verb in ("UPDATE", "DELETE", "TRUNCATE")',
        'for verb in ("DELETE", "TRUNCATE")',
        BOOKS,
    ),
    Mutant(
        "delete trigger",
        TRIGGERS,
        'for verb in ("UPDATE", "DELETE", "TRUNCATE")',
        'for verb in ("UPDATE", "TRUNCATE")',
        BOOKS,
    ),
    Mutant(
        "truncate trigger",
        TRIGGERS,
        'for verb in ("UPDATE", "DELETE", "TRUNCATE")',
        'for verb in ("UPDATE", "DELETE")',
        BOOKS,
        "postgresql",
    ),
    Mutant("replace trigger", TRIGGERS, "WHERE {_same_keys(unique_keys)})", "WHERE 1 = 0)", BOOKS),
    Mutant("swap trigger", TRIGGERS, "WHERE id <> OLD.id AND", "WHERE 1 = 0 AND", BYPASS),
    Mutant(
        "key without its guard",
        "logistics/journal/triggers.py",
        '("entry_id", "position"), _BORN_TWICE',
        '("entry_id", "position")',
        BYPASS,
    ),
    Mutant(
        "trigger's own words",
        TRIGGERS,
        "!= present.get(name)]",
        "[:40] not in present.get(name, '')]",
        BYPASS,
        "postgresql",
    ),
    Mutant("triggers required", TRIGGERS, "    if absent:\n", "    if False:\n", "tests/architecture"),
    Mutant(
        "role owns nothing",
        "logistics/management/commands/migrate.py",
        "SELECT, INSERT, UPDATE, DELETE ON ALL",
        "ALL ON ALL",
        BOOKS,
        "postgresql",
    ),
    Mutant("units are there", "logistics/journal/balances.py", "raise UnitsNotThere", "pass  # UnitsNotThere", BOOKS),
    Mutant(
        "one reversal",
        "logistics/journal/actions.py",
        "if JournalEntry.objects.filter(reverses=entry).exists():",
        "if False:",
        BOOKS,
    ),
    Mutant(
        "lock on the purse",
        "logistics/journal/purses.py",
        '" FOR UPDATE OF b"',
        '""',
        RACES,
        "postgresql",
    ),
    Mutant(
        "guarded balances",
        "logistics/journal/actions.py",
        "        raise RowsMoved\n",
        "        pass\n",
        RACES,
        "postgresql",
    ),
    Mutant(
        "steps wait for each other",
        "logistics/storage/writes.py",
        'f"(SELECT count(*) FROM step_{number}) >= 0" for',
        '"true" for',
        "tests/journal/test_posting.py",
        "postgresql",
    ),
    Mutant(
        "lock in a storm",
        "logistics/journal/purses.py",
        '" FOR UPDATE OF b"',
        '""',
        STORMS,
        "postgresql",
    ),
    Mutant(
        "floor in a storm",
        "logistics/journal/purses.py",
        "    if count_of_units(spans) < amount_minor:\n",
        "    if False:\n",
        STORMS,
    ),
    Mutant(
        "writers one after the other",
        "logistics/setup/readers.py",
        '"transaction_mode": "IMMEDIATE"',
        '"transaction_mode": "DEFERRED"',
        STORMS,
    ),
    Mutant(
        "as of a day, after closing",
        "logistics/journal/periods.py",
        "since &= Q(entry__booked_on__gt=last.ends_on)",
        "pass",
        MACHINE,
    ),
    Mutant(
        "one sequencer",
        "logistics/storage/locks.py",
        '    if connection.vendor == "postgresql":',
        "    if False:",
        SEALING,
        "postgresql",
    ),
    Mutant(
        "log is append-only",
        "logistics/journal/triggers.py",
        '*append_only("journal_treenode")',
        "",
        SEALING,
    ),
    Mutant(
        "rows against leaves",
        "logistics/journal/verifying.py",
        "if said is None or (said.data, said.organisation_id) != (bytes(leaf.data), row.organisation_id):",
        "if False:",
        SEALING,
    ),
    Mutant(
        "roots against leaves",
        "logistics/journal/verifying.py",
        "if (told.size, told.root, checkpoint.root) != (checkpoint.size, root, root.hex()):",
        "if False:",
        SEALING,
    ),
    Mutant(
        "balances against transfers",
        "logistics/journal/recounting.py",
        "if not self._is_balance(row, expected.pop(key, [])):",
        "if not expected.pop(key, 1):",
        RECOUNT,
    ),
    Mutant(
        "units held at every point",
        "logistics/journal/recounting.py",
        "if not has_span(self._held[key], span):",
        "if False:",
        RECOUNT,
    ),
    Mutant(
        "units born once",
        "logistics/journal/recounting.py",
        "if count_of_units(self._born[row.lot_id]) != count_of_units(born) + row.quantity:",
        "if False:",
        RECOUNT,
    ),
    Mutant("leaves are not lost", "logistics/journal/verifying.py", "if forgotten is not None:", "if False:", RECOUNT),
    Mutant(
        "reference at once",
        "logistics/storage/transactions.py",
        "return REFERENCE_KEYS in str(refusal)",
        "return False",
        ONCE,
        "postgresql",
    ),
    Mutant(
        "encryption",
        "logistics/storage/secrets.py",
        "return value if not value else encrypted(str(value), self._column())",
        "return value",
        VAULT,
    ),
)  # fmt: skip -- one mutant a line
