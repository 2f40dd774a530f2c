"""Where things stand on printed sheets: noted when they are released, looked up by the codes on a photo."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from logistics.codes.models import Code
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.press.models import SheetRow
from logistics.press.returned_models import SheetPage

if TYPE_CHECKING:
    from labels.returned.places import PagePlaces


def note_sheet_pages(*, job_id: uuid.UUID, pages: "Sequence[PagePlaces]") -> None:
    """Note the pages of a sheet that has boxes to sign in, inside the caller's transaction."""
    SheetPage.objects.bulk_create(
        SheetPage(job_id=job_id, number=number, places=page.as_fields())
        for number, page in enumerate(pages, 1)
        if page.boxes
    )


def pages_with(*, codes: Collection[str], organisation: Organisation) -> list[SheetPage]:
    """List the printed pages of an organisation and of those below it on which one of the codes stands."""
    own = organisation_ids_below(organisation)
    jobs = set(SheetRow.objects.filter(code__text__in=codes, job__organisation__in=own).values_list("job", flat=True))
    heads = Code.objects.filter(text__in=codes, kind="PAPER", organisation_id__in=own)
    jobs.update(heads.values_list("subject_id", flat=True))
    pages = SheetPage.objects.filter(job__in=jobs).order_by("job", "number")
    return [page for page in pages if not page.places["squares"].keys().isdisjoint(codes)]


def rows_by_code(codes: Collection[str]) -> Mapping[str, SheetRow]:
    """Return the rows of sheets by their codes."""
    rows = SheetRow.objects.filter(code__text__in=codes).select_related("code")
    return {row.code.text: row for row in rows}
