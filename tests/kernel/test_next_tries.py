"""When to try again: what was agreed at the door, else by the reason."""

import datetime as dt

import pytest

from logistics.kernel.next_tries import AGREED_DAYS_MAX, next_try_on

DAY = dt.date(2026, 1, 12)


@pytest.mark.parametrize(
    ("reason", "agreed", "days"),
    [
        ("NOT_HOME", "", 1),
        ("TOO_FAR", "", 3),
        ("WRONG_ADDRESS", "", 0),
        ("HEAVY_SNOW", "", 1),
        ("NOT_HOME", "2026-01-17", 5),
        ("NOT_HOME", "2026-01-12", 0),
        ("NOT_HOME", "2026-01-11", 1),
        ("NOT_HOME", "tomorrow", 1),
        ("NOT_HOME", (DAY + dt.timedelta(days=AGREED_DAYS_MAX)).isoformat(), AGREED_DAYS_MAX),
        ("NOT_HOME", (DAY + dt.timedelta(days=AGREED_DAYS_MAX + 1)).isoformat(), 1),
    ],
)
def test_it_says_the_day(reason: str, agreed: str, days: int) -> None:
    assert next_try_on(reason=reason, tried_on=DAY, agreed=agreed) == DAY + dt.timedelta(days=days)
