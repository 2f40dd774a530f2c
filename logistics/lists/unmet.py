"""Judge applications by the rules of their programme, and say whom a change of the rules would shut out."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from logistics.kernel.admission import ApplicantFacts, Rules, unmet_rules
from logistics.lists.access import visible_applications
from logistics.lists.facts import facts_of
from logistics.lists.models import Application, ApplicationState, ProgrammeRules
from logistics.lists.rule_reads import find_rules, judged_rules
from logistics.parties.models import Organisation

OPEN = (ApplicationState.FILED, ApplicationState.ACCEPTED, ApplicationState.ON_NOTICE)
# How many of those whom a change concerns are named; all are counted.
NAMED_MAX = 100


@dataclass(frozen=True)
class Concerned:
    """An application that a change of the rules would shut out, or let in, and by which rules."""

    application: Application
    unmet: tuple[str, ...]


@dataclass(frozen=True)
class RulesPreview:
    """What a change of the rules would do to applications that are open now."""

    open_count: int
    shut_out_count: int
    let_in_count: int
    shut_out: list[Concerned]
    let_in: list[Concerned]


def unmet_of(application: Application, facts: ApplicantFacts, *, on: dt.date) -> tuple[str, ...]:
    """Name the rules of its programme that an application does not meet on a day."""
    rules = find_rules(application.programme)
    judged = judged_rules(rules) if rules else Rules()
    return unmet_rules(judged, facts, programme=application.programme.code, on=on)


def unmet_by_application(
    rules: Rules, facts: Mapping[uuid.UUID, ApplicantFacts], *, programme: str, on: dt.date
) -> dict[uuid.UUID, tuple[str, ...]]:
    """Name for each application the rules that it does not meet on a day; those that meet all are left out."""
    judged = {key: unmet_rules(rules, known, programme=programme, on=on) for key, known in facts.items()}
    return {key: unmet for key, unmet in judged.items() if unmet}


def preview_rules(
    rules: ProgrammeRules, eligibility: Rules, *, organisation: Organisation, on: dt.date
) -> RulesPreview:
    """Say whom other rules would shut out of what is open now, and whom they would let in. Nothing is changed."""
    rows = visible_applications(organisation).filter(programme=rules.programme, state__in=OPEN)
    facts = facts_of(rows, on=on)
    code = rules.programme.code
    before, after = (
        unmet_by_application(judged, facts, programme=code, on=on)
        for judged in (judged_rules(rules), judged_rules(rules, eligibility))
    )
    shut_out = [key for key in after if key not in before]
    let_in = [key for key in before if key not in after]
    named = rows.in_bulk([*shut_out[:NAMED_MAX], *let_in[:NAMED_MAX]])
    return RulesPreview(
        open_count=len(facts),
        shut_out_count=len(shut_out),
        let_in_count=len(let_in),
        shut_out=[Concerned(named[key], after[key]) for key in shut_out[:NAMED_MAX]],
        let_in=[Concerned(named[key], before[key]) for key in let_in[:NAMED_MAX]],
    )
