"""Families are kept as long as something happens for them, and go when nothing has for the whole period."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from logistics.households import erasure
from logistics.households.actions import record_household
from logistics.households.models import Household
from logistics.needs.inputs import VisitInput
from logistics.needs.models import Met
from logistics.needs.visits import record_visits
from logistics.parties.actors import Actor
from logistics.press import retaining
from logistics.press.retention import apply_rule, due_by_rule
from logistics.storage.erasing import Holding, Subject, holdings
from logistics.storage.rows import new_id
from logistics.volunteering.companions import assign_companion
from logistics.volunteering.errands import report_errand
from logistics.volunteering.models import CheckKind
from logistics.volunteering.volunteers import record_check, register_volunteer
from logistics.volunteering.wishes import report_wish
from tests.cast import NOW, World
from tests.lists.conftest import make_listing

DAY = dt.timedelta(days=1)
LATER = NOW + 1_900 * DAY
LINE = LATER - 1_826 * DAY


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)


def _due() -> int:
    return next(due.count for due in due_by_rule(now=LATER) if due.rule.code == "families")


def _taken() -> int:
    return next(apply_rule(due, now=LATER) for due in due_by_rule(now=LATER) if due.rule.code == "families")


def _hinders(world: World) -> Callable[[Subject], list[str]]:
    return lambda subject: ["X-1"] if subject.household_id == world.family.id else []


def _officer(world: World) -> Actor:
    return world.as_actor(world.officer)


def _visited(world: World, at: dt.datetime) -> None:
    row = VisitInput(visit_id=new_id(), household_id=world.family.id, visited_at=at, met=Met.values[0])
    (answer,) = record_visits(actor=_officer(world), visits=[row], now=at)
    assert answer.outcome == "RECORDED", answer


def _applied(world: World, at: dt.datetime) -> None:
    listing = make_listing(world)
    listing.now = at
    listing.rules()
    listing.file(world.family)


def _accompanied(world: World, at: dt.datetime) -> None:
    helper = register_volunteer(actor=_officer(world), name="示例志愿者", now=at)
    for kind in CheckKind.values:
        record_check(actor=_officer(world), volunteer=helper, kind=kind, checked_on=at.date(), now=at)
    assign_companion(actor=_officer(world), volunteer=helper, member=world.girl, kind="LOVING_MOTHER", now=at)


HAPPENINGS = {
    "visit": lambda world, at: _visited(world, at),
    "application": lambda world, at: _applied(world, at),
    "wish": lambda world, at: report_wish(actor=_officer(world), member=world.girl, words="示例心愿", now=at),
    "errand": lambda world, at: report_errand(
        actor=_officer(world), household=world.family, what="取药", due_on=at.date(), now=at
    ),
    "companion": lambda world, at: _accompanied(world, at),
}


@pytest.mark.parametrize("what", HAPPENINGS)
def test_what_happened_within_the_period_spares_a_family_and_what_lies_before_does_not(world: World, what: str) -> None:
    """Each happens once a day after the line and once a month before it, and stands open ever since."""
    happen = HAPPENINGS[what]
    with transaction.atomic():
        happen(world, LINE + DAY)
        assert _due() == 0
        transaction.set_rollback(True)
    happen(world, LINE - 30 * DAY)
    assert _due() == 1
    assert _taken() == 1


def test_a_family_that_may_not_go_keeps_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest has something open in a room that this rule does not ask; those behind it go all the same."""
    monkeypatch.setattr(retaining, "ROWS_PER_CHUNK", 1)
    for number in range(2):
        record_household(
            organisation=world.county,
            township="少云镇",
            division_code="990101001",
            head_name=f"示例{number}",
            now=NOW + DAY,
        )
    mine, open_ = world.family.id, Holding("x", "某事", "Something", (), lambda s: (), lambda s, n: 0, _hinders(world))
    monkeypatch.setattr(erasure, "holdings", lambda: [*holdings(), open_])
    assert _due() == 3
    assert _taken() == 2
    assert list(Household.objects.filter(erased_at=None).values_list("id", flat=True)) == [mine]
