"""Erase or export who helps: volunteers, companions, knitters. What they did stays, by references that name nobody.

The list of erasures beside the keys has them too: `manage.py replay_erasures` erases them again after a restore.
"""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction

from logistics.journal.revisions import Cause, erase_revision_texts, note_changed
from logistics.kernel.canonical import CanonicalValue
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.stock.knitters import standing_knitters
from logistics.stock.models import Knitter
from logistics.storage.erasing import Helper, helper_holdings
from logistics.storage.erasure_list import note_erasure, noted_erasures
from logistics.storage.erasures import (
    ERASED_FIELD,
    Part,
    hindering,
    parts_kept,
    require_cause,
    require_finished,
)
from logistics.storage.rows import new_id
from logistics.storage.transactions import action
from logistics.volunteering.access import visible_volunteers
from logistics.volunteering.erasure_models import HelperErasure
from logistics.volunteering.models import Volunteer
from logistics.volunteering.volunteers import VolunteerMissing

Helping = Volunteer | Knitter


def get_helper(*, reference: str, organisation: Organisation) -> Helping:
    """Return the volunteer or knitter with this reference. Refuses VolunteerMissing, also for who was erased."""
    wanted = {"reference": reference.strip().upper()}
    found: Helping | None = visible_volunteers(organisation).filter(**wanted).first()
    found = found or standing_knitters(organisation).filter(**wanted).first()
    if found is None:
        raise VolunteerMissing(volunteer=reference[:24])
    return found


def kept_of_helper(helper: Helping) -> list[Part]:
    """Count what every room keeps of who helps: what an erasure shows before it is confirmed."""
    return parts_kept(helper_holdings(), Helper(helper.id))


def open_things_of_helper(helper: Helping) -> list[str]:
    """List by reference what must be finished, or put into other hands, before an erasure."""
    return hindering(helper_holdings(), Helper(helper.id))


def export_of_helper(helper: Helping) -> Mapping[str, CanonicalValue]:
    """Say all that is kept of who helps, by room, in the clear: for the person whom it concerns."""
    return {one.name: [dict(said) for said in one.say(Helper(helper.id))] for one in helper_holdings()}


@action
def erase_helper(
    *, actor: Actor | None, helper: Helping, cause: str, now: dt.datetime, erasure_id: uuid.UUID | None = None
) -> HelperErasure:
    """Erase a volunteer or a knitter for good; the second time changes nothing that is gone.

    With `erasure_id` an erasure is done again in a restored database. Refuses ErasureTooEarly, ErasureCauseUnknown.
    """
    require_cause(cause)
    locked: Helping = type(helper)._default_manager.select_for_update(of=("self",)).get(id=helper.id)
    require_finished([] if erasure_id else open_things_of_helper(locked))
    counts: dict[str, CanonicalValue] = {one.name: one.erase(Helper(locked.id), now) for one in helper_holdings()}
    locked.refresh_from_db()
    said: dict[str, CanonicalValue] = {ERASED_FIELD: locked.reference}
    if locked.erased_at:
        said["erased_at"] = locked.erased_at.astimezone(dt.UTC).isoformat()
    note_changed(locked, before={}, after=said, cause=actor.cause(now) if actor else Cause(now=now))
    counts["journal.texts"] = erase_revision_texts(row=locked)
    row = HelperErasure.objects.create(
        id=erasure_id or new_id(),
        volunteer=locked if isinstance(locked, Volunteer) else None,
        knitter=locked if isinstance(locked, Knitter) else None,
        cause=cause,
        counts=counts,
        erased_at=now,
        erased_by_id=actor.holder_id if actor else None,
    )
    if erasure_id is None:
        transaction.on_commit(lambda: _list(row))
    return row


def replay_helper_erasures() -> list[bool]:
    """Erase again whom a restored backup brought back; says of each on the list whether there was something to do."""
    return [_is_replayed(said) for said in noted_erasures("helper")]


def _is_replayed(said: Mapping[str, str]) -> bool:
    erasure_id, helper_id = uuid.UUID(said["erasure"]), uuid.UUID(said["helper"])
    if HelperErasure.objects.filter(id=erasure_id).exists():
        return False
    found: Helping | None = Volunteer.objects.filter(id=helper_id).first()
    found = found or Knitter.objects.filter(id=helper_id).first()
    if found is None:
        # The backup is older than they are: nothing of them came back.
        return False
    now = dt.datetime.fromisoformat(said["at"])
    erase_helper(actor=None, helper=found, cause=said["cause"], now=now, erasure_id=erasure_id)
    return True


def _list(row: HelperErasure) -> None:
    note_erasure(
        {
            "erasure": str(row.id),
            "helper": str(row.volunteer_id or row.knitter_id),
            "cause": row.cause,
            "at": row.erased_at.isoformat(),
        }
    )
