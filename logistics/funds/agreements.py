"""Record what was signed about a fund."""

import datetime as dt

from logistics.funds.cost_rules import PER_MILLE, CostRuleUnreadable
from logistics.funds.models import Fund
from logistics.funds.money_models import Agreement
from logistics.journal.revisions import Cause, note_registered
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Donor
from logistics.parties.proposals import require_evidence
from logistics.storage.transactions import action


class AgreementRecordedAlready(Conflicting):
    code = "agreement_recorded_already"
    zh = "专项 {fund} 已登记协议 {number}，内容不同。"
    en = "Agreement {number} of fund {fund} is recorded already, with other content."


class SignedInFuture(Unacceptable):
    code = "signed_in_future"
    zh = "签订日期不能在将来。"
    en = "An agreement cannot have been signed in the future."


@action
def record_agreement(
    *,
    actor: Actor,
    fund: Fund,
    number: str,
    signed_on: dt.date,
    document_sha256: str,
    donor: Donor | None = None,
    purpose: str = "",
    management_cap_per_mille: int | None = None,
    now: dt.datetime,
) -> tuple[Agreement, bool]:
    """Record an agreement about a fund. Returns (agreement, is new); the same one again is the first.

    Refuses EvidenceRequired, SignedInFuture, CostRuleUnreadable (the cap), AgreementRecordedAlready.
    """
    require_evidence(document_sha256, "/document_sha256")
    if signed_on > now.date() + dt.timedelta(days=1):
        raise SignedInFuture(pointer="/signed_on")
    if management_cap_per_mille is not None and not 0 <= management_cap_per_mille <= PER_MILLE:
        raise CostRuleUnreadable(field="management_cap_per_mille", pointer="/management_cap_per_mille")
    said = {
        "donor_id": donor.id if donor else None,
        "signed_on": signed_on,
        "document_sha256": document_sha256,
        "purpose": purpose,
        "management_cap_per_mille": management_cap_per_mille,
    }
    standing = Agreement.objects.filter(fund=fund, number=number).select_related("fund", "donor").first()
    if standing is not None:
        if any(getattr(standing, name) != value for name, value in said.items()):
            raise AgreementRecordedAlready(fund=fund.code, number=number, pointer="/number")
        return standing, False
    row = Agreement.objects.create(fund=fund, number=number, recorded_at=now, recorded_by_id=actor.holder_id, **said)
    note_registered([row], cause=Cause(actor.holder_id, now=now))
    return row, True
