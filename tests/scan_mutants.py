"""Guards of scans, proofs and disputes that `make soak` takes away, and the tests that must notice."""

from tests.mutants import Mutant

RACE, SETTLED = "tests/deliveries/test_hand_over_race.py", "tests/deliveries/test_settlements.py"
PROVEN, PROOF_PAGES = "tests/deliveries/test_proofs.py", "tests/web/test_proof_pages.py"

RULES, CODES = "logistics/deliveries/rules.py", "logistics/deliveries/one_time_codes.py"
ASKED = "tests/deliveries/test_proof_rules.py"

SCAN_MUTANTS = (
    Mutant("two are two", RULES, "if operator == witness:", "if False:", ASKED),
    Mutant("a witness is known", RULES, "{operator, witness} <= found.known_people", "True", ASKED),
    Mutant("a collector is authorised", RULES, "is_authorised(said, collectors)", "True", ASKED),
    Mutant("a lot is the right one", RULES, "found.lots.get(code_of(scan.lot_code)) in lots", "True", ASKED),
    Mutant("five tries of a code", CODES, "if code.tries >= WRONG_TRIES_MAX:", "if False:", ASKED),
    Mutant("a code expires", CODES, "if at > code.expires_at or", "if", ASKED),
    Mutant(
        "parcels are locked",
        "logistics/deliveries/desk.py",
        'Parcel.objects.select_for_update(of=("self",))',
        "Parcel.objects",
        RACE,
        "postgresql",
    ),
    Mutant(
        "who packed may not settle",
        "logistics/deliveries/settlements.py",
        "if actor.holder_id in parties_to(parcel, ruling.judged):",
        "if False:",
        SETTLED,
    ),
    Mutant(
        "nobody settles what was not seen",
        "logistics/deliveries/settlements.py",
        "if judged != known:",
        "if False:",
        SETTLED,
    ),
    Mutant(
        "the fold hears settlements",
        "logistics/kernel/delivery_states.py",
        "fact.scan_id in ruling.aside",
        "False",
        SETTLED,
    ),
    Mutant(
        "the last settlement counts",
        "logistics/kernel/delivery_states.py",
        "sorted(settled, key=lambda one: (one.at_ms, one.settlement_id))",
        "settled",
        SETTLED,
    ),
    Mutant(
        "the hash of a proof",
        "logistics/households/proofs.py",
        "if found != sha256:",
        "if False:",
        PROVEN,
    ),
    Mutant(
        "a proof is locked to its path",
        "logistics/storage/locked_files.py",
        "raw[NONCE_BYTES:], path.encode()",
        "raw[NONCE_BYTES:], None",
        PROVEN,
    ),
    Mutant(
        "proofs of one body are not another's",
        "logistics/deliveries/proofs.py",
        "sha256=photo.sha256, keeper_id=actor.organisation.id",
        "sha256=photo.sha256",
        PROVEN,
    ),
    Mutant(
        "who looks says why",
        "logistics/web/views/proofs.py",
        "if not has_said_why(proof=kept, actor=actor, now=timezone.now()):",
        "if False:",
        PROOF_PAGES,
    ),
)
