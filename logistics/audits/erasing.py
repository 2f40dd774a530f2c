"""What audits keep of who signs in: mandates, which end with the account. What was looked at stays, by the id."""

import datetime as dt

from django.db.models import QuerySet

from logistics.audits.models import AuditMandate
from logistics.journal.revisions import Cause, facts_of, note_changed
from logistics.storage.erasing import Colleague, Holding, Said, declare_colleague_holdings


def _mandates(subject: Colleague) -> "QuerySet[AuditMandate]":
    return AuditMandate.objects.filter(person_id=subject.person_id).select_related("organisation").order_by("id")


def _say(subject: Colleague) -> list[Said]:
    return [
        {"books_of": row.organisation.name_zh, "from": row.from_on.isoformat(), "to": row.to_on.isoformat()}
        for row in _mandates(subject)
    ]


def _erase(subject: Colleague, now: dt.datetime) -> int:
    """End what is in force, so that no key that was issued under it opens anything."""
    rows = list(_mandates(subject).filter(ended_at=None))
    for row in rows:
        before = facts_of(row)
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        note_changed(row, before=before, cause=Cause(now=now))
    return len(rows)


declare_colleague_holdings(Holding("audits.mandates", "审计授权", "Mandates", ("audits_mandate",), _say, _erase))
