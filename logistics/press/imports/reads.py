"""Ask for files of gifts and for what became of their rows."""

import uuid

from django.db.models import Count, QuerySet

from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.press.import_models import GiftImport, ImportRow


class ImportMissing(Missing):
    code = "import_missing"
    zh = "没有找到这次导入。"
    en = "There is no such import."


def visible_imports(organisation: Organisation) -> "QuerySet[GiftImport]":
    """Return the files that an organisation and those below it handed in, newest first."""
    rows = GiftImport.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")
    return rows.select_related("organisation", "programme", "fund")


def find_import(*, job_id: uuid.UUID, organisation: Organisation) -> GiftImport | None:
    """Find the import with this id, or None."""
    return visible_imports(organisation).filter(id=job_id).first()


def get_import(*, job_id: uuid.UUID, organisation: Organisation) -> GiftImport:
    """Return the import with this id. Refuses ImportMissing, also for another organisation's."""
    found = find_import(job_id=job_id, organisation=organisation)
    if found is None:
        raise ImportMissing
    return found


def rows_of_import(job: GiftImport, outcome: str = "") -> "QuerySet[ImportRow]":
    """Return the rows of a file in its order, all of them or those of one outcome."""
    rows = ImportRow.objects.filter(job=job).select_related("donor", "pledge", "donation__code").order_by("id")
    return rows.filter(outcome=outcome) if outcome else rows


def counts_of_import(job: GiftImport) -> dict[str, int]:
    """Count the rows of a file by what they are."""
    rows = ImportRow.objects.filter(job=job).order_by().values_list("outcome").annotate(count=Count("id"))
    return dict(rows)
