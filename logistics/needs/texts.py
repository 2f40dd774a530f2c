"""Read what was written of a family in its needs and visits: with a reason, which is logged."""

import datetime as dt

from logistics.households.actions import REASON_LENGTH_MIN, ReasonMissing, note_views
from logistics.needs.models import Need
from logistics.needs.reads import NeedThread, thread_of
from logistics.parties.actors import Actor
from logistics.storage.transactions import action

REASON_LENGTH_MAX = 200
FIELDS = ["needs"]


@action
def read_need_texts(*, actor: Actor, need: Need, reason: str, now: dt.datetime) -> NeedThread:
    """Return a need's thread with what was written, and log who read it and why. Refuses ReasonMissing."""
    why = reason.strip()[:REASON_LENGTH_MAX]
    if len(why) < REASON_LENGTH_MIN:
        raise ReasonMissing(least=REASON_LENGTH_MIN, pointer="/reason")
    note_views(households=[need.household], fields=FIELDS, reason=why, actor=actor, now=now)
    return thread_of(need, now, with_texts=True)
