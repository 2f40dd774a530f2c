"""At the same moment: a wish comes into one pair of hands, also when an earlier claim has just run out."""

import datetime as dt

import pytest

from logistics.volunteering.wish_models import MicroWish, WishClaim
from logistics.volunteering.wishes import CLAIM_DAYS, WishNotSo, adopt_wish, expire_claims
from tests.cast import World
from tests.journal.test_races import WRITERS, _at_once
from tests.volunteering.test_helping import open_wish, volunteer


@pytest.mark.parametrize("is_run_out", [False, True])
def test_a_wish_is_taken_by_one_of_many(committed_world: World, is_run_out: bool) -> None:
    world = committed_world
    wish, helpers, now = open_wish(world), [volunteer(world) for _ in range(WRITERS)], world.now
    if is_run_out:
        adopt_wish(wish=wish, volunteer=volunteer(world), now=now)
        now += dt.timedelta(days=CLAIM_DAYS + 1)
    results = _at_once(lambda number: adopt_wish(wish=wish, volunteer=helpers[number], now=now))
    assert sum(isinstance(result, WishClaim) for result in results) == 1
    assert sum(isinstance(result, WishNotSo) for result in results) == WRITERS - 1
    assert _hands(wish) == ("ADOPTED", 1)


def test_whoever_looks_at_the_list_gives_back_no_wish_just_taken(committed_world: World) -> None:
    world = committed_world
    wish, helper, now = open_wish(world), volunteer(world), world.now + dt.timedelta(days=CLAIM_DAYS + 1)
    adopt_wish(wish=wish, volunteer=volunteer(world), now=world.now)

    def look_or_take(number: int) -> object:
        return expire_claims(now=now) if number else adopt_wish(wish=wish, volunteer=helper, now=now)

    _at_once(look_or_take)
    assert _hands(wish) == ("ADOPTED", 1)


def _hands(wish: MicroWish) -> tuple[str, int]:
    """Say the state of a wish, and in how many hands it is."""
    wish.refresh_from_db()
    return wish.state, WishClaim.objects.filter(wish=wish, ended_at=None).count()
