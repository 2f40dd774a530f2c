"""The history of master data as doors show it: what each revision changed, and what is known of persons."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from logistics.journal.committed import texts_of
from logistics.journal.history import Revision
from logistics.journal.log import SealedLeaf
from logistics.kernel.canonical import CanonicalValue

MASKED = "•••"


@dataclass(frozen=True)
class FieldChange:
    """One field before and after; what speaks of a person is masked unless it was asked for and is still kept."""

    field: str
    before: CanonicalValue
    after: CanonicalValue
    is_personal: bool = False


@dataclass(frozen=True)
class RevisionView:
    """One revision for a door. `leaf_number` is None until it is sealed."""

    id: uuid.UUID
    kind: str
    subject_id: uuid.UUID
    number: int
    actor_id: uuid.UUID | None
    reason: str
    noted_at: dt.datetime
    changes: tuple[FieldChange, ...]
    leaf_number: int | None


def revision_views(rows: Iterable[Revision], *, is_masked: bool = True) -> list[RevisionView]:
    """Say revisions for a door, in the order given and in three statements."""
    found = list(rows)
    ids = [row.id for row in found]
    texts = texts_of(ids)
    sealed = SealedLeaf.objects.filter(leaf__kind="REVISION", leaf__subject_id__in=ids)
    numbers = dict(sealed.values_list("leaf__subject_id", "id"))
    return [_view(row, texts.get(row.id, {}), numbers.get(row.id), is_masked) for row in found]


def _view(row: Revision, texts: dict[str, str], leaf_number: int | None, is_masked: bool) -> RevisionView:
    plain = [FieldChange(name, row.before.get(name), row.after.get(name)) for name in {**row.before, **row.after}]
    names = {name.rpartition(".")[0] for name in row.commitments if name != "reason"}
    personal = [
        FieldChange(
            name, _said(f"{name}.before", row, texts, is_masked), _said(f"{name}.after", row, texts, is_masked), True
        )
        for name in sorted(names)
    ]
    return RevisionView(
        id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        number=row.number,
        actor_id=row.actor_id,
        reason=row.reason or texts.get("reason", ""),
        noted_at=row.noted_at,
        changes=(*plain, *personal),
        leaf_number=leaf_number,
    )


def _said(name: str, row: Revision, texts: dict[str, str], is_masked: bool) -> str | None:
    """Say a person's text: nothing where there was none, a mask where it is hidden or erased."""
    if name not in row.commitments:
        return None
    return MASKED if is_masked else texts.get(name, MASKED)
