"""Guards of labels and of sheets that come back which `make soak` takes away, and the tests that must notice."""

from tests.mutants import Mutant

CHUNKS, CONFIRMING = "logistics/press/label_chunks.py", "logistics/press/returned_confirming.py"
LABEL_RACES, ROW_RACES = "tests/press/test_label_races.py", "tests/press/test_returned_races.py"
SHEETS_BACK = "tests/press/test_returned_sheets.py"

PAPER_MUTANTS = (
    Mutant(
        "no two first labels",
        CHUNKS,
        "locked_print_counts(list(drawn)) != drawn or ended.exists()",
        "ended.exists()",
        LABEL_RACES,
    ),
    Mutant(
        "no two first labels",
        CHUNKS,
        "locked_print_counts(list(drawn)) != drawn or ended.exists()",
        "ended.exists()",
        LABEL_RACES,
        "postgresql",
    ),
    Mutant("no label for what has ended", CHUNKS, "!= drawn or ended.exists()", "!= drawn", LABEL_RACES),
    Mutant(
        "what ends while labels wait",
        "logistics/press/label_rows.py",
        "for _, _, state, code_state, text, *_ in ordered[released:]:",
        "for _, _, state, code_state, text, *_ in ordered[:0]:",
        LABEL_RACES,
    ),
    Mutant(
        "the first word on a row counts",
        CONFIRMING,
        "if decision and decision != decisions[key]:",
        "if False:",
        ROW_RACES,
    ),
    Mutant(
        "the first word on a row counts",
        CONFIRMING,
        "ReturnedRow.objects.select_for_update().filter(id__in=list(known))",
        "ReturnedRow.objects.filter(id__in=list(known))",
        ROW_RACES,
        "postgresql",
    ),
    Mutant(
        "who looks at a box is noted",
        "logistics/press/returned_looks.py",
        "BoxView.objects.create(row=row, viewer_id=actor.holder_id, viewed_at=now)",
        "pass",
        SHEETS_BACK,
    ),
    Mutant(
        "a signature is more than a slip",
        "labels/returned/verdicts.py",
        "STROKES_MM_MIN = 16.0",
        "STROKES_MM_MIN = 2.0",
        "tests/labels/test_verdicts.py",
    ),
)
