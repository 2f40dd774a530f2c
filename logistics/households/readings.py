"""Log who reads what was written of families, and why, before it is shown."""

import datetime as dt
from collections.abc import Sequence

from logistics.households.actions import note_views
from logistics.households.models import Household
from logistics.households.reasons import checked_reason
from logistics.parties.actors import Actor
from logistics.storage.transactions import action


@action
def note_reading(
    *, actor: Actor, households: Sequence[Household], fields: Sequence[str], reason: str, now: dt.datetime
) -> None:
    """Log that somebody reads these fields of families, and why. Refuses ReasonMissing, ReasonTooLong."""
    why = checked_reason(reason)
    note_views(households=households, fields=fields, reason=why, actor=actor, now=now)
