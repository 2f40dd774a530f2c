"""A child is erased: what volunteers' work says of them goes, and what was open for them is open no more."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from logistics.households.erasure import erase_person, export_of
from logistics.stock.actions import register_item
from logistics.volunteering.companions import assign_companion, close_companionship, record_companion_visit
from logistics.volunteering.errand_models import Errand
from logistics.volunteering.errands import cancel_errand, report_errand
from logistics.volunteering.knitted import report_measures
from logistics.volunteering.models import Volunteer
from logistics.volunteering.wish_models import WishClaim
from logistics.volunteering.wish_reads import open_wishes
from logistics.volunteering.wishes import adopt_wish, report_wish
from tests.cast import World
from tests.volunteering.test_helping import PUBLIC, TODAY, checked, open_wish

WORDS = (PUBLIC, "想要书包", "想要铅笔", "一起写作业", "志愿者搬家", "1309", "接孩子")
LATER = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def _helped(world: World) -> Volunteer:
    """Two wishes, one of them taken, two errands, one of them over, a companion who came once, a garment ordered."""
    actor, helper = world.as_actor(world.officer), checked(world)
    said = {"actor": actor, "now": world.now}
    adopt_wish(wish=open_wish(world), volunteer=helper, now=world.now)
    report_wish(member=world.girl, words="想要铅笔", **said)
    open_wish(world)
    report_errand(household=world.family, what="取药", due_on=TODAY, **said)
    cancel_errand(errand=report_errand(household=world.family, what="接孩子", due_on=TODAY, **said))
    row = assign_companion(volunteer=helper, member=world.girl, kind="LOVING_MOTHER", **said)
    record_companion_visit(companionship=row, visited_on=TODAY, note="一起写作业", **said)
    close_companionship(companionship=row, reason="志愿者搬家", **said)
    vest = register_item(code="knit-vest", name_zh="背心")
    report_measures(member=world.girl, garment=vest, measures={"height": 1_309}, **said)
    return helper


def _said(world: World) -> str:
    return json.dumps(export_of(world.family), ensure_ascii=False)


def test_what_was_said_of_a_child_goes_and_open_things_end(world: World) -> None:
    helper = _helped(world)
    for word in (*WORDS, "取药"):
        assert word in _said(world), word
    actor = world.as_actor(world.officer)
    row = erase_person(actor=actor, household=world.family, member=world.girl, cause="ASKED", now=LATER)
    counts = {name: count for name, count in row.counts.items() if name.startswith("volunteering.")}
    assert counts == {
        "volunteering.companions": 2,
        "volunteering.errands": 1,
        "volunteering.measures": 1,
        "volunteering.wishes": 3,
    }
    for word in WORDS:
        assert word not in _said(world), word
    assert "取药" in _said(world), "an errand for the family goes on"
    assert not open_wishes(world.now).exists() and not WishClaim.objects.filter(ended_at__isnull=True).exists()
    again = erase_person(actor=actor, household=world.family, cause="ASKED", now=LATER)
    assert "取药" not in _said(world) and set(Errand.objects.values_list("state", flat=True)) == {"CANCELLED"}
    assert again.counts["volunteering.errands"] == 1 and again.counts["volunteering.wishes"] == 0
    helper.refresh_from_db()
    assert helper.name == "示例志愿者"


@pytest.mark.parametrize("change", ["note = 'x'", "note = '', visited_on = '2026-01-01'"])
def test_a_visit_is_emptied_and_changed_in_nothing_else(world: World, change: str) -> None:
    _helped(world)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE volunteering_companionvisit SET {change}")
