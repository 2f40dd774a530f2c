"""The guards that `make soak` takes away still stand where it looks for them, once each, beside tests that exist."""

import pytest

from tests.architecture.house import ROOT
from tests.book_mutants import BOOK_MUTANTS
from tests.family_mutants import FAMILY_MUTANTS
from tests.list_mutants import LIST_MUTANTS
from tests.mutants import MUTANTS, Mutant
from tests.paper_mutants import PAPER_MUTANTS
from tests.scan_mutants import SCAN_MUTANTS

EVERY = (*MUTANTS, *BOOK_MUTANTS, *FAMILY_MUTANTS, *LIST_MUTANTS, *PAPER_MUTANTS, *SCAN_MUTANTS)


@pytest.mark.parametrize("mutant", EVERY, ids=lambda mutant: mutant.name)
def test_a_guard_stands_where_it_is_taken_away(mutant: Mutant) -> None:
    assert mutant.guard in (ROOT / mutant.path).read_text(encoding="utf-8")
    assert all((ROOT / path.split("::")[0]).exists() for path in mutant.tests.split())


def test_each_mutant_has_a_name_of_its_own() -> None:
    assert len({(mutant.name, mutant.engine) for mutant in EVERY}) == len(EVERY)
