"""Apply the periods for which personal data are kept: shown first, then taken away, each run on record.

The periods are `retention.csv` beside this file, or an installation's own `retention.csv` in its data folder: one row a
rule, in days; a rule without a row is an error, so that nothing is kept for ever by an oversight.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from logistics.press.retention_models import RetentionRun
from logistics.storage.retaining import Rule, rules
from logistics.storage.transactions import action

OWN_FILE = "retention.csv"
DAYS_MIN = 30


class RetentionWrong(Exception):
    """The table of periods cannot be used; the text says why."""


@dataclass(frozen=True)
class Due:
    """What one rule would take away: its period in days, the moment that follows from it, and how much is due."""

    rule: Rule
    days: int
    before: dt.datetime
    count: int


def due_by_rule(*, now: dt.datetime) -> list[Due]:
    """Say what each rule would take away now. Raises RetentionWrong."""
    periods = _periods()
    found = []
    for rule in rules():
        before = now - dt.timedelta(days=periods[rule.code])
        found.append(Due(rule, periods[rule.code], before, rule.count_of_due(before)))
    return found


def apply_rule(due: Due, *, now: dt.datetime) -> int:
    """Take away what is due by one rule, a chunk at a time, and keep on record how much went."""
    total = 0
    while gone := due.rule.take(due.before, now):
        total += gone
    _record(due, total, now)
    return total


@action
def _record(due: Due, total: int, now: dt.datetime) -> None:
    RetentionRun.objects.create(rule=due.rule.code, days=due.days, before=due.before, count=total, ran_at=now)


def _periods() -> dict[str, int]:
    own = Path(settings.DATA_DIR) / OWN_FILE
    path = own if own.exists() else Path(__file__).with_name(OWN_FILE)
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            found = {row["code"]: int(row["days"]) for row in csv.DictReader(file)}
        except (KeyError, TypeError, ValueError) as error:
            raise RetentionWrong(f"{path.name}: {error}") from None
    known = {rule.code for rule in rules()}
    if found.keys() != known or min(found.values()) < DAYS_MIN:
        raise RetentionWrong(f"{path.name}: one row for each of {', '.join(sorted(known))}, {DAYS_MIN} days at least")
    return found
