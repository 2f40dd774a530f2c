"""Read what was written of a family in its needs and visits: with a reason, which is logged."""

import datetime as dt

from logistics.households.models import Household
from logistics.households.readings import note_reading
from logistics.needs.models import Need
from logistics.needs.reads import NeedThread, thread_of
from logistics.parties.actors import Actor
from logistics.storage.transactions import action

FIELDS = ["needs"]


@action
def read_need_texts(*, actor: Actor, need: Need, reason: str, now: dt.datetime) -> NeedThread:
    """Return a need's thread with what was written, and log who read it and why. Refuses ReasonMissing."""
    note_reading(actor=actor, households=[need.household], fields=FIELDS, reason=reason, now=now)
    return thread_of(need, now, with_texts=True)


@action
def note_visits_read(*, actor: Actor, household: Household, reason: str, now: dt.datetime) -> None:
    """Log who reads what was written at the visits to a family, and why. Refuses ReasonMissing."""
    note_reading(actor=actor, households=[household], fields=FIELDS, reason=reason, now=now)
