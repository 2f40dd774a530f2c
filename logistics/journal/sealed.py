"""What the log says of master data."""

from logistics.journal.history import Revision
from logistics.journal.revisions import leaf_of_revision
from logistics.journal.standing import by_row, declare_sealed

declare_sealed("REVISION", by_row(Revision, leaf_of_revision, "REVISION"))
