"""Looking at the boxes of returned sheets: families' handwriting and fingerprints, so who looks is noted."""

import base64
import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, Max

from logistics.parties.actors import Actor
from logistics.parties.models import Person
from logistics.press.returned_models import BoxView, ReturnedPaper
from logistics.press.returned_reads import ReturnedRowMissing
from logistics.storage.transactions import action


@dataclass(frozen=True)
class Looks:
    """How many boxes of a paper somebody has looked at, and when last. `name` is empty for who is no person."""

    name: str
    boxes: int
    last_at: dt.datetime


@action
def look_at_box(*, actor: Actor, paper: ReturnedPaper, row_id: uuid.UUID, now: dt.datetime) -> bytes:
    """Note who looks, and return the picture of a row's box, a JPEG. Refuses ReturnedRowMissing."""
    row = paper.rows.filter(id=row_id).first()
    if row is None or not row.picture:
        raise ReturnedRowMissing
    BoxView.objects.create(row=row, viewer_id=actor.holder_id, viewed_at=now)
    return base64.b64decode(row.picture)


def rows_looked_at(*, paper: ReturnedPaper, actor: Actor) -> set[uuid.UUID]:
    """Return which rows' boxes somebody has been shown."""
    views = BoxView.objects.filter(row__paper=paper, viewer_id=actor.holder_id)
    return set(views.values_list("row_id", flat=True))


def looks_at(paper: ReturnedPaper) -> list[Looks]:
    """Tell who has looked at the boxes of a paper, the last one first."""
    rows = BoxView.objects.filter(row__paper=paper).values("viewer_id").order_by()
    found = list(rows.annotate(boxes=Count("row", distinct=True), last_at=Max("viewed_at")).order_by("-last_at"))
    names = dict(Person.objects.filter(id__in=[one["viewer_id"] for one in found]).values_list("id", "name"))
    return [Looks(names.get(one["viewer_id"], ""), one["boxes"], one["last_at"]) for one in found]
