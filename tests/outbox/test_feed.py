"""The feed: complete, in order, and only what is one's own."""

import random
import threading
import time
import uuid

from django.db import connection, transaction
from django.utils import timezone

from logistics.outbox.actions import News, record_events
from logistics.outbox.catalogue import CATALOGUE
from logistics.outbox.feed import events_after
from logistics.outbox.models import Event, Numbered, Unnumbered
from logistics.outbox.numbering import number_events
from logistics.parties.reads import bodies_above
from tests.cast import World
from tests.databases import is_postgresql

WRITERS, EVENTS_EACH = 8, 12
ALL_KINDS = list(CATALOGUE)


def _number(**more: int) -> int:
    return number_events(bodies_above=bodies_above, now=timezone.now(), **more)


def _number_all() -> int:
    """Number what stands already, so that a test sees its own events alone; returns the last number."""
    while _number():
        pass
    return Numbered.objects.count()


def _tell(body: uuid.UUID, subject: uuid.UUID | None = None, **payload: int) -> None:
    record_events([News("parcel.packed", body, subject or uuid.uuid4(), timezone.now(), payload)])


def test_events_are_numbered_once_in_order_and_without_a_gap(world: World) -> None:
    last = _number_all()
    for turn in range(5):
        _tell(world.county.id, turn=turn)
    assert (_number(limit=2), _number(limit=2), _number(), _number()) == (2, 2, 1, 0)
    rows = events_after(last, organisation_ids=[world.county.id], kinds=ALL_KINDS, limit=9)
    assert [row.id for row in rows] == [last + n for n in range(1, 6)]
    assert [row.event.payload["turn"] for row in rows] == [0, 1, 2, 3, 4]
    assert not Unnumbered.objects.exists()


def test_an_event_that_was_written_by_hand_is_numbered_too(world: World) -> None:
    last = _number_all()
    Event.objects.create(
        kind="parcel.lost",
        organisation_id=world.county.id,
        subject_id=world.county.id,
        payload={},
        happened_at=world.now,
    )
    assert _number() == 1
    assert Numbered.objects.get(id=last + 1).kind == "parcel.lost"


def test_a_feed_holds_what_is_asked_for_alone(world: World) -> None:
    last = _number_all()
    _tell(world.county.id)
    _tell(world.stranger_county.id)
    _number()
    mine = events_after(last, organisation_ids=[world.county.id], kinds=ALL_KINDS, limit=9)
    assert [row.organisation_id for row in mine] == [world.county.id]
    assert events_after(last, organisation_ids=[world.county.id], kinds=["grant.paid"], limit=9) == []


def test_no_reader_steps_over_a_writer_that_commits_late(committed_world: World) -> None:
    body, last = committed_world.county.id, _number_all()
    seen: list[str] = []
    is_done = threading.Event()

    def write(writer: int) -> None:
        luck = random.Random(writer)
        for turn in range(EVENTS_EACH):
            with transaction.atomic():
                _tell(body, turn=writer * 100 + turn)
                # On SQLite the block holds the lock for writing; a short wait lets the others come to it at all.
                time.sleep(luck.random() * (0.05 if is_postgresql() else 0.005))
        connection.close()

    def poll() -> None:
        after = last
        while True:
            was_done = is_done.is_set()
            _number()
            rows = events_after(after, organisation_ids=[body], kinds=ALL_KINDS, limit=500)
            seen.extend(str(row.event.payload["turn"]) for row in rows)
            after = rows[-1].id if rows else after
            if was_done and not rows:
                connection.close()
                return
            time.sleep(0.002)

    writers = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    reader = threading.Thread(target=poll)
    for thread in [reader, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    is_done.set()
    reader.join()
    assert len(seen) == len(set(seen)) == WRITERS * EVENTS_EACH
    assert Numbered.objects.count() == last + WRITERS * EVENTS_EACH


def test_every_event_that_the_house_tells_stands_in_the_catalogue(world: World) -> None:
    world.walk(world.parcel())
    for event in Event.objects.all():
        assert set(event.payload) == set(CATALOGUE[event.kind].fields), event.kind
        for name, kind in CATALOGUE[event.kind].fields.items():
            assert isinstance(event.payload[name], int if kind == "integer" else str), (event.kind, name)
