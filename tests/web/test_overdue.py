"""What is overdue besides parcels: counted on the officer's first page, listed under attention, gone when done."""

import datetime as dt

from django.utils import timezone

from logistics.volunteering.errand_models import Errand
from logistics.volunteering.errands import cancel_errand, report_errand
from tests.cast import World
from tests.web.conftest import Visitor

COUNTED = 'id="overdue"'


def test_a_late_errand_fills_and_empties_the_first_page(world: World, officer: Visitor) -> None:
    actor, now = world.as_actor(world.officer), timezone.now()
    assert COUNTED not in officer.get("/").content.decode()
    errand = report_errand(actor=actor, household=world.family, what="取药", due_on=timezone.localdate(), now=now)
    Errand.objects.filter(id=errand.id).update(due_on=timezone.localdate() - dt.timedelta(days=1))
    assert COUNTED in officer.get("/").content.decode()
    shown = officer.get("/attention").content.decode()
    assert "逾期的跑腿" in shown and world.family.reference in shown
    for name in ("stranger", "keeper"):
        assert COUNTED not in Visitor(name).get("/").content.decode()
    cancel_errand(errand=errand)
    assert COUNTED not in officer.get("/").content.decode()
    assert "逾期的跑腿" not in officer.get("/attention").content.decode()
