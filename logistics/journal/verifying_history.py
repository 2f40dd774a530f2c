"""Check the history of master data: rows against their history, and the history against its leaves."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from logistics.journal.committed import commitment
from logistics.journal.history import CommittedText, MasterRow, Revision
from logistics.journal.log import Leaf
from logistics.journal.revisions import facts_of, leaf_of_revision
from logistics.kernel.canonical import CanonicalValue
from logistics.kernel.refusals import Conflicting

ROWS_PER_CHUNK = 500


class RevisionChanged(Conflicting):
    code = "revision_changed"
    zh = "{kind} {subject} 的第 {number} 版变更记录与日志不符。"
    en = "Revision {number} of {kind} {subject} does not match its leaf in the log."


class RevisionUnlogged(Conflicting):
    code = "revision_unlogged"
    zh = "{kind} {subject} 的第 {number} 版变更记录不在日志中。"
    en = "Revision {number} of {kind} {subject} is not in the log."


class MasterChanged(Conflicting):
    code = "master_changed"
    zh = "{kind} {subject} 的 {field} 被改过而没有变更记录。"
    en = "{field} of {kind} {subject} was changed without a revision."


class CommittedTextChanged(Conflicting):
    code = "committed_text_changed"
    zh = "一段个人信息（{field}）与其承诺值不符。"
    en = "A text about a person ({field}) does not match its commitment."


def require_revision(leaf: Leaf, number: int) -> None:
    """Refuse RevisionChanged where the row behind a leaf says something else now, or is gone."""
    row = Revision.objects.filter(id=leaf.subject_id).first()
    if row is None:
        raise RevisionChanged(kind="REVISION", subject=str(leaf.subject_id), number=number)
    if leaf_of_revision(row).data != bytes(leaf.data):
        raise RevisionChanged(kind=row.kind, subject=str(row.subject_id), number=row.number)


def require_history() -> None:
    """Refuse the first row of master data that is not what its history says, or a revision without a leaf.

    Refuses RevisionUnlogged, CommittedTextChanged, MasterChanged.
    """
    logged = Leaf.objects.filter(kind="REVISION").values("subject_id")
    lost = Revision.objects.exclude(id__in=logged).order_by("id").first()
    if lost is not None:
        raise RevisionUnlogged(kind=lost.kind, subject=str(lost.subject_id), number=lost.number)
    for model in master_models():
        last = None
        while chunk := list(_after(model, last)[:ROWS_PER_CHUNK]):
            _require_as_noted(model.history_kind(), chunk)
            last = chunk[-1].pk


def master_models() -> list[type[MasterRow]]:
    """List every kind of master data, in a fixed order."""
    below = _below(MasterRow)  # type: ignore[type-abstract]  # -- its children are concrete
    found = [model for model in below if not model._meta.abstract]
    return sorted(found, key=lambda model: model._meta.label)


def _below(model: type[MasterRow]) -> Iterator[type[MasterRow]]:
    for child in model.__subclasses__():
        yield child
        yield from _below(child)


def _after(model: type[MasterRow], last: uuid.UUID | None) -> "QuerySet[MasterRow]":
    rows = model._default_manager.order_by("pk")
    return rows if last is None else rows.filter(pk__gt=last)


def _require_as_noted(kind: str, rows: Sequence[MasterRow]) -> None:
    noted = _noted(kind, [row.pk for row in rows])
    for row in rows:
        personal, told = row.personal_fields(), noted[row.pk]
        for name, value in facts_of(row).items():
            # A person's text that was erased, here or there, can no longer be compared.
            if name in told and told[name] != value and (value or name not in personal):
                raise MasterChanged(kind=kind, subject=str(row.pk), field=name)


def _noted(kind: str, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, CanonicalValue]]:
    """Fold the revisions of rows into what each says now. Refuses CommittedTextChanged."""
    revisions = list(Revision.objects.filter(kind=kind, subject_id__in=list(ids)).order_by("number"))
    kept = {
        (text.owner_id, text.field): text
        for text in CommittedText.objects.filter(owner_id__in=[revision.id for revision in revisions])
    }
    noted: dict[uuid.UUID, dict[str, CanonicalValue]] = defaultdict(dict)
    for revision in revisions:
        noted[revision.subject_id] |= revision.after
        for name, told in revision.commitments.items():
            text = kept.get((revision.id, name))
            if text is not None and commitment(bytes.fromhex(text.salt), text.text) != told:
                raise CommittedTextChanged(field=name)
            if text is not None and name.endswith(".after"):
                noted[revision.subject_id][name.removesuffix(".after")] = text.text
    return noted
