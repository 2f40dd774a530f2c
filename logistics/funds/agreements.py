"""Record what was signed about a fund, and the rules on what management may cost."""

import datetime as dt

from logistics.funds.models import Basis, Fund
from logistics.funds.money_models import Agreement, CapBase, CostRule
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, OrganisationKind
from logistics.parties.proposals import require_evidence
from logistics.storage.transactions import action

PER_MILLE = 1000


class AgreementRecordedAlready(Conflicting):
    code = "agreement_recorded_already"
    zh = "专项 {fund} 已登记协议 {number}，内容不同。"
    en = "Agreement {number} of fund {fund} is recorded already, with other content."


class SignedInFuture(Unacceptable):
    code = "signed_in_future"
    zh = "签订日期不能在将来。"
    en = "An agreement cannot have been signed in the future."


class CostRuleUnreadable(Unacceptable):
    code = "cost_rule_unreadable"
    zh = "管理费用规则的 {field} 写法不对。"
    en = "The {field} of the rule on management cost cannot be read."


class CostRuleStands(Conflicting):
    code = "cost_rule_stands"
    zh = "{in_force_from} 起已有一条同类规则，只能另立新的一条。"
    en = "A rule of this kind is in force from {in_force_from} already; only a later one can take over."


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
    return row, True


@action
def record_cost_rule(
    *,
    organisation_kind: str,
    base: str,
    per_mille: int,
    source: str,
    in_force_from: dt.date,
    basis: str = "",
    free_minor: int = 0,
    is_example: bool = False,
    actor: Actor | None = None,
    now: dt.datetime,
) -> CostRule:
    """Record how much management may cost in a year, from a day on, with the text that says so.

    Refuses CostRuleUnreadable, CostRuleStands.
    """
    known = {
        "organisation_kind": organisation_kind in OrganisationKind.values,
        "base": base in CapBase.values,
        "basis": basis in ("", *Basis.values),
        "per_mille": 0 <= per_mille <= PER_MILLE,
        "free": free_minor >= 0,
        "source": bool(source.strip()),
    }
    for field, is_known in known.items():
        if not is_known:
            raise CostRuleUnreadable(field=field, pointer=f"/{field}")
    if CostRule.objects.filter(
        organisation_kind=organisation_kind, basis=basis, in_force_from__gte=in_force_from
    ).exists():
        raise CostRuleStands(in_force_from=in_force_from.isoformat(), pointer="/in_force_from")
    return CostRule.objects.create(
        organisation_kind=organisation_kind,
        basis=basis,
        base=base,
        per_mille=per_mille,
        free_minor=free_minor,
        source=source,
        is_example=is_example,
        in_force_from=in_force_from,
        recorded_at=now,
        recorded_by_id=actor.holder_id if actor else None,
    )
