"""From a need's page to an application for it, and back: what was promised shows there."""

from logistics.lists.models import Application
from logistics.needs.models import Need
from logistics.needs.reporting import report_need
from logistics.storage.rows import new_id
from tests.cast import World
from tests.lists.conftest import WORDS, make_listing
from tests.needs.village import lacking
from tests.web.conftest import Visitor


def test_a_need_is_proposed_for_a_list_and_shows_what_came_of_it(world: World) -> None:
    people = make_listing(world)
    people.rules()
    member = world.girl
    need = report_need(actor=people.liaison, household=world.family, need=lacking(member_id=member.id), now=world.now)
    liaison = Visitor("list-liaison")
    page = liaison.get(f"/needs/{need.id}").content.decode()
    assert f"/applications/new?need={need.id}" in page
    form = liaison.get(f"/applications/new?need={need.id}").content.decode()
    # The need says whom it is for, how urgent it is, and that a liaison proposes it.
    assert f'value="{member.reference}"' in form and f'value="{need.id}"' in form
    said = {"programme": "warm-heart-pack", "beneficiary": member.reference, "source": "LIAISON", "text": WORDS}
    said |= {"urgency": "0", "need": str(need.id), "once": str(new_id())}
    # Another family's need is refused, and nothing is filed.
    other = people.family()
    assert liaison.client.post("/applications/new", {**said, "beneficiary": other.reference}).status_code == 422
    assert not Application.objects.exists()
    liaison.client.post("/applications/new", said)
    row = Application.objects.get()
    # A programme for households: the member's need is answered by the household's application.
    assert (row.need_id, row.beneficiary, row.urgency) == (need.id, None, 2)
    page = liaison.get(f"/needs/{need.id}").content.decode()
    assert row.reference in page and "?need=" not in page
    assert f"/needs/{need.id}" in liaison.get(f"/applications/{row.id}").content.decode()


def test_a_need_that_is_not_ours_is_none(world: World, officer: Visitor) -> None:
    make_listing(world).rules()
    assert not Need.objects.exists()
    for need in (str(new_id()), "nothing"):
        shown = officer.get(f"/applications/new?need={need}")
        assert shown.status_code == 200 and shown.context["need"] is None
