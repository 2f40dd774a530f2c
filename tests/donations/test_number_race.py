"""Eight writers take numbers at once: none is missing, none is given twice; without the lock they are."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection

from logistics.donations import acknowledgements
from logistics.donations.acknowledgements import issue_acknowledgement, reissue_acknowledgement
from logistics.donations.models import Donation
from logistics.donations.paper_models import Acknowledgement, Numbering
from tests.cast import World

WRITERS, PAPERS = 8, 5


def _at_once(work: Callable[[int], object]) -> list[object]:
    start = threading.Barrier(WRITERS)

    def run(number: int) -> object:
        start.wait()
        try:
            return work(number)
        except DatabaseError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def _issue_all(world: World, gifts: list[Donation]) -> list[object]:
    def issue(number: int) -> None:
        for gift in gifts[number::WRITERS]:
            issue_acknowledgement(actor=world.partner, donation=gift, now=world.now)

    return [result for result in _at_once(issue) if result is not None]


def _numbers() -> list[int]:
    return list(Acknowledgement.objects.order_by("number").values_list("number", flat=True))


def test_writers_at_once_leave_no_gap_and_no_double(committed_world: World) -> None:
    gifts = [committed_world.give_money() for _ in range(WRITERS * PAPERS)]
    assert _issue_all(committed_world, gifts) == []
    assert _numbers() == list(range(1, WRITERS * PAPERS + 1))


def test_one_gift_asked_for_at_once_has_one_paper(committed_world: World) -> None:
    gift = committed_world.give_money()
    rows = _at_once(
        lambda number: (
            issue_acknowledgement(actor=committed_world.partner, donation=gift, now=committed_world.now)[0].id
        )
    )
    assert len(set(rows)) == 1
    assert _numbers() == [1]


def test_reissues_at_once_leave_no_gap(committed_world: World) -> None:
    world = committed_world
    papers = [
        issue_acknowledgement(actor=world.partner, donation=world.give_money(), now=world.now)[0]
        for _ in range(WRITERS)
    ]
    _at_once(
        lambda number: (
            reissue_acknowledgement(
                actor=world.partner, acknowledgement=papers[number], reason="换开", now=world.now
            ).id
        )
    )
    assert _numbers() == list(range(1, 2 * WRITERS + 1))


@pytest.mark.engine("postgresql")
def test_without_the_lock_they_collide(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # On SQLite every writer holds the whole database: the lock is the transaction itself.
    def unlocked(organisation_id: object, year: int) -> Numbering:
        Numbering.objects.bulk_create([Numbering(organisation_id=organisation_id, year=year)], ignore_conflicts=True)
        return Numbering.objects.get(organisation_id=organisation_id, year=year)

    monkeypatch.setattr(acknowledgements, "_locked_numbering", unlocked)
    gifts = [committed_world.give_money() for _ in range(WRITERS * PAPERS)]
    assert _issue_all(committed_world, gifts) != []
