"""What the log says of scans."""

from logistics.deliveries.models import ScanEvent, Settlement
from logistics.journal.leaves import said
from logistics.journal.postings import LeafData
from logistics.journal.standing import by_row, declare_sealed
from logistics.kernel.canonical import leaf_bytes


def leaf_of_scan(event: ScanEvent) -> LeafData:
    """Say a scan in canonical bytes: ids, codes, times and commitments, nothing of a person."""
    return LeafData("SCAN", event.id, leaf_bytes("SCAN", {"scan": said(event)}), event.organisation_id)


declare_sealed("SCAN", by_row(ScanEvent, leaf_of_scan, "SCAN"))


def leaf_of_settlement(row: Settlement) -> LeafData:
    """Say a settlement in canonical bytes; its reason is a commitment."""
    return LeafData("SETTLEMENT", row.id, leaf_bytes("SETTLEMENT", {"settlement": said(row)}), row.organisation_id)


declare_sealed("SETTLEMENT", by_row(Settlement, leaf_of_settlement, "SETTLEMENT"))
