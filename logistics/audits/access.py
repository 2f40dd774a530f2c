"""The one place that says what an auditor reaches: pages, ledgers, traces, bundles and the API ask here."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import QuerySet

from logistics.audits.mandates import is_bound
from logistics.audits.models import AuditMandate, MandateState
from logistics.kernel.refusals import NotAllowed
from logistics.parties.actors import Actor, Reach
from logistics.parties.models import Person


class MandateAbsent(NotAllowed):
    code = "mandate_absent"
    zh = "您的审计员账号目前没有有效授权（未批准、已到期或已终止）。请联系被审计单位的管理员办理或延长授权。"
    en = (
        "Your auditor's account has no mandate that is in force: it waits for approval, has expired or was ended."
        " Ask the administrator of the body that you audit to grant or extend it."
    )


class OutsideMandate(NotAllowed):
    code = "outside_mandate"
    zh = "您的审计授权只包括 {from_on} 至 {to_on} 的账。"
    en = "Your mandate covers the books from {from_on} to {to_on} only."


def actor_for(person: Person, *, now: dt.datetime, mandate_id: uuid.UUID | None = None) -> Actor:
    """Return a person as the actions know them; who only audits stands where a mandate in force puts them.

    Refuses MandateAbsent. `mandate_id` chooses among several; the newest otherwise.
    """
    if not is_bound(person):
        return Actor(person.organisation, person.id, person)
    live = list(live_mandates(person, now))
    if not live:
        raise MandateAbsent
    chosen = next((row for row in live if row.id == mandate_id), live[0])
    return Actor(chosen.organisation, person.id, person, reach=_reach(chosen))


def actor_under(mandate: AuditMandate, *, holder_id: uuid.UUID, key_name: str, now: dt.datetime) -> Actor:
    """Return a program that reads for an auditor: it stands where the mandate puts it. Refuses MandateAbsent."""
    if mandate.state_at(now) != MandateState.LIVE:
        raise MandateAbsent
    return Actor(mandate.organisation, holder_id, key_name=key_name, reach=_reach(mandate))


def _reach(mandate: AuditMandate) -> Reach:
    return Reach(mandate.id, mandate.from_on, mandate.to_on, mandate.expires_at)


def live_mandates(person: Person, now: dt.datetime) -> "QuerySet[AuditMandate]":
    """Return the mandates of a person that open something now, newest first."""
    rows = AuditMandate.objects.filter(person=person, approved_at__isnull=False, ended_at=None, expires_at__gt=now)
    return rows.select_related("organisation").order_by("-id")


def days_within(actor: Actor, from_on: dt.date | None, to_on: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
    """Return the days that the caller may see of those asked for: a mandate's own where none were named.

    Refuses OutsideMandate.
    """
    if actor.reach is None:
        return from_on, to_on
    for day in (from_on, to_on):
        require_day(actor, day)
    return from_on or actor.reach.from_on, to_on or actor.reach.to_on


def require_day(actor: Actor, day: dt.date | None) -> None:
    """Refuse OutsideMandate for a day of the books that the caller's mandate does not cover."""
    reach = actor.reach
    if reach is not None and day is not None and not reach.from_on <= day <= reach.to_on:
        raise OutsideMandate(from_on=reach.from_on.isoformat(), to_on=reach.to_on.isoformat())


def require_any_day(actor: Actor, days: Collection[dt.date]) -> None:
    """Refuse OutsideMandate where nothing of a thing is booked on a day that the caller's mandate covers."""
    reach = actor.reach
    if reach is not None and not any(reach.from_on <= day <= reach.to_on for day in days):
        raise OutsideMandate(from_on=reach.from_on.isoformat(), to_on=reach.to_on.isoformat())
