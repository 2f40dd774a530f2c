"""Note every registration and change of master data: who, when, before, after and why, sealed like an entry."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import JSONField, QuerySet
from django.utils import timezone

from logistics.journal.committed import erase_texts, keep_texts
from logistics.journal.history import MasterRow, Revision
from logistics.journal.leaves import leaves_of
from logistics.journal.log import EVERYBODY
from logistics.journal.postings import LeafData
from logistics.kernel.canonical import CanonicalValue, canonical_bytes, leaf_bytes
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.storage.rows import new_id
from logistics.storage.transactions import action
from logistics.storage.writes import add_together

REASON_LENGTH_MIN, REASON_LENGTH_MAX = 4, 200
Facts = Mapping[str, CanonicalValue]
M = TypeVar("M", bound=MasterRow)


class ChangeUnexplained(Unacceptable):
    code = "change_unexplained"
    zh = "修改主数据须写明理由（{least} 到 {most} 个字）。"
    en = "Say why master data changes ({least} to {most} characters)."


class RevisionStale(Conflicting):
    code = "revision_stale"
    zh = "这份资料已被别人改过（现为第 {number} 版），请重新打开再改。"
    en = "Somebody else has changed this meanwhile (it is revision {number} now); open it again."


class MasterValueRefused(Unacceptable):
    code = "master_value_refused"
    zh = "{field} 的值不符合要求。"
    en = "The value of {field} cannot be accepted."


@dataclass(frozen=True)
class Cause:
    """Who registers or changes master data, why and when. Without an actor, the installation itself did."""

    actor_id: uuid.UUID | None = None
    reason: str = ""
    now: dt.datetime | None = None


def facts_of(row: MasterRow) -> dict[str, CanonicalValue]:
    """Say what a row of master data says, by field."""
    left_out = {"id", *row.unnoted_fields}
    fields = [field for field in row._meta.concrete_fields if field.name not in left_out]
    return {field.attname: _plain(getattr(row, field.attname)) for field in fields}


def note_registered(rows: Sequence[MasterRow], *, cause: Cause | None = None, parts: Sequence[Facts] = ()) -> None:
    """Note that rows were registered, in a handful of statements, inside the caller's transaction.

    `parts` gives, in the order of the rows, what stands in other tables: the lines of a recipe, members of a family.
    """
    more = list(parts) or [{}] * len(rows)
    _add([_New(row, 1, {}, {**facts_of(row), **said}) for row, said in zip(rows, more, strict=True)], cause)


def note_changed(row: MasterRow, *, before: Facts, after: Facts | None = None, cause: Cause | None = None) -> int:
    """Note what changed since `before`, inside the caller's transaction; returns the row's revision number."""
    now = facts_of(row) if after is None else after
    changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    number = revision_number(row)
    if not changed:
        return number
    sides = ({name: side[name] for name in changed if name in side} for side in (before, now))
    _add([_New(row, number + 1, *sides)], cause)
    return number + 1


@action
def change_master(
    row: M, *, changes: Mapping[str, object], changeable: Sequence[str], cause: Cause, number: int | None = None
) -> M:
    """Change fields of a row of master data and note it; what stands already changes nothing.

    `number` is the revision that the caller saw, where it must be the newest still.
    Refuses ChangeUnexplained, RevisionStale, MasterValueRefused (also for a field that is not `changeable`).
    """
    if not REASON_LENGTH_MIN <= len(cause.reason.strip()) <= REASON_LENGTH_MAX:
        raise ChangeUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    # Evaluated at once: the next writer waits here and then sees this revision.
    locked = type(row)._default_manager.select_for_update().get(pk=row.pk)
    standing = revision_number(locked)
    if number is not None and number != standing:
        raise RevisionStale(number=standing)
    before = facts_of(locked)
    for name, value in changes.items():
        _set(locked, name, value, changeable)
    if facts_of(locked) != before:
        locked.save(update_fields=list(changes))
        note_changed(locked, before=before, cause=cause)
    return locked


def revision_number(row: MasterRow) -> int:
    """Return the number of the newest revision of a row; 0 where none was noted."""
    rows = revisions_of(row).values_list("number", flat=True)
    return rows.first() or 0


def revisions_of(row: MasterRow) -> "QuerySet[Revision]":
    """Return the history of a row, newest first."""
    return Revision.objects.filter(kind=row.history_kind(), subject_id=row.pk).order_by("-number")


def erase_revision_texts(*, row: MasterRow) -> int:
    """Destroy what the history of a row says of a person; what was sealed stands and says nothing any more."""
    return erase_texts(owner_ids=list(revisions_of(row).values_list("id", flat=True)))


def leaf_of_revision(row: Revision) -> LeafData:
    """Say a revision in canonical bytes."""
    fields: dict[str, CanonicalValue] = {
        "id": str(row.id),
        "subject_kind": row.kind,
        "subject": str(row.subject_id),
        "number": row.number,
        "organisation": str(row.organisation_id) if row.organisation_id else None,
        "actor": str(row.actor_id) if row.actor_id else None,
        "reason": row.reason,
        "before": row.before,
        "after": row.after,
        "commitments": row.commitments,
        "noted_at": row.noted_at.astimezone(dt.UTC).isoformat(),
    }
    return LeafData("REVISION", row.id, leaf_bytes("REVISION", fields), row.organisation_id or EVERYBODY)


@dataclass(frozen=True)
class _New:
    """A revision about to be noted."""

    row: MasterRow
    number: int
    before: Facts
    after: Facts


def _add(news: Sequence[_New], cause: Cause | None) -> None:
    why = cause or Cause()
    noted_at = why.now or timezone.now()
    ids = [new_id() for _ in news]
    kept = keep_texts({key: _texts(new, why.reason.strip()) for key, new in zip(ids, news, strict=True)})
    rows = [
        Revision(
            id=key,
            kind=new.row.history_kind(),
            subject_id=new.row.pk,
            number=new.number,
            organisation_id=new.row.noted_under(),
            actor_id=why.actor_id,
            reason="" if new.row.personal_fields() else why.reason.strip(),
            before=_impersonal(new.row, new.before),
            after=_impersonal(new.row, new.after),
            commitments=kept.get(key, {}),
            noted_at=noted_at,
        )
        for key, new in zip(ids, news, strict=True)
    ]
    add_together(rows, *leaves_of([leaf_of_revision(row) for row in rows]))


def _texts(new: _New, reason: str) -> dict[str, str]:
    """Say what speaks of a person as texts: `name.before`, `name.after`; there the reason may do so too."""
    personal = new.row.personal_fields()
    found = {
        f"{name}.{side}": value if isinstance(value, str) else canonical_bytes(value).decode()
        for side, facts in (("before", new.before), ("after", new.after))
        for name, value in facts.items()
        if name in personal and value not in ("", None)
    }
    return {**found, "reason": reason} if personal and reason else found


def _impersonal(row: MasterRow, facts: Facts) -> dict[str, CanonicalValue]:
    personal = row.personal_fields()
    return {name: value for name, value in facts.items() if name not in personal}


def _set(row: MasterRow, name: str, value: object, changeable: Sequence[str]) -> None:
    if name not in changeable:
        raise MasterValueRefused(field=name, pointer=f"/{name}")
    field = row._meta.get_field(name)
    if isinstance(field, JSONField) and value in ([], {}):
        # An empty list is a value there, no blank.
        setattr(row, name, value)
        return
    try:
        setattr(row, name, field.clean(value, row))  # type: ignore[union-attr]  # -- changeable fields are columns
    except ValidationError:
        raise MasterValueRefused(field=name, pointer=f"/{name}") from None


def _plain(value: object) -> CanonicalValue:
    """Say a column's value in canonical JSON's words."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return str(value)
