"""Record the rules on what management may cost in a year: data with their source, never code."""

import datetime as dt

from logistics.funds.models import Basis
from logistics.funds.money_models import CapBase, CostRule
from logistics.journal.revisions import Cause, note_registered
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.access import require_root
from logistics.parties.actors import Actor
from logistics.parties.models import OrganisationKind
from logistics.storage.transactions import action

PER_MILLE = 1000


class CostRuleUnreadable(Unacceptable):
    code = "cost_rule_unreadable"
    zh = "管理费用规则的 {field} 写法不对。"
    en = "The {field} of the rule on management cost cannot be read."


class CostRuleStands(Conflicting):
    code = "cost_rule_stands"
    zh = "{in_force_from} 起已有一条同类规则，只能另立新的一条。"
    en = "A rule of this kind is in force from {in_force_from} already; only a later one can take over."


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

    The installation itself records those that it comes with; else the federation at the top.

    Refuses RootRequired, CostRuleUnreadable, CostRuleStands.
    """
    if actor is not None:
        require_root(actor.organisation)
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
    row = CostRule.objects.create(
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
    note_registered([row], cause=Cause(row.recorded_by_id, now=now))
    return row
