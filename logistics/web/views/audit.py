"""The auditor's first page: received, kept, managed, given out, each with the way down to its entries."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from logistics.audits.access import days_within, live_mandates
from logistics.audits.finding_reads import findings_with_state
from logistics.ledgers.reads import LEDGERS, get_ledger
from logistics.ledgers.scope import LedgerScope
from logistics.parties.actors import Actor
from logistics.web.audit_stages import STAGES, Stage
from logistics.web.doors import AUDITORS, PACKERS, actor_of, for_roles
from logistics.web.wording import MONEY_FIGURES


@for_roles(*AUDITORS)
def audit(request: HttpRequest) -> HttpResponse:
    """Show the order of work with today's figures and the ways down."""
    actor, now = actor_of(request), timezone.now()
    scope = _scope(actor)
    open_findings = [row for row in findings_with_state(actor.organisation)[:20] if row.last_kind != "SETTLED"]  # type: ignore[attr-defined]  # -- an annotation
    context = {
        "organisation": actor.organisation,
        "reach": actor.reach,
        "mandates": live_mandates(actor.person, now) if actor.person else [],
        "stages": [_shown(stage, scope, actor) for stage in STAGES],
        "findings": open_findings,
        "today": timezone.localdate(now),
    }
    return render(request, "web/audit.html", context)


def _scope(actor: Actor) -> LedgerScope:
    from_on, to_on = days_within(actor, None, None)
    return LedgerScope(actor.organisation, from_on=from_on, to_on=to_on)


def _shown(stage: Stage, scope: LedgerScope, actor: Actor) -> dict[str, object]:
    summary = get_ledger(stage.ledgers[0]).summary(scope)
    figures = [(key, summary[key], key in MONEY_FIGURES) for key in stage.figures if isinstance(summary.get(key), int)]
    # Stock by warehouse is a page of those who keep it; others have the ledger of stock.
    keeps = actor.reach is None and actor.person is not None and actor.person.has_role(*PACKERS)
    pages = [(f"/{path}", words) for path, words in stage.pages if path != "stock" or keeps]
    ledgers = [(name, reverse("web:ledger", args=[name])) for name in stage.ledgers if name in LEDGERS]
    return {"stage": stage, "figures": figures, "ledgers": ledgers, "pages": pages}
