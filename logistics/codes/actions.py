"""Issue, print, reprint and revoke codes."""

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db.models import F

from logistics.codes.models import Code, CodePrint, CodeState
from logistics.kernel.codes import RANDOM_BITS, make_code
from logistics.kernel.refusals import Conflicting
from logistics.storage.rows import new_id
from logistics.storage.transactions import action


class CodeRevoked(Conflicting):
    code = "code_revoked"
    zh = "码 {text} 已作废。"
    en = "The code {text} has been revoked."


def issue_codes(
    *, kind: str, subjects: Sequence[uuid.UUID], organisation_id: uuid.UUID, now: dt.datetime
) -> list[Code]:
    """Issue one random code for each subject, in one statement, inside the caller's transaction."""
    return Code.objects.bulk_create(new_codes(kind=kind, subjects=subjects, organisation_id=organisation_id, now=now))


def new_codes(*, kind: str, subjects: Sequence[uuid.UUID], organisation_id: uuid.UUID, now: dt.datetime) -> list[Code]:
    """Make the rows of new codes that the caller adds together with their subjects."""
    return [
        Code(
            id=new_id(),
            text=make_code(kind, settings.CODE_MARK, secrets.randbits(RANDOM_BITS)),
            kind=kind,
            subject_id=subject,
            organisation_id=organisation_id,
            issued_at=now,
        )
        for subject in subjects
    ]


@action
def revoke_code(*, code: Code, reason: str, now: dt.datetime, revoked_by_id: uuid.UUID | None = None) -> Code:
    """Revoke a code: whoever scans it is told so. Refuses CodeRevoked."""
    _lock_active(code)
    Code.objects.filter(id=code.id).update(
        state=CodeState.REVOKED, revoked_at=now, revoked_because=reason, revoked_by_id=revoked_by_id
    )
    code.refresh_from_db()
    return code


@action
def replace_code(*, code: Code, reason: str, now: dt.datetime) -> Code:
    """Issue another code for the same subject in place of a revoked one; the old one stays revoked."""
    (new,) = issue_codes(kind=code.kind, subjects=[code.subject_id], organisation_id=code.organisation_id, now=now)
    Code.objects.filter(id=code.id).update(
        state=CodeState.REVOKED,
        revoked_at=code.revoked_at or now,
        revoked_because=code.revoked_because or reason,
        replaced_by=new,
    )
    return new


@action
def record_prints(
    *, code_ids: Sequence[uuid.UUID], batch_id: uuid.UUID, now: dt.datetime, printed_by_id: uuid.UUID | None = None
) -> None:
    """Count that codes went to paper: who, when, in which batch."""
    Code.objects.filter(id__in=code_ids).update(print_count=F("print_count") + 1, printed_at=now)
    CodePrint.objects.bulk_create(
        CodePrint(code_id=code_id, batch_id=batch_id, printed_at=now, printed_by_id=printed_by_id)
        for code_id in code_ids
    )


def locked_print_counts(code_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Lock codes inside the caller's transaction; return how often each was printed, without those that have ended."""
    # All lock in one order, so that two batches with the same codes do not wait for each other.
    rows = Code.objects.select_for_update().filter(id__in=code_ids).order_by("id")
    counts = rows.values_list("id", "print_count", "state")
    return {code_id: count for code_id, count, state in counts if state == CodeState.ACTIVE}


def _lock_active(code: Code) -> None:
    locked = Code.objects.select_for_update().get(id=code.id)
    if locked.state == CodeState.REVOKED:
        raise CodeRevoked(text=locked.text)
