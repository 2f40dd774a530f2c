"""Eight devices hand over the same parcel at once: one delivery, and the others are told when, where and by whom.

`make soak` runs a hundred rounds and takes the lock away, which this test must notice.
"""

import os
import threading
from collections import Counter

from django.db import connection

from logistics.deliveries.actions import record_scans
from logistics.deliveries.inputs import ScanAnswer, ScanInput
from logistics.deliveries.models import ScanEvent
from logistics.journal.models import Balance, JournalEntry
from logistics.outbox.models import Event
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from tests.cast import World
from tests.looking import assert_books_close

DEVICES = 8
ROUNDS = 100 if os.environ.get("NUANLIU_SOAK") else 5
SECONDS_MAX = 60
PACK_AND_DISPATCH = {"PACK": 1, "DISPATCH": 1}


def _at_once(world: World, parcel: Parcel, step: str) -> list[ScanAnswer]:
    """Let every device scan the parcel at one moment, each with the courier as its operator."""
    start = threading.Barrier(DEVICES)
    answers: list[ScanAnswer] = []
    scans = [(world.other_device(), world.scan(parcel, step, operator_id=world.courier.id)) for _ in range(DEVICES)]

    def scan(device: Actor, one: ScanInput) -> None:
        start.wait(SECONDS_MAX)
        answers.extend(record_scans(actor=device, scans=[one], now=world.now))
        connection.close()

    threads = [threading.Thread(target=scan, args=pair) for pair in scans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS_MAX)
    return answers


def test_one_delivery_each_and_the_rest_are_told(committed_world: World) -> None:
    world = committed_world
    world.stock_kits(ROUNDS)
    for parcel in world.plan(ROUNDS):
        world.walk(parcel, "PACK", "DISPATCH")
        assert [answer.outcome for answer in _at_once(world, parcel, "ATTEMPT")] == ["RECORDED"] * DEVICES
        answers = _at_once(world, parcel, "HAND_OVER")
        assert sorted(answer.outcome for answer in answers) == ["DISPUTED"] * (DEVICES - 1) + ["RECORDED"]
        for answer in answers:
            if answer.outcome == "DISPUTED":
                assert answer.facts["by"] == "示例courier"
                assert answer.facts["where"] == "少云镇"
                assert str(answer.facts["handed_over_at"]).startswith("2026-01-12T02:")
        parcel.refresh_from_db()
        assert parcel.state == "DISPUTED"
        # What books nothing is kept from being overwritten by the lock alone.
        assert Counter(row[1] for row in parcel.scan_facts) == PACK_AND_DISPATCH | {
            "ATTEMPT": DEVICES,
            "HAND_OVER": DEVICES,
        }
        standing = [row for row in parcel.postings if row[0] == "HAND_OVER" and not row[3]]
        assert len(standing) == 1
        assert ScanEvent.objects.filter(parcel=parcel, step="HAND_OVER").count() == DEVICES
        assert Event.objects.filter(subject_id=parcel.id, kind="delivery.confirmed").count() == 1
    assert JournalEntry.objects.filter(kind="HAND_OVER", reverses=None).count() == ROUNDS
    held = Balance.objects.get(account_id=world.family.account_id, quantity__gt=0)
    assert held.quantity == ROUNDS
    assert_books_close()


def test_who_is_told_of_another_hears_who_it_was_and_never_a_family(world: World) -> None:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    world.record(world.scan(parcel, "HAND_OVER"), actor=world.as_actor(world.keeper))
    mine = world.scan(parcel, "HAND_OVER", operator_id=world.courier.id)
    (told,) = world.record(mine)
    assert (told.outcome, told.facts["by"], told.facts["where"]) == ("DISPUTED", "示例keeper", "少云镇")
    (again,) = world.record(world.scan(parcel, "HAND_OVER", operator_id=world.courier.id))
    assert again.outcome == "DISPUTED"
    assert "示例家庭" not in str(told.facts)


def test_two_in_one_call_are_told_too_and_a_nameless_device_has_no_name(world: World) -> None:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    first, second = world.scan(parcel, "HAND_OVER", operator_id=world.courier.id), world.scan(parcel, "HAND_OVER")
    answers = world.record(first, second)
    assert [answer.outcome for answer in answers] == ["RECORDED", "ALREADY_DELIVERED"]
    assert (answers[1].facts["by"], answers[1].facts["scan_id"]) == ("示例courier", str(first.scan_id))
    other = world.walk(world.parcel(), "PACK", "DISPATCH", "HAND_OVER")
    (answer,) = world.record(world.scan(other, "HAND_OVER"), actor=world.other_device())
    assert answer.facts["by"] == ""
