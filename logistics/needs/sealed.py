"""What the log says of visits and needs: ids, kinds of step, times and commitments, nothing of a person."""

from logistics.journal.leaves import said
from logistics.journal.postings import LeafData
from logistics.journal.standing import by_row, declare_sealed
from logistics.kernel.canonical import leaf_bytes
from logistics.needs.models import HomeVisit, NeedHolder, NeedStep


def leaf_of_visit(row: HomeVisit) -> LeafData:
    """Say a visit in canonical bytes; its note is a commitment."""
    return LeafData("HOME_VISIT", row.id, leaf_bytes("HOME_VISIT", {"visit": said(row)}), row.organisation_id)


def leaf_of_step(row: NeedStep) -> LeafData:
    """Say a step of a need in canonical bytes; what the family lacks and why is a commitment."""
    return LeafData("NEED_STEP", row.id, leaf_bytes("NEED_STEP", {"step": said(row)}), row.organisation_id)


def leaf_of_holder(row: NeedHolder) -> LeafData:
    """Say who holds a need since when in canonical bytes; the reason is a commitment."""
    return LeafData("NEED_HOLDER", row.id, leaf_bytes("NEED_HOLDER", {"holder": said(row)}), row.holder_id)


declare_sealed("HOME_VISIT", by_row(HomeVisit, leaf_of_visit, "HOME_VISIT"))
declare_sealed("NEED_STEP", by_row(NeedStep, leaf_of_step, "NEED_STEP"))
declare_sealed("NEED_HOLDER", by_row(NeedHolder, leaf_of_holder, "NEED_HOLDER"))
