"""Change what is written of a fund; its terms are revised by `revise_fund`, with the donor's consent."""

from collections.abc import Mapping

from logistics.funds.models import Fund
from logistics.journal.revisions import Cause, change_master
from logistics.parties.changes import NAMES
from logistics.storage.transactions import action

FUND_FIELDS = (*NAMES, "filing_number")


@action
def change_fund(*, fund: Fund, changes: Mapping[str, object], cause: Cause, number: int | None = None) -> Fund:
    """Correct a fund's name or its filing number; owner, holder and basis stay. Refuses what `change_master` does."""
    return change_master(fund, changes=changes, changeable=FUND_FIELDS, cause=cause, number=number)
