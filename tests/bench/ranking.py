"""How long a fair list takes: 50,000 households put in order, explained and served from sixty kinds of kits."""

import datetime as dt
import random
import time
from collections.abc import Callable
from itertools import pairwise

from logistics.kernel.matching import Wish, served
from logistics.kernel.ranking import Candidate, Weights, ranked, reason_before

HOUSEHOLDS, KINDS, FITTING = 50_000, 60, 6
HARDSHIPS = ("ORPHAN", "DE_FACTO_ORPHAN", "SINGLE_PARENT", "DISABILITY", "ILLNESS", "DISASTER")
TODAY = dt.date(2026, 11, 28)
Say = Callable[[str, float, str], None]


def measure_ranking(say: Say) -> None:
    """Rank, explain and serve one long list, with goods for half of it."""
    chance = random.Random(2026)
    weights = Weights({name: 10 + 5 * place for place, name in enumerate(HARDSHIPS)}, urgency=15, waiting=2, unserved=1)
    candidates = [_candidate(number, chance) for number in range(HOUSEHOLDS)]
    begun = time.perf_counter()
    places = ranked(candidates, weights, on=TODAY)
    say(f"a list of {HOUSEHOLDS:,} households, put in order in", time.perf_counter() - begun, "s")
    begun = time.perf_counter()
    for first, second in pairwise(places):
        reason_before(first, second)
    say("the same, each place explained in", time.perf_counter() - begun, "s")
    kinds = [f"kit-{number}" for number in range(KINDS)]
    wishes = [Wish(place.candidate.reference, tuple(chance.sample(kinds, FITTING))) for place in places]
    begun = time.perf_counter()
    given = served(wishes, dict.fromkeys(kinds, HOUSEHOLDS // KINDS // 2))
    say(f"the same, {len(given):,} of them served from {KINDS} kinds in", time.perf_counter() - begun, "s")


def _candidate(number: int, chance: random.Random) -> Candidate:
    return Candidate(
        f"H-{number:06d}",
        TODAY - dt.timedelta(days=chance.randrange(400)),
        frozenset(chance.sample(HARDSHIPS, chance.randrange(4))),
        chance.randrange(4),
        TODAY - dt.timedelta(days=chance.randrange(900)) if chance.random() < 0.7 else None,
    )
