"""Who sees which field of a family, as data: `visibility.csv` beside this file, one row a field, one column a role.

NONE     not at all
MASKED   masked, whatever is said
REASON   masked, and in the clear once a reason is given, which is logged
OPEN     as it is

Somebody with several roles sees what any of them sees. A key of a partner is PARTNER. An installation puts its own
table in the place of this one as `visibility.csv` in its data folder, whole, with the same fields and roles.
"""

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from django.conf import settings

from logistics.parties.actors import Actor
from logistics.parties.models import Role

OWN_FILE = "visibility.csv"
PARTNER = "PARTNER"
FIELDS = (
    *("head_name", "address", "telephone", "name", "identity_number", "member_telephone", "born_on"),
    *("hardships", "evidence", "guardians", "consents", "photos"),
)
ROLES = (*Role.values, PARTNER)


class Level(IntEnum):
    """How much of a field somebody sees; a higher one shows more."""

    NONE = 0
    MASKED = 1
    REASON = 2
    OPEN = 3


class VisibilityWrong(Exception):
    """An installation's own table cannot be used; the text says which line and why."""


@dataclass(frozen=True)
class Eyes:
    """What somebody sees of each field, and whether they have said why they need more."""

    levels: Mapping[str, Level]
    is_unmasked: bool = False

    def shows(self, field: str) -> bool:
        """Tell whether a field is shown as it is."""
        level = self.levels[field]
        return level == Level.OPEN or (level == Level.REASON and self.is_unmasked)

    def knows(self, field: str) -> bool:
        """Tell whether a field is shown at all, masked or not."""
        return self.levels[field] != Level.NONE

    def unmaskable(self) -> list[str]:
        """List the fields that a reason would show."""
        return [field for field in FIELDS if self.levels[field] == Level.REASON]

    def opened(self) -> "Eyes":
        """Return what the same person sees after a reason was logged."""
        return Eyes(self.levels, is_unmasked=True)


def eyes_of(actor: Actor) -> Eyes:
    """Return what somebody sees: the most that any of their roles does."""
    roles = actor.person.roles if actor.person else [PARTNER]
    table = visibility()
    return Eyes({field: max((table[field][role] for role in roles), default=Level.NONE) for field in FIELDS})


def visibility() -> Mapping[str, Mapping[str, Level]]:
    """Return the table by field and role, an installation's own where there is one. Raises VisibilityWrong."""
    own = Path(settings.DATA_DIR) / OWN_FILE
    path = own if own.exists() else Path(__file__).with_name(OWN_FILE)
    return _read(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=4)
def _read(path: Path, changed_ns: int) -> Mapping[str, Mapping[str, Level]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row.pop("field", ""): row for row in csv.DictReader(file)}
    if set(rows) != set(FIELDS):
        raise VisibilityWrong(f"{path.name}: the fields are {', '.join(FIELDS)}")
    try:
        return {field: {role: Level[row[role]] for role in ROLES} for field, row in rows.items()}
    except KeyError as error:
        raise VisibilityWrong(f"{path.name}: {error} is no level, or a role is missing") from None
