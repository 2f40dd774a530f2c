"""Notes of work and of money that name a family go with it; what was booked and sealed stands."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from logistics.deliveries.models import DistributionRound
from logistics.deliveries.rounds import drop_round, plan_round
from logistics.funds.costs import propose_cost
from logistics.funds.money_models import Cost
from logistics.households.erasure import erase_person, export_of, kept_of
from logistics.journal.verifying import verified_journal
from logistics.stock.knitting import move_yarn_out
from logistics.stock.models import YarnMove
from logistics.storage.erasing import Helper, helper_holdings
from tests.cast import World
from tests.stock.test_knitting import Circle


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def _noted(world: World, words: str, number: int) -> None:
    """Write the same words of a round, a cost and yarn."""
    officer = world.as_actor(world.officer)
    parcel = world.walk(world.parcel(), "PACK")
    row = plan_round(
        actor=officer,
        name=f"示例走访{number}",
        place="少云镇",
        held_on=dt.date(2026, 2, 1),
        parcels=[parcel],
        now=world.now,
    )
    drop_round(actor=officer, distribution=row, reason=words, now=world.now)
    propose_cost(
        actor=officer,
        fund=world.warm_fund,
        category="MANAGEMENT",
        payee="示例打印店",
        amount_minor=100,
        reference=f"c-{number}",
        reason=words,
        evidence_sha256="a" * 64,
        incurred_at=world.now,
        now=world.now,
    )


def test_notes_that_name_a_family_go_and_those_of_others_stay(world: World) -> None:
    circle, name = Circle(world), world.family.head_name
    words = f"{name}一家搬走了"
    for number, said in enumerate((words, "邻居一家搬走了")):
        _noted(world, said, number)
        move_yarn_out(actor=world.partner, yarn=circle.input(10, note=said), now=world.now)
    with connection.cursor() as cursor:
        for table, column in (("deliveries_round", "note"), ("funds_cost", "reason"), ("stock_yarnmove", "note")):
            cursor.execute(f"SELECT {column} FROM {table}")
            assert {text[:3] for (text,) in cursor.fetchall()} == {"v1."}, table
    assert {part.name: part.count for part in kept_of(world.family)}["press.notes"] == 3
    assert "搬走" not in str(export_of(world.family)), "it may be of somebody else with the same name"
    world.walk(world.family.parcels.order_by("id")[0], "DISPATCH", "HAND_OVER")
    world.walk(world.family.parcels.order_by("id")[1], "DISPATCH", "HAND_OVER")
    erase_person(actor=world.as_actor(world.officer), household=world.family, cause="ASKED", now=world.now)
    for model, column in ((DistributionRound, "note"), (Cost, "reason"), (YarnMove, "note")):
        said = [getattr(row, column) for row in model.objects.order_by("id")]
        assert said == ["", "邻居一家搬走了"], model
    assert verified_journal(progress=lambda done, total: None)[0] is None


def test_notes_of_yarn_go_with_the_knitter(world: World) -> None:
    circle = Circle(world)
    move_yarn_out(actor=world.partner, yarn=circle.input(10, note="她手腕受伤"), now=world.now)
    kept = next(one for one in helper_holdings() if one.name == "stock.yarn_notes")
    subject = Helper(circle.knitter.id)
    assert [row["note"] for row in kept.say(subject)] == ["她手腕受伤"]
    assert (kept.erase(subject, world.now), kept.erase(subject, world.now)) == (1, 0)
    assert YarnMove.objects.get().note == ""


@pytest.mark.parametrize("change", ["note = 'plain'", "yarn_quantity = 1"])
def test_the_database_refuses_to_write_them_anew(world: World, change: str) -> None:
    circle = Circle(world)
    move_yarn_out(actor=world.partner, yarn=circle.input(10, note="她手腕受伤"), now=world.now)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE stock_yarnmove SET {change}")
