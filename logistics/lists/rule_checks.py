"""Check the settings of a programme's lists before they are kept."""

from collections.abc import Mapping

from logistics.kernel.admission import Rules
from logistics.kernel.refusals import Unacceptable
from logistics.lists.models import Stage
from logistics.lists.rule_models import ROUND_LENGTH_MAX

NOTICE_DAYS_MAX, HOURS_MAX = 60, 24 * 365


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


def _hours(value: object) -> dict[str, int]:
    found = value if isinstance(value, Mapping) else {"": value}
    if not all(stage in Stage.values and _is_between(hours, 1, HOURS_MAX) for stage, hours in found.items()):
        raise StageHoursUnreadable(stages=list(Stage.values), most=HOURS_MAX, pointer="/hours_per_stage")
    return dict(found)


def _is_between(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
