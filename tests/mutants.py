"""The guards that `make soak` takes away, one at a time, and the tests that must notice."""

from dataclasses import dataclass

RACES = "tests/journal/test_races.py"
SCANS = "tests/deliveries"
STATES = "tests/kernel/test_delivery_states.py"
TENANTS = "tests/api/test_keys_and_tenants.py"
ONCE = "tests/api/test_idempotency.py"
VAULT = "tests/households/test_households.py"
STOCK = "tests/stock/test_stock.py"


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
        "the answer is kept with its effect",
        "api/idempotency.py",
        "@action\ndef _run(",
        "def _run(",
        ONCE,
    ),
    Mutant(
        "who ran too long leaves nothing",
        "api/idempotency.py",
        "    if not kept:",
        "    if False:",
        ONCE,
    ),
    Mutant(
        "a freed key is claimed again",
        "api/idempotency.py",
        "        if standing is not None:\n            return _met(standing, row)",
        "        return _met(standing, row)  # type: ignore[arg-type] -- the guard is gone",
        ONCE,
    ),
    Mutant(
        "who plans a batch does not approve it",
        "logistics/grants/batches.py",
        "if actor.holder_id in {locked.planned_by_id, *(grant.planned_by_id for grant in waiting)}:",
        "if actor.holder_id == locked.planned_by_id:",
        "tests/grants",
    ),
    Mutant(
        "what is with the bank counts as spent",
        "logistics/grants/batches.py",
        "available = sum(row.quantity for row in held) - with_bank",
        "available = sum(row.quantity for row in held)",
        "tests/grants",
    ),
    Mutant(
        "numbers are given under a lock",
        "logistics/donations/acknowledgements.py",
        "return Numbering.objects.select_for_update().get(",
        "return Numbering.objects.get(",
        "tests/donations/test_number_race.py",
        "postgresql",
    ),
    Mutant(
        "no gap in the numbers",
        "logistics/donations/paper_triggers.py",
        "a.number = NEW.number - 1))",
        "a.number < NEW.number))",
        "tests/donations/test_numbered_papers.py",
    ),
    Mutant(
        "one paper counts",
        "logistics/donations/paper_triggers.py",
        "NEW.revision > 1 AND NOT EXISTS (",
        "NEW.revision > 1 AND 1 = 0 AND NOT EXISTS (",
        "tests/donations/test_numbered_papers.py",
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
        "lock on parcels",
        "logistics/deliveries/desk.py",
        'Parcel.objects.select_for_update(of=("self",))',
        "Parcel.objects",
        RACES,
        "postgresql",
    ),
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
        "logistics/partners/key_texts.py",
        "is_right = hmac.compare_digest(",
        "is_right = True or hmac.compare_digest(",
        TENANTS,
    ),
    Mutant(
        "key's network",
        "api/authentication.py",
        "if key.networks and not",
        "if False and not",
        "tests/api/test_key_doors.py",
    ),
    Mutant(
        "a sandbox's border",
        "logistics/partners/known.py",
        "if row is None or (row.kind == KeyKind.TEST) != is_sandbox(row.organisation):",
        "if row is None:",
        "tests/partners/test_sandboxes.py",
    ),
    Mutant(
        "what all bodies share",
        "api/sandbox_calls.py",
        "if (request.method, match.route) in CALLS_CLOSED_TO_TESTS:",
        "if False:",
        "tests/api/test_access.py",
    ),
    Mutant("key's end", "logistics/partners/known.py", "or key.expires_at <= now", "", TENANTS),
    Mutant(
        "idempotency fingerprint",
        "api/idempotency.py",
        "if standing.fingerprint != row.fingerprint:",
        "if False:",
        ONCE,
    ),
    Mutant("idempotency claim", "api/idempotency.py", "if not standing.is_done:", "if False:", ONCE),
    Mutant(
        "reference",
        "logistics/parties/references.py",
        'if vars(row)["request_sha256"] != content:',
        "if False:",
        ONCE,
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
        "if _has_expired(parcel, timezone.localdate(scan.scanned_at)):",
        "if False:",
        SCANS,
    ),
    Mutant(
        "required proof",
        "logistics/deliveries/desk.py",
        'if scan.step == "HAND_OVER" and parcel.programme.required_proofs:',
        "if False:",
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
    Mutant("mask", "logistics/households/identity.py", 'return name[:1] + "**" if name else ""', "return name", VAULT),
    Mutant(
        "reason to unmask",
        "logistics/households/reasons.py",
        "if len(why) < REASON_LENGTH_MIN:",
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
