"""Log who reads what was written of families, and why, before it is shown."""

import datetime as dt
from collections.abc import Sequence

from logistics.households.actions import REASON_LENGTH_MIN, ReasonMissing, note_views
from logistics.households.models import Household
from logistics.parties.actors import Actor
from logistics.storage.transactions import action

REASON_LENGTH_MAX = 200


@action
def note_reading(
    *, actor: Actor, households: Sequence[Household], fields: Sequence[str], reason: str, now: dt.datetime
) -> None:
    """Log that somebody reads these fields of families, and why. Refuses ReasonMissing."""
    why = reason.strip()[:REASON_LENGTH_MAX]
    if len(why) < REASON_LENGTH_MIN:
        raise ReasonMissing(least=REASON_LENGTH_MIN, pointer="/reason")
    note_views(households=households, fields=fields, reason=why, actor=actor, now=now)
