"""The pages of needs: what waits first, one need with its thread, and each step by a form that counts once."""

import uuid

import pytest
from django.utils import timezone

from logistics.households.models import PersonalDataView
from logistics.households.reasons import reasons_of
from logistics.needs.actions import report_need
from logistics.needs.inputs import NeedInput
from logistics.needs.models import Need, NeedStep
from logistics.parties.actions import register_person
from logistics.storage.rows import new_id
from tests.cast import PASSWORD, World
from tests.web.conftest import Visitor


@pytest.fixture
def need(world: World) -> Need:
    """A need of the family."""
    lacking = NeedInput(new_id(), "CLOTHES", 2, text="没有过冬的衣服", size="130")
    return report_need(actor=world.partner, household=world.family, need=lacking, now=timezone.now())


def _send(who: Visitor, need: Need, step: str, token: str = "", **values: object):  # type: ignore[no-untyped-def] -- an answer
    data = {"step": step, "once": token or str(new_id()), **values}
    return who.client.post(f"/needs/{need.id}", data)


def test_the_list_says_what_waits(officer: Visitor, need: Need) -> None:
    page = officer.get("/needs").content.decode()
    assert "衣物" in page
    assert "130" in page
    assert need.household.reference in page
    assert "没有过冬" not in page
    assert "没有这样的需求" in officer.get("/needs?urgency=0").content.decode()
    assert need.household.reference not in officer.get("/needs?holder=above").content.decode()
    assert need.household.reference in officer.get("/needs?holder=own&kind=CLOTHES&urgency=2").content.decode()
    assert officer.get("/needs?state=MOON").status_code == 200


def test_an_empty_list_says_what_to_do(officer: Visitor) -> None:
    assert "网格员" in officer.get("/needs").content.decode()
    assert "telephones" in Visitor("officer", "en").get("/needs").content.decode()


def test_a_need_goes_its_way_by_forms(officer: Visitor, need: Need) -> None:
    assert officer.get(f"/needs/{need.id}").status_code == 200
    token = str(new_id())
    for _ in range(2):
        assert _send(officer, need, "refer", token, body="CIVIL_AFFAIRS", reason="转民政救助").status_code == 302
    assert NeedStep.objects.filter(step="REFERRED").count() == 1
    answer = {"answer": "DECLINED", "answered_on": timezone.localdate().isoformat(), "reason": "不符合条件"}
    assert _send(officer, need, "answer", **answer).status_code == 302
    assert _send(officer, need, "meet", by_kind="PARCEL", by_code="P1").status_code == 302
    assert _send(officer, need, "helped", helped="no", reason="太小").status_code == 302
    need.refresh_from_db()
    assert (need.state, need.has_helped) == ("OPEN", False)
    assert _send(officer, need, "escalate", reason="县里没有了").status_code == 302
    page = officer.get(f"/needs/{need.id}").content.decode()
    assert "示例省妇女联合会" in page
    assert _send(officer, need, "escalate", reason="还要上报").status_code == 422
    assert _send(officer, need, "withdraw", reason="").status_code == 422
    assert _send(officer, need, "dance").status_code == 200


def test_words_are_read_with_a_reason(officer: Visitor, need: Need) -> None:
    assert "没有过冬的衣服" not in officer.get(f"/needs/{need.id}").content.decode()
    assert _send(officer, need, "read", reason="").status_code == 422
    assert not PersonalDataView.objects.exists()
    assert "没有过冬的衣服" in _send(officer, need, "read", reason="安排发放").content.decode()
    look = PersonalDataView.objects.get()
    assert reasons_of([look.id]) == {look.id: "安排发放"}


def test_who_may_look(world: World, need: Need) -> None:
    register_person(
        organisation=world.county, username="liaison", name="示例网格员", roles=["LIAISON"], password=PASSWORD
    )
    answers = {
        name: Visitor(name).get(f"/needs/{need.id}").status_code
        for name in ("liaison", "keeper", "stranger", "approver")
    }
    assert answers == {"liaison": 200, "keeper": 404, "stranger": 404, "approver": 200}
    assert Visitor().get("/needs").status_code == 302
    assert Visitor("officer").get(f"/needs/{uuid.uuid4()}").status_code == 404
