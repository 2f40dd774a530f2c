"""What the log says of findings."""

from logistics.audits.findings import leaf_of_note
from logistics.audits.models import FindingNote
from logistics.journal.standing import by_row, declare_sealed

declare_sealed("FINDING", by_row(FindingNote, leaf_of_note, "FINDING"))
