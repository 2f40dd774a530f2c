"""Ask for the rules of a programme's lists."""

from dataclasses import replace

from logistics.kernel.admission import Rules
from logistics.kernel.refusals import Conflicting
from logistics.lists.models import ProgrammeRules
from logistics.parties.models import Programme


class RulesAbsent(Conflicting):
    code = "list_rules_absent"
    zh = "公益项目 {programme} 还没有设置入选条件、公示天数和批次，请先设置。"
    en = "The programme {programme} has not set its rules, days of notice and round yet: set them first."


def judged_rules(rules: ProgrammeRules, asked: Rules | None = None) -> Rules:
    """Return what a programme's lists are judged by: its own rules, or those asked about, and that other programmes do
    not follow its help holds the other way round too.
    """
    own, code = asked or Rules.from_json(rules.eligibility), rules.programme.code
    not_with = dict(own.not_with)
    others = ProgrammeRules.objects.filter(eligibility__has_key="not_with").exclude(id=rules.id)
    for other, eligibility in others.order_by("id").values_list("programme__code", "eligibility"):
        days = eligibility["not_with"].get(code, 0)
        if days:
            not_with[other] = max(days, not_with.get(other, 0))
    return replace(own, not_with=not_with)


def find_rules(programme: Programme) -> ProgrammeRules | None:
    """Return a programme's rules, or None where none were set."""
    return ProgrammeRules.objects.select_related("programme").filter(programme=programme).first()


def get_rules(programme: Programme) -> ProgrammeRules:
    """Return a programme's rules. Refuses RulesAbsent."""
    found = find_rules(programme)
    if found is None:
        raise RulesAbsent(programme=programme.code, pointer="/programme")
    return found
