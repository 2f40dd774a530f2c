"""What the door keeps of a person: answers that are given again to a repeated request, masked, for 48 hours."""

import datetime as dt

from django.db.models import Q, QuerySet

from api.models import StoredAnswer
from logistics.storage.erasing import (
    Colleague,
    Holding,
    Said,
    Subject,
    declare_colleague_holdings,
    declare_holdings,
)

# What a repeated request is told instead: that it was done, and that its answer is gone.
ERASED_BODY = '{"erased":true}'


def _answers(subject: Subject | Colleague) -> "QuerySet[StoredAnswer]":
    wanted = Q(pk__in=[])
    for one in _ids(subject):
        wanted |= Q(body__contains=one)
    return StoredAnswer.objects.filter(wanted).exclude(body="").order_by("id")


def _ids(subject: Subject | Colleague) -> list[str]:
    if isinstance(subject, Colleague):
        return [str(subject.person_id)]
    members = [str(member) for member in subject.member_ids]
    return [*members, str(subject.household_id)] if subject.is_whole else members


def _say(subject: Subject | Colleague) -> list[Said]:
    return [{"method": row.method, "path": row.path, "until": row.until.isoformat()} for row in _answers(subject)]


def _erase(subject: Subject | Colleague, now: dt.datetime) -> int:
    return _answers(subject).update(body=ERASED_BODY, location="")


declare_holdings(
    Holding("api.answers", "接口保留的应答", "Answers kept for repeated requests", ("api_storedanswer",), _say, _erase)
)
declare_colleague_holdings(
    Holding("api.answers", "接口保留的应答", "Answers kept for repeated requests", ("api_storedanswer",), _say, _erase)
)
