"""Record that a donor agreed to another use of a fund."""

import datetime as dt

from django.utils import timezone

from logistics.funds.agreements import SignedInFuture
from logistics.funds.models import Fund
from logistics.funds.money_models import Consent
from logistics.journal.revisions import Cause, note_registered
from logistics.kernel.refusals import Conflicting
from logistics.parties.actors import Actor
from logistics.parties.models import Donor
from logistics.parties.proposals import require_evidence
from logistics.storage.transactions import action


class ConsentRecordedAlready(Conflicting):
    code = "consent_recorded_already"
    zh = "专项 {fund} 已登记这份同意文件，内容不同。"
    en = "This consent to fund {fund} is recorded already, with other content."


@action
def record_consent(
    *,
    actor: Actor,
    fund: Fund,
    donor: Donor | None = None,
    given_on: dt.date,
    document_sha256: str,
    purpose: str = "",
    now: dt.datetime,
) -> tuple[Consent, bool]:
    """Record a donor's consent about a fund, by the hash of its document. Returns (consent, is new).

    Refuses EvidenceRequired, SignedInFuture, ConsentRecordedAlready.
    """
    require_evidence(document_sha256, "/document_sha256")
    if given_on > timezone.localdate(now):
        raise SignedInFuture(pointer="/given_on")
    said = {"donor_id": donor.id if donor else None, "given_on": given_on, "purpose": purpose}
    known = Consent.objects.select_related("fund", "donor").filter(fund=fund, document_sha256=document_sha256)
    standing = known.first()
    if standing is not None:
        if any(getattr(standing, name) != value for name, value in said.items()):
            raise ConsentRecordedAlready(fund=fund.code, pointer="/document_sha256")
        return standing, False
    row = Consent.objects.create(
        fund=fund, document_sha256=document_sha256, recorded_at=now, recorded_by_id=actor.holder_id, **said
    )
    note_registered([row], cause=Cause(actor.holder_id, now=now))
    return row, True
