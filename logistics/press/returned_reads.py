"""Ask for sheets that came back, their rows and the pictures of boxes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from logistics.deliveries.models import ScanEvent
from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.press.models import SheetRow
from logistics.press.returned_models import ReturnedPaper, ReturnedRow


class ReturnedSheetMissing(Missing):
    code = "returned_sheet_missing"
    zh = "没有找到这次上传的签收表。"
    en = "There is no such returned sheet."


class ReturnedRowMissing(Missing):
    code = "returned_row_missing"
    zh = "这次上传的签收表里没有这一行，或没有它的图片。"
    en = "The returned sheet has no such row, or no picture of it."


@dataclass(frozen=True)
class RowShown:
    """A row as a person decides on it. `is_packer` is true for whoever packed its parcel: another one decides."""

    row: ReturnedRow
    is_packer: bool

    @property
    def is_open(self) -> bool:
        """Tell whether this person has something to decide here."""
        return self.row.is_open and not self.is_packer


def get_returned_paper(*, paper_id: uuid.UUID, organisation: Organisation) -> ReturnedPaper:
    """Return the returned sheets with this id. Refuses ReturnedSheetMissing, also for another organisation's."""
    found = find_returned_paper(paper_id=paper_id, organisation=organisation)
    if found is None:
        raise ReturnedSheetMissing
    return found


def find_returned_paper(*, paper_id: uuid.UUID, organisation: Organisation) -> ReturnedPaper | None:
    """Find the returned sheets with this id, or None."""
    return recent_returned_papers(organisation).filter(id=paper_id).first()


def recent_returned_papers(organisation: Organisation) -> "QuerySet[ReturnedPaper]":
    """Return what an organisation and those below it handed in, newest first."""
    return ReturnedPaper.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")


def rows_of(paper: ReturnedPaper) -> "QuerySet[ReturnedRow]":
    """Return the rows in the order in which they stand on their sheets."""
    rows = paper.rows.select_related("row__job", "row__parcel__code", "row__parcel__household")
    return rows.select_related("row__parcel__beneficiary").order_by("row__job", "row__position")


def rows_for(*, paper: ReturnedPaper, actor: Actor) -> list[RowShown]:
    """List the rows for a person."""
    rows = list(rows_of(paper))
    packed = packed_by(actor.holder_id, [row.row.parcel_id for row in rows])
    return [RowShown(row, row.row.parcel_id in packed) for row in rows]


def packed_by(holder_id: uuid.UUID, parcels: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of the parcels somebody packed, with whichever device."""
    packs = ScanEvent.objects.filter(parcel__in=parcels, step="PACK").filter(
        Q(device_id=holder_id) | Q(operator_id=holder_id)
    )
    return {parcel for parcel in packs.values_list("parcel_id", flat=True) if parcel}


def count_of_rows_unseen(paper: ReturnedPaper) -> int:
    """Count the rows of the same sheets that stand on pages which were not handed in here."""
    seen = paper.rows.values("row")
    jobs = paper.rows.values("row__job")
    return SheetRow.objects.filter(job__in=jobs).exclude(id__in=seen).count()
