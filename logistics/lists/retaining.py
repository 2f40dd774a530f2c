"""For how long objections keep what was said, how to reach who said it, and the answer."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from logistics.journal.committed import erase_texts
from logistics.journal.history import CommittedText
from logistics.lists.models import Objection
from logistics.lists.objections import answer_owner
from logistics.storage.retaining import ROWS_PER_CHUNK, Rule, declare_rules
from logistics.storage.transactions import action


def _objections(before: dt.datetime) -> "QuerySet[Objection]":
    kept = Exists(CommittedText.objects.filter(owner_id=OuterRef("id")))
    return Objection.objects.filter(kept, raised_at__lt=before).order_by("id")


@action
def take_objections(before: dt.datetime, now: dt.datetime) -> int:
    """Destroy the words of the oldest objections from before a moment, with their answers; commitments stand.

    One that nobody answered is not spared: the notice that it could hold up ended long ago.
    """
    rows = list(_objections(before)[:ROWS_PER_CHUNK])
    erase_texts(owner_ids=[one for row in rows for one in (row.id, answer_owner(row))])
    return len(rows)


declare_rules(
    Rule(
        "objections",
        "异议、联系方式与答复的文字",
        "Words of objections and answers",
        lambda before: _objections(before).count(),
        take_objections,
        ("lists_objection",),
    )
)
