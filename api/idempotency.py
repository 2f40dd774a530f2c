"""Exactly once for a repeated request: claimed before the work, answered in the transaction of its effect.

claim   in a transaction of its own, so that a second request meets it at once
run     the effect and the stored answer commit together, or neither does
settle  a 4xx that would come again is kept too; 409, 429 and 5xx free the key
crash   a claim is a lease: it ends by itself, and nothing of the effect stands
forget  what is kept has its hours; the partner's own `reference` counts for ever
"""

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import StoredAnswer
from api.parsing import raw_body
from api.problems import KeyInUse, KeyInvalid, KeyReused, answer_to_exception
from logistics.storage.ids import as_id
from logistics.storage.statements import run
from logistics.storage.transactions import action
from logistics.storage.writes import add_unless_there

KEPT_HOURS = 48
KEY_LENGTH_MAX = 255
RETRY_AFTER_SECONDS = 2
# A key that is freed between two looks is claimed again at once, but not for ever.
CLAIM_TRIES_MAX = 5
FORGOTTEN_AT_ONCE = 1_000
_NEVER_KEPT = frozenset({401, 403, 409, 429})
_VISIBLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")

_KEEP = (
    "UPDATE api_storedanswer SET is_done = true, status = %s, media_type = %s, location = %s, body = %s, until = %s"
    " WHERE id = %s AND until = %s AND NOT is_done RETURNING 1"
)


@dataclass(frozen=True)
class Claim:
    """One request under its key."""

    row_id: uuid.UUID
    until: dt.datetime


def key_of(request: Request) -> str | None:
    """Return the Idempotency-Key, quoted (as the IETF draft has it) or bare; None without one. Refuses KeyInvalid."""
    text = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if text is None:
        return None
    key = str(text).strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 0 < len(key) <= KEY_LENGTH_MAX or not _VISIBLE.fullmatch(key):
        raise KeyInvalid
    return key


def answer_once(
    request: Request,
    key: str,
    holder_id: uuid.UUID,
    work: Callable[[], Response],
    context: dict[str, Any],
    prepare: Callable[[], None] = lambda: None,
) -> Response:
    """Do the work once for this key, and answer every repeat with the first answer. Refuses KeyReused, KeyInUse.

    `prepare` does before the transaction what nobody should wait for inside it.
    """
    claimed = _claim(request, key, holder_id)
    if isinstance(claimed, Response):
        return claimed
    try:
        prepare()
        return _run(claimed, work)
    except Exception as error:
        response = answer_to_exception(error, context)
        _settle(claimed, response)
        return response


def forget_old_answers(*, now: dt.datetime) -> int:
    """Delete answers whose hours are over, and claims that a crash left behind; returns how many."""
    old = StoredAnswer.objects.filter(until__lte=now).order_by("until").values_list("id", flat=True)
    # A key that is taken over meanwhile is no longer old.
    return StoredAnswer.objects.filter(id__in=list(old[:FORGOTTEN_AT_ONCE]), until__lte=now).delete()[0]


@action
def _run(claim: Claim, work: Callable[[], Response]) -> Response:
    response = work()
    if response.status_code < 300:
        _keep(claim, response)
    return response


def _claim(request: Request, key: str, holder_id: uuid.UUID) -> Claim | Response:
    row = _asked(request, key, holder_id)
    for _ in range(CLAIM_TRIES_MAX):
        # Outside a transaction: whoever asks at the same time meets the claim at once.
        if add_unless_there(row):
            return Claim(row.id, row.until)
        standing = StoredAnswer.objects.filter(
            holder_id=row.holder_id, method=row.method, path=row.path, key=row.key
        ).first()
        # None: whoever had the key has freed it since, with a conflict that is not kept.
        if standing is not None:
            return _met(standing, row)
    raise _in_use()


def _asked(request: Request, key: str, holder_id: uuid.UUID) -> StoredAnswer:
    asked = b"\n".join((request.META.get("QUERY_STRING", "").encode(), raw_body(request)))
    return StoredAnswer(
        holder_id=holder_id,
        method=request.method or "",
        path=request.path[:300],
        key=key,
        fingerprint=hashlib.sha256(asked).hexdigest(),
        until=timezone.now() + dt.timedelta(seconds=settings.CLAIM_SECONDS),
    )


def _met(standing: StoredAnswer, row: StoredAnswer) -> Claim | Response:
    """Answer a request whose key stands already. Refuses KeyReused, KeyInUse."""
    if standing.until <= timezone.now():
        return _take_over(standing, row)
    if standing.fingerprint != row.fingerprint:
        raise KeyReused
    if not standing.is_done:
        raise _in_use()
    return _replayed(standing)


def _take_over(standing: StoredAnswer, row: StoredAnswer) -> Claim:
    """Take a claim or answer whose time is over; only one of several does."""
    taken = StoredAnswer.objects.filter(id=standing.id, until=standing.until).update(
        fingerprint=row.fingerprint, until=row.until, is_done=False, status=None, body=""
    )
    if not taken:
        raise _in_use()
    return Claim(standing.id, row.until)


def _keep(claim: Claim, response: Response) -> None:
    moment = connection.ops.adapt_datetimefield_value
    answer = [
        response.status_code,
        response.content_type or "application/json",
        response.headers.get("Location", ""),
        json.dumps(response.data, ensure_ascii=False, separators=(",", ":")),
        moment(timezone.now() + dt.timedelta(hours=KEPT_HOURS)),
    ]
    kept = run(_KEEP, [*answer, as_id(claim.row_id), moment(claim.until)])
    if not kept:
        # The lease ran out and another request has it: what was done here must not stand.
        raise _in_use()


def _settle(claim: Claim, response: Response) -> None:
    if 400 <= response.status_code < 500 and response.status_code not in _NEVER_KEPT:
        _keep(claim, response)
    else:
        StoredAnswer.objects.filter(id=claim.row_id, until=claim.until, is_done=False).delete()


def _in_use() -> KeyInUse:
    return KeyInUse(headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _replayed(row: StoredAnswer) -> Response:
    headers = {"Idempotent-Replayed": "true", **({"Location": row.location} if row.location else {})}
    return Response(json.loads(row.body), status=row.status, headers=headers, content_type=row.media_type)
