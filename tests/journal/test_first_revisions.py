"""What was registered before there was a history has a first revision after `migrate`."""

import datetime as dt

from django.core.management import call_command
from django.utils import timezone

from logistics.journal.first_revisions import OPENING, note_unnoted
from logistics.journal.revisions import revision_number, revisions_of
from logistics.journal.verifying_history import require_history
from logistics.stock.models import Item
from tests.cast import World


def _unnoted_item(world: World) -> Item:
    """Write an item past every action, as before there was a history."""
    return Item.objects.create(code="before-history", name_zh="旧物品", unit=world.gloves.unit)


def test_it_notes_what_stands_and_nothing_twice(world: World) -> None:
    old = _unnoted_item(world)
    assert revision_number(old) == 0
    now = world.now + dt.timedelta(days=1)
    assert note_unnoted(now=now) == 1
    first = revisions_of(old)[0]
    assert (first.number, first.reason, first.after["code"], first.noted_at) == (1, OPENING, "before-history", now)
    require_history()
    assert note_unnoted(now=timezone.now()) == 0


def test_migrate_does_it_where_it_migrates_everything(world: World) -> None:
    old = _unnoted_item(world)
    call_command("migrate", "journal", verbosity=0)
    assert revision_number(old) == 0
    call_command("migrate", verbosity=0)
    assert revision_number(old) == 1
