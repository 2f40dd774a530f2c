"""The life of a printed code: every print, its end, what it replaced and what replaced it."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from logistics.codes.models import Code, CodePrint
from logistics.parties.models import Person
from logistics.press.models import LabelBatch


@dataclass(frozen=True)
class LabelPrint:
    """One time that a label went to paper. `by` is the name of the person, empty where a program asked."""

    printed_at: dt.datetime
    by_id: uuid.UUID | None
    by: str
    batch_id: uuid.UUID
    sheet: str
    reason: str


@dataclass(frozen=True)
class LabelLife:
    """What became of a printed code: every print, its end, what it replaced and what replaced it."""

    code: Code
    prints: tuple[LabelPrint, ...]
    revoked_by: str
    replaces: str
    replaced_by: str


def label_life(code: Code) -> LabelLife:
    """Tell the life of a code from its first print on, oldest first."""
    rows = list(code.prints.order_by("printed_at", "id"))
    batches = LabelBatch.objects.in_bulk({row.batch_id for row in rows})
    names = _names({row.printed_by_id for row in rows} | {code.revoked_by_id})
    prints = [_print_of(row, batches.get(row.batch_id), names) for row in rows]
    former = Code.objects.filter(replaced_by=code).first()
    return LabelLife(
        code=code,
        prints=tuple(prints),
        revoked_by=names.get(code.revoked_by_id, ""),
        replaces=former.text if former else "",
        replaced_by=code.replaced_by.text if code.replaced_by else "",
    )


def _print_of(row: CodePrint, batch: LabelBatch | None, names: Mapping[uuid.UUID | None, str]) -> LabelPrint:
    return LabelPrint(
        printed_at=row.printed_at,
        by_id=row.printed_by_id,
        by=names.get(row.printed_by_id, ""),
        batch_id=row.batch_id,
        sheet=batch.sheet if batch else "",
        reason=batch.reason if batch else "",
    )


def _names(ids: set[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    known = [one for one in ids if one]
    return dict(Person.objects.filter(id__in=known).values_list("id", "name"))
