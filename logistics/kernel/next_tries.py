"""When to try again after nobody could be handed the parcel: what was agreed at the door, else by the reason."""

import datetime as dt
from collections.abc import Mapping

# What the door agreed counts within these days of the attempt; a day beyond is a slip of the hand.
AGREED_DAYS_MAX = 60
# After so many in vain somebody decides: another way, or back to stock.
TRIES_IN_VAIN_MAX = 3
# Days until the next try where nothing was agreed. A wrong address is mended first: its turn is at once.
DAYS_BY_REASON: Mapping[str, int] = {"NOT_HOME": 1, "WRONG_ADDRESS": 0, "TOO_FAR": 3, "SHORT": 3}
DAYS_OTHERWISE = 1


def next_try_on(*, reason: str, tried_on: dt.date, agreed: str = "") -> dt.date:
    """Say on which day to try again. `agreed` is what was said at the door, YYYY-MM-DD, or nothing."""
    day = _day(agreed)
    if day is not None and dt.timedelta() <= day - tried_on <= dt.timedelta(days=AGREED_DAYS_MAX):
        return day
    return tried_on + dt.timedelta(days=DAYS_BY_REASON.get(reason, DAYS_OTHERWISE))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
