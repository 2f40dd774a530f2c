"""Why somebody looked, kept where it can go: a reason may name whom it is about."""

import uuid
from collections.abc import Iterable, Mapping

from logistics.journal.committed import keep_texts, texts_of
from logistics.kernel.refusals import Unacceptable

REASON_LENGTH_MIN, REASON_LENGTH_MAX = 4, 200
REASON = "reason"


class ReasonMissing(Unacceptable):
    code = "reason_missing"
    zh = "查看完整个人信息须写明理由（至少 {least} 个字）。"
    en = "Say why you need to see personal data unmasked (at least {least} characters)."


class ReasonTooLong(Unacceptable):
    code = "reason_too_long"
    zh = "理由最多 {most} 个字。"
    en = "A reason has at most {most} characters."


def checked_reason(reason: str) -> str:
    """Return a reason without the blanks around it. Refuses ReasonMissing, ReasonTooLong."""
    why = reason.strip()
    if len(why) < REASON_LENGTH_MIN:
        raise ReasonMissing(least=REASON_LENGTH_MIN, pointer="/reason")
    if len(why) > REASON_LENGTH_MAX:
        raise ReasonTooLong(most=REASON_LENGTH_MAX, pointer="/reason")
    return why


def keep_reasons(ids: Iterable[uuid.UUID], reason: str) -> Mapping[uuid.UUID, str]:
    """Keep one reason for each of these rows, inside the caller's transaction; return their commitments."""
    kept = keep_texts({key: {REASON: reason} for key in ids})
    return {key: said[REASON] for key, said in kept.items()}


def reasons_of(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return what is still kept of the reasons of rows."""
    return {key: said[REASON] for key, said in texts_of(ids).items() if REASON in said}
