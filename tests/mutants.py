"""The guards that `make soak` takes away, one at a time, and the tests that must notice."""

from dataclasses import dataclass

BOOKS, RACES = "tests/journal/test_books.py", "tests/journal/test_races.py"
SCANS, STATES = "tests/deliveries", "tests/kernel/test_delivery_states.py"
TENANTS, ONCE = "tests/api/test_keys_and_tenants.py", "tests/api/test_idempotency.py"
VAULT, STOCK = "tests/households/test_households.py", "tests/stock/test_stock.py"
SEALING, BYPASS = "tests/journal/test_sealing.py", "tests/journal/test_bypass.py"
RECOUNT = "tests/journal/test_recounting.py"
TRIGGERS = "logistics/storage/triggers.py"


@dataclass(frozen=True)
class Mutant:
    """One guard that is taken away: in which file, what stands there, what instead, and which tests must notice."""

    name: str
    path: str
    guard: str
    instead: str
    tests: str
    engine: str = "sqlite"


MUTANTS = (
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
        "permit's own account",
        "logistics/households/eligibility.py",
        "account_id=claim.household.account_id",
        "account_id=claim.fund.bank_account_id",
        SCANS,
    ),
    Mutant(
        "sex in the terms",
        "logistics/kernel/eligibility.py",
        "not terms.sexes or facts.sex in terms.sexes",
        "True",
        "tests/kernel/test_eligibility.py",
    ),
    Mutant(
        "consent under fourteen",
        "logistics/households/eligibility.py",
        "if is_child and not member.has_consent:",
        "if False:",
        VAULT,
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
        "lock on parcels",
        "logistics/deliveries/desk.py",
        'Parcel.objects.select_for_update(of=("self",))',
        "Parcel.objects",
        RACES,
        "postgresql",
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
        "one sequencer",
        "logistics/journal/sealing.py",
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
        "check characters",
        "logistics/kernel/codes.py",
        "return not any(_evaluate(values, root) for root in (_EXP[1], _EXP[2]))",
        "return True",
        "tests/kernel/test_codes.py",
    ),
    Mutant(
        "second check character",
        "logistics/kernel/codes.py",
        "for root in (_EXP[1], _EXP[2]))",
        "for root in (_EXP[1],))",
        "tests/kernel/test_codes.py",
    ),
    Mutant(
        "installation's mark",
        "logistics/kernel/codes.py",
        "if code[1:3] != mark:",
        "if False:",
        "tests/kernel/test_codes.py",
    ),
    Mutant(
        "tenant filter",
        "logistics/parties/access.py",
        "Organisation.objects.filter(path__startswith=organisation.path)",
        "Organisation.objects.all()",
        TENANTS,
    ),
    Mutant(
        "tenant of a scan",
        "logistics/deliveries/desk.py",
        "return parcel.organisation.path.startswith(actor.organisation.path)",
        "return True",
        SCANS,
    ),
    Mutant(
        "tenant of a card",
        "logistics/deliveries/desk.py",
        "Code.objects.filter(text__in=texts, organisation_id__in=own)",
        "Code.objects.filter(text__in=texts)",
        SCANS,
    ),
    Mutant("scope", "api/doors.py", "if needed and not scopes_of(request).intersection(needed):", "if False:", TENANTS),
    Mutant(
        "key's secret",
        "api/keys.py",
        "is_right = hmac.compare_digest(",
        "is_right = True or hmac.compare_digest(",
        TENANTS,
    ),
    Mutant("key's end", "api/keys.py", "or row.expires_at <= now", "", TENANTS),
    Mutant(
        "idempotency fingerprint", "api/idempotency.py", "if standing.fingerprint != fingerprint:", "if False:", ONCE
    ),
    Mutant("idempotency claim", "api/idempotency.py", "if not standing.is_done:", "if False:", ONCE),
    Mutant(
        "reference",
        "logistics/parties/references.py",
        'if row is not None and vars(row)["request_sha256"] != content:',
        "if False:",
        ONCE,
    ),
    Mutant(
        "reference at once",
        "logistics/storage/transactions.py",
        "return REFERENCE_KEYS in str(refusal)",
        "return False",
        ONCE,
        "postgresql",
    ),
    Mutant("scan's content", "logistics/deliveries/desk.py", "    if earlier == content:\n", "    if True:\n", SCANS),
    Mutant(
        "undo of the same device",
        "logistics/kernel/delivery_states.py",
        " and target.device == fact.device",
        "",
        STATES,
    ),
    Mutant(
        "tie-break by clock",
        "logistics/kernel/delivery_states.py",
        "return is_elsewhere, hashlib.sha256(fact.scan_id.encode()).hexdigest()",
        "return is_elsewhere, str(fact.at_ms)",
        STATES,
    ),
    Mutant(
        "expired at packing",
        "logistics/deliveries/desk.py",
        'if scan.step == "PACK" and _has_expired',
        "if False and _has_expired",
        SCANS,
    ),
    Mutant(
        "required proof",
        "logistics/deliveries/desk.py",
        "not kinds.issuperset(parcel.programme.required_proofs)",
        "False",
        SCANS,
    ),
    Mutant("first expired first", "logistics/stock/picking.py", "asc(nulls_last=True)", "desc(nulls_last=True)", STOCK),
    Mutant(
        "closed programme",
        "logistics/parties/actions.py",
        "if not programme.is_open:",
        "if False:",
        "tests/api/test_bad_input.py",
    ),
    Mutant("same person", "logistics/grants/actions.py", "if locked.planned_by_id == approver_id:", "if False:", VAULT),
    Mutant(
        "encryption",
        "logistics/storage/secrets.py",
        "return value if not value else encrypted(str(value), self._column())",
        "return value",
        VAULT,
    ),
    Mutant("mask", "logistics/households/identity.py", 'return name[:1] + "**" if name else ""', "return name", VAULT),
    Mutant(
        "reason to unmask",
        "logistics/households/actions.py",
        "if len(reason.strip()) < REASON_LENGTH_MIN:",
        "if False:",
        VAULT,
    ),
    Mutant(
        "formula in a cell",
        "logistics/ledgers/formats.py",
        "if isinstance(cell, str) and cell.startswith(_FORMULA) else cell",
        "if False else cell",
        "tests/api/test_lists_and_ledgers.py",
    ),
    Mutant(
        "codes read back",
        "labels/readback.py",
        "return [text for text in expected if text not in found]",
        "return []",
        "tests/labels",
    ),
    Mutant("glyph of the font", "labels/fonts.py", "if ord(sign) not in drawable():", "if False:", "tests/labels"),
    Mutant(
        "policy",
        "logistics/web/middleware.py",
        'response.headers.setdefault("Content-Security-Policy", POLICY)',
        "pass",
        "tests/web/test_pages.py",
    ),
    Mutant(
        "roles of pages",
        "logistics/web/doors.py",
        "if not person.has_role(*roles):",
        "if False:",
        "tests/web/test_pages.py",
    ),
)  # fmt: skip -- one mutant a line
