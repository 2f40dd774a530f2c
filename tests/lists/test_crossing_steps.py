"""Steps that cross: a list and an objection, a list and its second approval, a need met and handed up."""

import pytest

from logistics.kernel.refusals import Refusal
from logistics.lists.approving import approve_list
from logistics.lists.models import DistributionList, Objection
from logistics.lists.objections import raise_objection
from logistics.needs.actions import By, meet_need
from logistics.needs.holders import escalate_need
from logistics.needs.inputs import NeedInput
from logistics.needs.reporting import report_need
from logistics.parties.proposals import ProposalState
from logistics.storage.rows import new_id
from tests.cast import World
from tests.households.test_erasure_races import while_open
from tests.journal.test_races import WRITERS, _at_once
from tests.lists.conftest import DAY, Listing, make_listing


@pytest.fixture
def there(committed_world: World) -> Listing:
    """The same people on a database that really commits."""
    listing = make_listing(committed_world)
    listing.rules()
    committed_world.stock_kits(1)
    return listing


@pytest.mark.engine("postgresql")
def test_a_list_waits_for_an_objection_under_way(there: Listing) -> None:
    (accepted,) = there.accepted(there.family())
    notice = there.notice()
    draft = there.draft(notice)
    text, now, after = "这家另有住房，请核实。", there.now, there.now + 6 * DAY
    objected, approved = while_open(
        lambda: raise_objection(notice=notice, number=accepted.reference, text=text, now=now),
        lambda: approve_list(actor=there.approver, draft=draft, now=after),
    )
    assert isinstance(objected, Objection) and isinstance(approved, Refusal), approved
    draft.refresh_from_db()
    assert draft.state == ProposalState.PROPOSED


def test_a_list_is_approved_once(there: Listing) -> None:
    there.accepted(there.family())
    draft = there.draft(there.notice())
    after = there.now + 6 * DAY
    results = _at_once(lambda number: approve_list(actor=there.approver, draft=draft, now=after))
    assert sum(isinstance(result, DistributionList) for result in results) == 1
    assert sum(isinstance(result, Refusal) for result in results) == WRITERS - 1
    assert DistributionList.objects.get().state == ProposalState.APPROVED


def test_a_need_met_while_it_goes_up_is_met(committed_world: World) -> None:
    world = committed_world
    actor = world.as_actor(world.officer)
    need = NeedInput(need_id=new_id(), kind="CLOTHES", urgency=1)
    row = report_need(actor=actor, household=world.family, need=need, now=world.now)

    def step(number: int) -> object:
        if number % 2:
            return escalate_need(actor=actor, need=row, reason="县里没有这种物资", now=world.now)
        return meet_need(actor=actor, need=row, by=By("OTHER"), reason="邻居送来了", now=world.now)

    _at_once(step)
    row.refresh_from_db()
    assert row.state == "MET"
    assert row.holders.count() == len(set(row.holders.values_list("position", flat=True)))
