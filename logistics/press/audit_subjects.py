"""What a finding may be about, found by what people call it."""

import uuid

from logistics.audits.access import require_any_day, require_day
from logistics.audits.findings import FindingSubjectUnknown, Subject
from logistics.audits.models import FindingSubject
from logistics.donations.models import Donation
from logistics.funds.reads import get_fund
from logistics.journal.reads import EntryMissing, booked_days, get_entry
from logistics.ledgers.reads import get_ledger
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation


def find_subject(*, actor: Actor, kind: str, text: str) -> tuple[Subject, Organisation]:
    """Return what a finding is about and whose it is.

    Refuses FindingSubjectUnknown, ParcelMissing, FundMissing, EntryMissing, LedgerMissing, OutsideMandate.
    """
    own = actor.organisation
    if kind == FindingSubject.PARCEL:
        parcel = require_parcel_within(actor, get_parcel(key=text, organisation=own))
        return Subject(kind, parcel.id, parcel.code.text), parcel.organisation
    if kind == FindingSubject.FUND:
        fund = get_fund(code=text, organisation=own)
        return Subject(kind, fund.id, fund.code), fund.holder
    if kind == FindingSubject.ENTRY:
        entry = get_entry(entry_id=_as_id(text), organisation_ids=organisation_ids_below(own))
        require_day(actor, entry.booked_on)
        return Subject(kind, entry.id, str(entry.id)), Organisation.objects.get(id=entry.organisation_id)
    if kind == FindingSubject.LEDGER:
        get_ledger(text)
        return Subject(kind, None, text), own
    raise FindingSubjectUnknown(value=kind[:20], pointer="/subject/kind")


def _as_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise EntryMissing from None


def require_parcel_within(actor: Actor, parcel: Parcel) -> Parcel:
    """Return the parcel. Refuses OutsideMandate where nothing of it is booked on a day that an auditor may see."""
    require_any_day(actor, booked_days([parcel.reserved_account_id, parcel.parcel_account_id]))
    return parcel


def require_gift_within(actor: Actor, gift: Donation) -> Donation:
    """Return the gift. Refuses OutsideMandate where it is booked on a day that an auditor may not see."""
    require_day(actor, gift.entry.booked_on)
    return gift
