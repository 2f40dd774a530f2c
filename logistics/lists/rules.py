"""Set what a programme's lists ask: who is eligible, how many days of notice, how many hours a stage, which round."""

from collections.abc import Mapping

from logistics.journal.revisions import Cause, change_master, note_registered
from logistics.kernel.admission import Rules
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.lists.models import ProgrammeRules, Stage
from logistics.lists.rule_models import ROUND_LENGTH_MAX
from logistics.parties.access import require_own_master
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.storage.transactions import action

NOTICE_DAYS_MAX, HOURS_MAX = 60, 24 * 365
CHANGEABLE = ("round_name", "eligibility", "notice_days", "hours_per_stage")


class RulesAbsent(Conflicting):
    code = "list_rules_absent"
    zh = "公益项目 {programme} 还没有设置入选条件、公示天数和批次，请先设置。"
    en = "The programme {programme} has not set its rules, days of notice and round yet: set them first."


class RulesPresent(Conflicting):
    code = "list_rules_present"
    zh = "公益项目 {programme} 已设置入选条件，请修改。"
    en = "The programme {programme} has its rules already: change them."


class NoticeDaysOutOfBounds(Unacceptable):
    code = "notice_days_out_of_bounds"
    zh = "公示天数须为 1 到 {most} 天。"
    en = "A public notice lasts 1 to {most} days."


class StageHoursUnreadable(Unacceptable):
    code = "stage_hours_unreadable"
    zh = "各环节时限须写成环节（{stages}）和 1 到 {most} 小时。"
    en = "Hours are set by stage ({stages}), from 1 to {most}."


class RoundUnnamed(Unacceptable):
    code = "round_unnamed"
    zh = "请写明批次（最多 {most} 个字）。"
    en = "Name the round ({most} characters at most)."


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
    return change_master(rules, changes=values, changeable=CHANGEABLE, cause=cause, number=number)


def checked_rules(values: Mapping[str, object]) -> dict[str, object]:
    """Return those of the settings that were given, in their stored form. Refuses as `register_rules` does."""
    checked = dict(values)
    if "eligibility" in values:
        given = values["eligibility"]
        checked["eligibility"] = Rules.from_json(given if isinstance(given, Mapping) else {"": given}).to_json()
    if "notice_days" in values and not _is_between(values["notice_days"], 1, NOTICE_DAYS_MAX):
        raise NoticeDaysOutOfBounds(most=NOTICE_DAYS_MAX, pointer="/notice_days")
    if "hours_per_stage" in values:
        checked["hours_per_stage"] = _hours(values["hours_per_stage"])
    if "round_name" in values:
        name = str(values["round_name"]).strip()
        if not 0 < len(name) <= ROUND_LENGTH_MAX:
            raise RoundUnnamed(most=ROUND_LENGTH_MAX, pointer="/round_name")
        checked["round_name"] = name
    return checked


def find_rules(programme: Programme) -> ProgrammeRules | None:
    """Return a programme's rules, or None where none were set."""
    return ProgrammeRules.objects.select_related("programme").filter(programme=programme).first()


def get_rules(programme: Programme) -> ProgrammeRules:
    """Return a programme's rules. Refuses RulesAbsent."""
    found = find_rules(programme)
    if found is None:
        raise RulesAbsent(programme=programme.code, pointer="/programme")
    return found


def _hours(value: object) -> dict[str, int]:
    found = value if isinstance(value, Mapping) else {"": value}
    if not all(stage in Stage.values and _is_between(hours, 1, HOURS_MAX) for stage, hours in found.items()):
        raise StageHoursUnreadable(stages=list(Stage.values), most=HOURS_MAX, pointer="/hours_per_stage")
    return dict(found)


def _is_between(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
