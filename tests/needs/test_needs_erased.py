"""Nothing more is said of the needs of who was erased: what stood open is withdrawn in nobody's name."""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from logistics.households.erasure import erase_person
from logistics.households.standing import PersonErased
from logistics.journal.verifying import verified_journal
from logistics.kernel.need_states import OPEN, WITHDRAWN
from logistics.needs import actions
from logistics.needs.actions import By
from logistics.needs.holders import escalate_due_needs
from logistics.needs.inputs import NeedInput
from logistics.needs.models import Need, NeedStep
from logistics.needs.reporting import report_need
from tests.cast import World
from tests.looking import nothing_written


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def _need(world: World, member_id: uuid.UUID | None = None) -> Need:
    asked = NeedInput(uuid.uuid4(), "CLOTHES", 2, member_id=member_id, text="缺一件棉衣")
    return report_need(actor=world.as_actor(world.officer), household=world.family, need=asked, now=world.now)


ACTS: dict[str, Callable[..., object]] = {
    "confirm": lambda **said: actions.confirm_need(**said),
    "withdraw": lambda **said: actions.withdraw_need(reason="示例原因", **said),
    "reopen": lambda **said: actions.reopen_need(reason="示例原因", **said),
    "refer": lambda **said: actions.refer_need(body="CIVIL_AFFAIRS", reason="示例原因", **said),
    "meet": lambda **said: actions.meet_need(by=By("OTHER"), reason="示例原因", **said),
    "helped": lambda **said: actions.note_whether_it_helped(has_helped=False, reason="示例原因", **said),
    "escalate": lambda **said: actions.escalate_need(reason="示例原因", **said),
    "hand back": lambda **said: actions.hand_back_need(reason="示例原因", **said),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("whom", ["family", "child"])
def test_no_step_is_taken_for_who_was_erased(world: World, act: str, whom: str) -> None:
    child = world.girl if whom == "child" else None
    need, actor = _need(world, child.id if child else None), world.as_actor(world.officer)
    erase_person(actor=actor, household=world.family, member=child, cause="ASKED", now=world.now)
    with nothing_written(), pytest.raises(PersonErased):
        ACTS[act](actor=actor, need=need, now=world.now)


def test_what_stood_open_is_withdrawn_and_the_needs_of_others_stay(world: World) -> None:
    mine, others = _need(world, world.girl.id), _need(world)
    said = {"actor": world.as_actor(world.officer), "household": world.family, "cause": "ASKED", "now": world.now}
    erase_person(member=world.girl, **said)
    assert [Need.objects.get(id=row.id).state for row in (mine, others)] == [WITHDRAWN, OPEN]
    step = NeedStep.objects.get(need_id=mine.id, step="WITHDRAWN")
    assert (step.actor_id, step.commitments) == (None, {})
    erase_person(**said)
    assert Need.objects.get(id=others.id).state == WITHDRAWN
    assert NeedStep.objects.filter(step="WITHDRAWN").count() == 2
    assert escalate_due_needs(now=world.now + dt.timedelta(days=1_000)) == 0
    assert verified_journal(progress=lambda done, total: None)[0] is None
