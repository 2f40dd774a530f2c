"""Which gift brought a unit of money: one look for as many units as are asked about."""

import datetime as dt
import json
import uuid
from collections.abc import Collection

from django.db import connection

from logistics.journal.models import JournalEntry
from logistics.storage.ids import as_uuid

# A unit of a purse, named by the end of the stretch whose last unit it is.
Unit = tuple[uuid.UUID, int]
# Births are disjoint and in the order of arrival: the newest before the end of a stretch is the last that begins there.
_NEWEST = """
SELECT w.number, (
  SELECT t.entry_id FROM journal_transfer t
   WHERE t.lot_id = w.lot_id AND t.is_origin AND t.start < w.stop ORDER BY t.start DESC LIMIT 1
) FROM {wanted}"""
_WANTED = {
    "postgresql": "jsonb_to_recordset(%s::jsonb) AS w(number int, lot_id uuid, stop bigint)",
    "sqlite": (
        "(SELECT json_extract(j.value, '$.number') AS number, json_extract(j.value, '$.lot_id') AS lot_id,"
        " json_extract(j.value, '$.stop') AS stop FROM json_each(%s) AS j) AS w"
    ),
}


def given_at(units: Collection[Unit]) -> dict[Unit, dt.datetime]:
    """Say when each unit was given, in two statements."""
    asked = sorted(set(units))
    if not asked:
        return {}
    rows = [{"number": number, "lot_id": _id(lot), "stop": stop} for number, (lot, stop) in enumerate(asked)]
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST.format(wanted=_WANTED[connection.vendor]), [json.dumps(rows)])
        born = {asked[number]: as_uuid(entry) for number, entry in cursor.fetchall()}
    entries = JournalEntry.objects.filter(id__in=set(born.values()))
    moments = dict(entries.values_list("id", "occurred_at"))
    return {unit: moments[entry] for unit, entry in born.items()}


def _id(lot: uuid.UUID) -> str:
    return str(lot) if connection.vendor == "postgresql" else lot.hex
