"""For how long each room keeps what: rules declared beside the subject, periods in a table that anybody can read.

A rule finds what was last needed before a moment, and takes it away; `manage.py apply_retention` goes through all.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

# How much one rule takes away in one transaction.
ROWS_PER_CHUNK = 200


@dataclass(frozen=True)
class Rule:
    """One kind of data that is not kept for ever.

    `count_of_due` counts what was last needed before a moment; `take` takes at most `ROWS_PER_CHUNK` of it away in a
    transaction of its own and returns how many went, 0 where nothing is left that may go. `tables` names those whose
    texts or files of persons it ends.
    """

    code: str
    zh: str
    en: str
    count_of_due: Callable[[dt.datetime], int]
    take: Callable[[dt.datetime, dt.datetime], int]
    tables: tuple[str, ...] = ()


_declared: dict[str, Rule] = {}


def declare_rules(*rules: Rule) -> None:
    """Put rules on the list."""
    _declared.update((rule.code, rule) for rule in rules)


def rules() -> list[Rule]:
    """List the rules of all rooms, in the order of their codes."""
    return [_declared[code] for code in sorted(_declared)]
