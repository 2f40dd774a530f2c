"""Forget what the rows of old files say of persons: the gifts that came of them stand in the books."""

import datetime as dt
import json
from collections.abc import Sequence

from django.db.models import QuerySet

from logistics.press.import_models import GiftImport, ImportRow, RowOutcome
from logistics.press.models import JobState
from logistics.storage.transactions import action

ROWS_AT_ONCE = 500
# What names or describes a giver, or leads to one.
_PERSONAL = ("donor", "note", "reference")


def count_of_old_files(before: dt.datetime) -> int:
    """Count the files that were finished before a moment and are not forgotten."""
    return _old(before).count()


@action
def forget_one_file(before: dt.datetime, now: dt.datetime) -> int:
    """Forget who gave, notes and references in the oldest file that was finished before a moment; returns 0 where
    there is none.

    Amounts, days and what became of each row stay. A row that nobody had recorded by then is left out for good.
    """
    job = _old(before).select_for_update(of=("self",)).order_by("id").first()
    if job is None:
        return 0
    rows = list(ImportRow.objects.filter(job=job).order_by("id").iterator(ROWS_AT_ONCE))
    for row in rows:
        row.said = json.dumps({**json.loads(row.said), **dict.fromkeys(_PERSONAL, "")}, ensure_ascii=False)
        # A fault may repeat what stood in a cell.
        row.faults = [{"column": fault["column"], "code": fault["code"], **_SAID} for fault in row.faults]
        row.outcome = RowOutcome.LEFT_OUT if row.outcome == RowOutcome.NEW else row.outcome
    _write(rows)
    # What somebody called a file may name a giver.
    job.name, job.path = "", ""
    job.save(update_fields=["name", "path"])
    return 1


def _old(before: dt.datetime) -> "QuerySet[GiftImport]":
    ended = (JobState.DONE, JobState.FAILED)
    return GiftImport.objects.filter(state__in=ended, finished_at__lt=before).exclude(path="")


_SAID = {"zh": "当时不能记账；内容已过保存期。", "en": "It could not be recorded then; what it said is no longer kept."}


def _write(rows: Sequence[ImportRow]) -> None:
    ImportRow.objects.bulk_update(rows, ["said", "faults", "outcome"], batch_size=100)
