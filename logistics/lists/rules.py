"""Set what a programme's lists ask: who is eligible, how many days of notice, how many hours a stage, which round."""

from collections.abc import Mapping

from logistics.journal.revisions import Cause, change_master, note_registered
from logistics.kernel.refusals import Conflicting
from logistics.lists.marks import MARKING_LOCK
from logistics.lists.models import ProgrammeRules
from logistics.lists.rule_checks import checked_rules
from logistics.parties.access import require_own_master
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.storage.locks import wait_for_others
from logistics.storage.transactions import action

CHANGEABLE = ("round_name", "eligibility", "notice_days", "hours_per_stage")


class RulesPresent(Conflicting):
    code = "list_rules_present"
    zh = "公益项目 {programme} 已设置入选条件，请修改。"
    en = "The programme {programme} has its rules already: change them."


@action
def register_rules(
    *,
    actor: Actor,
    programme: Programme,
    round_name: str,
    eligibility: Mapping[str, object] | None = None,
    notice_days: int,
    hours_per_stage: Mapping[str, int] | None = None,
    cause: Cause,
) -> ProgrammeRules:
    """Set a programme's rules for the first time, by the body that owns it.

    Refuses MasterOfAnother, RulesPresent, RulesUnreadable, NoticeDaysOutOfBounds, StageHoursUnreadable, RoundUnnamed.
    """
    require_own_master(programme, actor.organisation)
    values = checked_rules(
        {
            "round_name": round_name,
            "eligibility": dict(eligibility or {}),
            "notice_days": notice_days,
            "hours_per_stage": dict(hours_per_stage or {}),
        }
    )
    # Locked, so that of two first settings one is refused.
    Programme.objects.select_for_update().get(id=programme.id)
    if ProgrammeRules.objects.filter(programme=programme).exists():
        raise RulesPresent(programme=programme.code)
    rules = ProgrammeRules.objects.create(programme=programme, **values)
    note_registered([rules], cause=cause)
    return rules


@action
def change_rules(
    *,
    actor: Actor,
    rules: ProgrammeRules,
    changes: Mapping[str, object],
    cause: Cause,
    number: int | None = None,
) -> ProgrammeRules:
    """Change a programme's rules; applications that stand are judged by the new ones.

    Refuses MasterOfAnother, RulesUnreadable, NoticeDaysOutOfBounds, StageHoursUnreadable, RoundUnnamed,
    ChangeUnexplained, RevisionStale.
    """
    require_own_master(rules.programme, actor.organisation)
    values = checked_rules(changes)
    # Whoever serves somebody just now ends first: nobody is served in a round that is over.
    wait_for_others(MARKING_LOCK)
    return change_master(rules, changes=values, changeable=CHANGEABLE, cause=cause, number=number)
