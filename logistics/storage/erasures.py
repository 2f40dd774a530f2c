"""What every erasure has: why it is done, what is shown before it, and what hinders it, whomever it concerns."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, models

from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.storage.erasing import Holding, S

# What the history of whoever goes says of an erasure: whom, by reference.
ERASED_FIELD = "erased"
HINDRANCES_SHOWN = 10
CHECKPOINT_WAITS_MS = 500


class ErasureCause(models.TextChoices):
    """Why a person was erased, without a word about whom."""

    ASKED = "ASKED"  # by the person or a guardian
    WITHDRAWN = "WITHDRAWN"  # consent was
    RETENTION = "RETENTION"  # the time for which it is kept is over
    MISTAKE = "MISTAKE"  # it should never have been recorded


class ErasureTooEarly(Conflicting):
    code = "erasure_too_early"
    zh = "还有未办结的事项，先办结再删除：{open}。"
    en = "Something is still open; finish it first: {open}."


class ErasureCauseUnknown(Unacceptable):
    code = "erasure_cause_unknown"
    zh = "没有删除原因 {cause}。"
    en = "There is no cause {cause} for an erasure."


@dataclass(frozen=True)
class Part:
    """One part of what is kept of somebody: what it is called, how many rows, whether it goes."""

    name: str
    zh: str
    en: str
    count: int


def leave_no_pages() -> None:
    """Let SQLite write what was erased over its pages now: until a checkpoint the file has them as they were before.

    Call it after commit. Somebody who reads holds it up no longer than half a second; the next checkpoint does it then.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        (waits,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={CHECKPOINT_WAITS_MS}").fetchall()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute(f"PRAGMA busy_timeout={waits}").fetchall()


def parts_kept(kept: Iterable[Holding[S]], subject: S) -> list[Part]:
    """Count what every room keeps of somebody: what an erasure shows before it is confirmed."""
    return [Part(one.name, one.zh, one.en, len(one.say(subject))) for one in kept]


def hindering(kept: Iterable[Holding[S]], subject: S) -> list[str]:
    """List by reference what must be finished, or put into other hands, before an erasure."""
    return [reference for one in kept for reference in one.hinders(subject)]


def require_cause(cause: str) -> None:
    """Refuse ErasureCauseUnknown."""
    if cause not in ErasureCause.values:
        raise ErasureCauseUnknown(cause=cause[:12], pointer="/cause")


def require_finished(still_open: list[str]) -> None:
    """Refuse ErasureTooEarly."""
    if still_open:
        raise ErasureTooEarly(open=still_open[:HINDRANCES_SHOWN])
