"""Who calls: a partner's key, a device or a signed-in person."""

import datetime as dt
import uuid
from dataclasses import dataclass

from logistics.journal.revisions import Cause
from logistics.parties.models import Organisation, Person


@dataclass(frozen=True)
class Reach:
    """What an auditor's mandate opens: days of the books, both included, until a moment."""

    mandate_id: uuid.UUID
    from_on: dt.date
    to_on: dt.date
    expires_at: dt.datetime


@dataclass(frozen=True)
class Actor:
    """Who calls. `holder_id` is the id of the key or of the person; a key has no person.

    `organisation` is where the caller stands: what is below it can be seen. `reach` bounds who only audits.
    """

    organisation: Organisation
    holder_id: uuid.UUID
    person: Person | None = None
    key_name: str = ""
    reach: Reach | None = None

    @property
    def reference_owner(self) -> uuid.UUID:
        """Name the owner of the caller's references: the key's holder, or the organisation for a person."""
        return self.organisation.id if self.person else self.holder_id

    def cause(self, now: dt.datetime, reason: str = "") -> Cause:
        """Say who registers or changes master data, why and when."""
        return Cause(self.holder_id, reason, now)
