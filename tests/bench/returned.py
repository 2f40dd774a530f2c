"""How well and how fast signed sheets are read back: printed, marked and photographed by the oracle of the tests."""

import io
import random
import time
from collections import Counter
from collections.abc import Callable

from PIL import Image

from labels.returned.reading import rows_on
from tests.labels.camera import any_shot, photograph
from tests.labels.pens import MARKS, NO_MARKS
from tests.labels.signing import count_false, count_lost, printed_sheet, seen_on, share_found, signed

PHOTOS = 40
PERCENT = 100
Say = Callable[[str, float, str], None]


def measure_returned(say: Say) -> None:
    """Read photos taken in a hurry: perspective, shadow, low light, noise, blur, JPEG."""
    counts: Counter[tuple[str, str]] = Counter()
    seconds = []
    for seed in range(PHOTOS):
        dice = random.Random(f"bench {seed}")
        number = dice.choice((0, 1))
        places = printed_sheet().places[number]
        marks = [dice.choice([*MARKS, *NO_MARKS]) for _ in places.boxes]
        data = photograph(signed(number, marks, dice), any_shot(dice), dice)
        begun = time.perf_counter()
        photo = Image.open(io.BytesIO(data)).convert("RGB")
        rows = rows_on(photo, seen_on(photo), places)
        seconds.append(time.perf_counter() - begun)
        counts += Counter((mark, str(row.finding.verdict)) for mark, row in zip(marks, rows, strict=True))
    every = sum(counts.values())
    doubtful = sum(count for (_, verdict), count in counts.items() if verdict in {"DOUBTFUL", "NOT_FOUND"})
    say(f"signed sheets, rows in {PHOTOS} bad photos", every, "rows")
    say("signed sheets, unsigned rows read as signed", count_false(counts), "rows")
    say("signed sheets, signed rows read as empty", count_lost(counts), "rows")
    say("signed sheets, signed rows found without a person", PERCENT * share_found(counts), "%")
    say("signed sheets, rows left to a person", PERCENT * doubtful / every, "%")
    say("signed sheets, one page of 8 megapixels", sorted(seconds)[len(seconds) // 2], "s")
