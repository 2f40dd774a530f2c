"""Ask for the rules of a programme's lists."""

from logistics.kernel.refusals import Conflicting
from logistics.lists.models import ProgrammeRules
from logistics.parties.models import Programme


class RulesAbsent(Conflicting):
    code = "list_rules_absent"
    zh = "公益项目 {programme} 还没有设置入选条件、公示天数和批次，请先设置。"
    en = "The programme {programme} has not set its rules, days of notice and round yet: set them first."


def find_rules(programme: Programme) -> ProgrammeRules | None:
    """Return a programme's rules, or None where none were set."""
    return ProgrammeRules.objects.select_related("programme").filter(programme=programme).first()


def get_rules(programme: Programme) -> ProgrammeRules:
    """Return a programme's rules. Refuses RulesAbsent."""
    found = find_rules(programme)
    if found is None:
        raise RulesAbsent(programme=programme.code, pointer="/programme")
    return found
