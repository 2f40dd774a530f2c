"""Give a first revision to master data that was registered before there was a history."""

import datetime as dt

from django.db.models import Exists, OuterRef

from logistics.journal.history import MasterRow, Revision
from logistics.journal.revisions import Cause, note_registered
from logistics.journal.verifying_history import master_models
from logistics.storage.transactions import action

# As the revision's reason: what was there before is not known.
OPENING = "OPENING: 历史记录启用时已登记"
ROWS_PER_CHUNK = 500


@action
def note_unnoted(*, now: dt.datetime) -> int:
    """Note every row of master data that has no revision as it stands now; returns how many there were."""
    count = 0
    for model in master_models():
        while rows := _unnoted(model):
            note_registered(rows, cause=Cause(reason=OPENING, now=now))
            count += len(rows)
    return count


def _unnoted(model: type[MasterRow]) -> list[MasterRow]:
    noted = Revision.objects.filter(kind=model.history_kind(), subject_id=OuterRef("pk"))
    return list(model._default_manager.filter(~Exists(noted)).order_by("pk")[:ROWS_PER_CHUNK])
