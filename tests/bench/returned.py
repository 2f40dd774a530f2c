"""How well and how fast signed sheets are read back: printed, marked and photographed by the oracle of the tests."""

import statistics
from collections import Counter
from collections.abc import Callable, Mapping

from tests.labels.signing import (
    Tried,
    count_false,
    count_lost,
    share_asked,
    share_found,
    tried,
    tried_in_the_field,
    tried_otherwise,
)

PHOTOS, FIRST_SEED = 60, 500_000
PERCENT = 100
Say = Callable[[str, float, str], None]
# Their seeds are others than those that thresholds were chosen by.
SETS: Mapping[str, Callable[[int], Tried]] = {
    "pens and light as tuned on": tried,
    "other pens, printers and light, looked at while tuning": tried_otherwise,
    "a third hand and telephone, looked at since": tried_in_the_field,
}


def measure_returned(say: Say) -> None:
    """Read photos taken in a hurry, of marks and light that the thresholds know and of others, told apart."""
    seconds = []
    for name, try_one in SETS.items():
        counts: Counter[tuple[str, str]] = Counter()
        for seed in range(FIRST_SEED, FIRST_SEED + PHOTOS):
            one = try_one(seed)
            counts += one.counts
            seconds.append(one.seconds)
        say(f"signed sheets, {name}: rows in {PHOTOS} photos", sum(counts.values()), "rows")
        say(f"signed sheets, {name}: unsigned rows read as signed", count_false(counts), "rows")
        say(f"signed sheets, {name}: signed rows read as empty", count_lost(counts), "rows")
        say(f"signed sheets, {name}: signed rows found without a person", PERCENT * share_found(counts), "%")
        say(f"signed sheets, {name}: unsigned rows left to a person", PERCENT * share_asked(counts), "%")
    say("signed sheets, one page of a photo, median", statistics.median(seconds), "s")
