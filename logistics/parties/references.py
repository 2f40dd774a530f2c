"""A partner's own references: the second net against doing a thing twice, for ever."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

from logistics.kernel.canonical import CanonicalValue, canonical_bytes
from logistics.kernel.refusals import Conflicting


class ReferenceReused(Conflicting):
    code = "reference_reused"
    zh = "编号 {reference} 已用于另一笔内容不同的记录。"
    en = "The reference {reference} stands already for a record with other content."


Row = TypeVar("Row", bound=Model)


def content_sha256(content: Sequence[CanonicalValue]) -> str:
    """Hash what a caller asks for, so that a repeat can be told from another request."""
    return hashlib.sha256(canonical_bytes(list(content))).hexdigest()


def repeated(rows: "QuerySet[Row]", content: str) -> Row | None:
    """Return the row that stands for this reference, or None. Refuses ReferenceReused where its content differs."""
    row = rows.first()
    if row is not None:
        require_same(row, content)
    return row


def require_same(row: Model, content: str) -> None:
    """Refuse ReferenceReused where the row that stands for a reference has other content."""
    if vars(row)["request_sha256"] != content:
        raise ReferenceReused(reference=vars(row)["reference"], pointer="/reference")
