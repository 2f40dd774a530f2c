"""The auditor's first page: received, kept, managed, given out, each with the way down to its entries."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from logistics.audits.access import days_within, live_mandates
from logistics.audits.findings import findings_with_state
from logistics.ledgers.reads import LEDGERS, get_ledger
from logistics.ledgers.scope import LedgerScope
from logistics.parties.actors import Actor
from logistics.web.doors import AUDITORS, actor_of, for_roles
from logistics.web.wording import MONEY_FIGURES


class Stage(NamedTuple):
    """One stage of the order of work: its sign, its words, its ledgers, the figures that matter, further pages."""

    sign: str
    words: Promise
    ledgers: tuple[str, ...]
    figures: tuple[str, ...]
    pages: tuple[tuple[str, Promise], ...]


STAGES = (
    Stage(
        "收",
        _("What came in"),
        ("donations",),
        ("gifts", "received", "goods_value"),
        (("audit/sample?of=gifts", _("Draw a sample of gifts")),),
    ),
    Stage("存", _("What is kept"), ("stock",), ("kits_on_hand", "value"), (("stock", _("Stock by warehouse")),)),
    Stage(
        "管",
        _("How it is managed"),
        ("funds", "journal", "vouchers", "trial-balance"),
        ("received", "spent", "granted", "balance"),
        (
            ("audit/sample?of=entries", _("Draw a sample of entries")),
            ("audit/periods", _("Periods and closings")),
            ("audit/changes", _("Changes of master data")),
        ),
    ),
    Stage(
        "发",
        _("What was given out"),
        ("distribution",),
        ("parcels_delivered", "value_delivered", "households_served_with_goods", "unposted"),
        (
            ("audit/sample?of=parcels", _("Draw a sample of parcels")),
            ("audit/evidence", _("From a parcel in the hand to its entries")),
        ),
    ),
)


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
    # Stock by warehouse is a page of those who keep it; a bound auditor has the ledger of stock.
    pages = [(f"/{path}", words) for path, words in stage.pages if path != "stock" or actor.reach is None]
    ledgers = [(name, reverse("web:ledger", args=[name])) for name in stage.ledgers if name in LEDGERS]
    return {"stage": stage, "figures": figures, "ledgers": ledgers, "pages": pages}
