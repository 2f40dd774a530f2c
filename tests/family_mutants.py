"""The guards of families, lists and what comes back that `make soak` takes away, one at a time."""

from tests.mutants import Mutant

ALLOCATION = "tests/lists/test_allocation.py"
CARDS = "tests/replies/test_cards.py"
ERASURE = "tests/households/test_erasure.py"
FACTS = "tests/web/test_family_facts_pages.py"
GRIEVANCES = "tests/replies/test_grievances.py"
KEPT = "tests/press/test_retained_families.py"
RACES = "tests/lists/test_list_races.py"
WAY = "tests/lists/test_way_onto_a_list.py"

FAMILY_MUTANTS = (
    Mutant(
        "one service a round",
        "logistics/lists/marks.py",
        "found.get(one.subject_id) or (SERVED_HERE",
        '"" and (SERVED_HERE',
        ALLOCATION,
    ),
    Mutant(
        "one service a round for two at once",
        "logistics/lists/marks.py",
        "    wait_for_others(MARKING_LOCK)\n",
        "    pass\n",
        RACES,
        "postgresql",
    ),
    Mutant(
        "one service a round without a number",
        "logistics/lists/marks.py",
        "        near |= {key for member, household in same",
        "        near |= {key for member, household in same[:0]",
        "tests/lists/test_known_elsewhere.py",
    ),
    Mutant(
        "review by another",
        "logistics/lists/applications.py",
        "locked.filed_by_id == actor.holder_id",
        "locked.filed_by_id is None",
        WAY,
    ),
    Mutant(
        "approval by another",
        "logistics/lists/approving.py",
        "row.proposed_by_id == actor.holder_id or waiting_on(row.notice).filter(theirs).exists()",
        "False",
        WAY,
    ),
    Mutant(
        "notice days",
        "logistics/lists/approving.py",
        "today <= row.notice.ends_on",
        "today < row.notice.ends_on",
        WAY,
    ),
    Mutant(
        "objections first",
        "logistics/lists/approving.py",
        "    if unanswered:\n",
        "    if False:\n",
        WAY,
    ),
    Mutant(
        "replies released by another",
        "logistics/replies/cards.py",
        "locked.recorded_by_id == actor.holder_id",
        "locked.recorded_by_id is False",
        CARDS,
    ),
    Mutant(
        "sensitive grievances",
        "logistics/replies/grievance_reads.py",
        "rows if is_reader(person) else rows.filter(is_sensitive=False)",
        "rows",
        GRIEVANCES,
    ),
    Mutant(
        "grievances not by whom they are of",
        "logistics/replies/grievance_reads.py",
        "    rows = rows.exclude(about=person)\n",
        "",
        GRIEVANCES,
    ),
    Mutant(
        "erasure of a family's hashes",
        "logistics/households/erasure.py",
        '("head_name", "address", "telephone", *HOUSEHOLD_INDEXES)',
        '("head_name", "address", "telephone")',
        ERASURE,
    ),
    Mutant(
        "erasure of a member's hashes",
        "logistics/households/erasing.py",
        '"sex", "relation", *MEMBER_INDEXES)',
        '"sex", "relation")',
        ERASURE,
    ),
    Mutant(
        "mask by role",
        "logistics/households/visibility.py",
        "level == Level.OPEN or (level == Level.REASON and self.is_unmasked)",
        "level == Level.OPEN or self.is_unmasked or level == Level.REASON",
        FACTS,
    ),
    Mutant(
        "kept while something happens",
        "logistics/press/retaining.py",
        "        *_care(before),\n",
        "",
        KEPT,
    ),
    Mutant(
        "one who may not go keeps no other",
        "logistics/press/retaining.py",
        "    except ErasureTooEarly:\n        return False\n",
        "    except ErasureTooEarly:\n        raise\n",
        KEPT,
    ),
)
