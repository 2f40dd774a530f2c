"""The codes on papers: each subject has one, issued when it is first printed; a sheet's rows have their own."""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from labels.papers.spec import QrCode
from logistics.codes.actions import issue_codes
from logistics.codes.models import Code, CodeState
from logistics.kernel.codes import code_uri
from logistics.parcels.models import Parcel
from logistics.press.models import SheetRow
from logistics.press.papers.kinds import PaperWork
from logistics.storage.rows import new_id
from logistics.storage.transactions import action


@action
def codes_for(*, kind: str, subjects: Sequence[uuid.UUID], organisation_id: uuid.UUID) -> list[Code]:
    """Return the code of each subject, issuing those that have none: printed twice, a thing keeps its code."""
    rows = Code.objects.filter(kind=kind, subject_id__in=subjects, state=CodeState.ACTIVE)
    known = {row.subject_id: row for row in rows}
    new = [subject for subject in dict.fromkeys(subjects) if subject not in known]
    issued = issue_codes(kind=kind, subjects=new, organisation_id=organisation_id, now=timezone.now())
    known.update((row.subject_id, row) for row in issued)
    return [known[subject] for subject in subjects]


@action
def sheet_rows_for(*, work: PaperWork, parcels: Sequence[Parcel]) -> list[SheetRow]:
    """Return the rows of a sheet, made once however often it is drawn."""
    standing = list(SheetRow.objects.filter(job=work.job_id).select_related("code").order_by("position"))
    if standing:
        return standing
    ids = [new_id() for _ in parcels]
    organisation_id = work.actor.organisation.id
    codes = issue_codes(kind="SHEET_ROW", subjects=ids, organisation_id=organisation_id, now=timezone.now())
    return SheetRow.objects.bulk_create(
        SheetRow(id=row_id, job_id=work.job_id, position=position, parcel=parcel, code=code)
        for position, (row_id, parcel, code) in enumerate(zip(ids, parcels, codes, strict=True), 1)
    )


def code_of_paper(work: PaperWork) -> Code:
    """Return the code of the paper itself."""
    (code,) = codes_for(kind="PAPER", subjects=[work.job_id], organisation_id=work.actor.organisation.id)
    return code


def printed(code: Code) -> QrCode:
    """Say a code for paper."""
    return QrCode(code.text, code_uri(code.text, settings.CODE_HOST))
