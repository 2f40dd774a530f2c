"""The page and the bundle draw from one line of entries: the same seed gives the same vouchers."""

import datetime as dt

from logistics.journal.models import JournalEntry
from logistics.ledgers.scope import LedgerScope
from logistics.press.bundles.sample import sampled_entries
from logistics.press.samples import draw_sample, entry_population
from tests.books import fill_book
from tests.cast import World

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


def test_page_and_bundle_draw_the_same_entries(world: World) -> None:
    fill_book(world)
    drawn = draw_sample(of="entries", seed="骰子", size=5, organisation=world.county, days=(FIRST, LAST))
    scope = LedgerScope(world.county, from_on=FIRST, to_on=LAST)
    bundled = sampled_entries(scope, seed="骰子", size=5)
    assert drawn.chosen == [row.chosen for row in bundled]
    assert len(drawn.chosen) > 1
    assert drawn.total_minor == sum(amount for _, amount in entry_population(scope))


def test_a_purchase_weighs_what_it_paid_and_not_twice(world: World) -> None:
    world.give_money(1_000)
    world.buy((world.gloves, 3, 400))
    weights = dict(entry_population(LedgerScope(world.county)))
    purchase = JournalEntry.objects.get(kind="PURCHASE")
    assert weights[str(purchase.id)] == 400
    assert sum(weights.values()) == 1_400
