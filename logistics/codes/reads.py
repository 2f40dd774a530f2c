"""Read codes as they were scanned or typed, and find what they name."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.conf import settings

from logistics.codes.models import Code, CodeState
from logistics.kernel.codes import read_code
from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation


class CodeMissing(Missing):
    code = "code_missing"
    zh = "本系统没有这个码。"
    en = "This code is not in the books."


def read_text(text: str) -> str:
    """Return the twenty characters of one of our codes. Refuses BadCheck, ForeignCode."""
    return read_code(text, mark=settings.CODE_MARK, host=settings.CODE_HOST)


def find_code(text: str) -> Code | None:
    """Find the row of a code that was read, or None."""
    return Code.objects.filter(text=text).first()


def get_code(text: str) -> Code:
    """Return the row of a code as it was scanned or typed. Refuses BadCheck, ForeignCode, CodeMissing."""
    found = find_code(read_text(text))
    if found is None:
        raise CodeMissing
    return found


def get_code_within(text: str, organisation: Organisation) -> Code:
    """Return the row of a code of one's own or below. Refuses as `get_code`, CodeMissing also for another body's."""
    found = get_code(text)
    if not organisation_ids_below(organisation).filter(id=found.organisation_id).exists():
        raise CodeMissing
    return found


def codes_known(subject_ids: Sequence[uuid.UUID], known_at: dt.datetime | None) -> dict[uuid.UUID, str]:
    """Return the code that each subject bore at a moment (None: now): the last that was issued for it by then."""
    rows = Code.objects.filter(subject_id__in=subject_ids).order_by("issued_at", "id")
    found = rows.filter(issued_at__lte=known_at) if known_at else rows
    return dict(found.values_list("subject_id", "text"))


def labels_of(kind: str, subject_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the code on the label that counts now of each subject of a kind; those without one are left out."""
    rows = Code.objects.filter(kind=kind, subject_id__in=list(subject_ids), state=CodeState.ACTIVE)
    return dict(rows.values_list("subject_id", "text"))
