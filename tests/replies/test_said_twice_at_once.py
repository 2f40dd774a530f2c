"""A form sent twice at the same moment is taken once, and both senders are told the same."""

from logistics.replies.grievances import Told, receive_grievance
from logistics.replies.models import Channel, Grievance
from logistics.storage.rows import new_id
from logistics.volunteering.models import Volunteer
from logistics.volunteering.volunteers import register_volunteer
from tests.cast import World
from tests.journal.test_races import _at_once


def test_one_form_is_one_grievance_with_one_receipt(committed_world: World) -> None:
    world, token = committed_world, new_id()

    def tell(number: int) -> object:
        told = Told("LATE", "没有收到暖心包")
        common = {"channel": Channel.PAGE, "actor": None, "source": f"203.0.113.{number}", "now": world.now}
        return receive_grievance(organisation=world.county, told=told, token=token, **common)[1]  # type: ignore[arg-type]  # -- as named

    assert len(set(_at_once(tell))) == 1
    assert Grievance.objects.count() == 1


def test_one_form_is_one_volunteer(committed_world: World) -> None:
    world, token = committed_world, new_id()
    actor = world.as_actor(world.officer)
    rows = _at_once(lambda number: register_volunteer(actor=actor, name="示例甲", token=token, now=world.now))
    assert Volunteer.objects.count() == 1
    assert {row.id for row in rows} == set(Volunteer.objects.values_list("id", flat=True))  # type: ignore[attr-defined]  # -- rows
