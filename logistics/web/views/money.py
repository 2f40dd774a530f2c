"""The pages about money: what one proposes and another approves, agreements, and purchases that are paid first."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from logistics.donations.reads import get_donation
from logistics.donations.refund_models import Refund
from logistics.donations.refunds import approve_refund, propose_refund
from logistics.funds.costs import approve_cost, propose_cost
from logistics.funds.interest import approve_interest, propose_interest
from logistics.funds.money_models import Cost, Interest, Reversal
from logistics.funds.reversals import approve_reversal, propose_reversal
from logistics.journal.reads import get_entry
from logistics.kernel.refusals import Refusal
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Person
from logistics.parties.proposals import Proposal, get_proposal, reject, visible_proposals
from logistics.stock.money_models import Opening
from logistics.stock.openings import OpeningLineInput, approve_opening, propose_opening
from logistics.stock.valuation import ValueBasis
from logistics.web.doors import APPROVERS, OFFICERS, actor_of, explain, for_roles, language
from logistics.web.forms import LineForms, PageForm
from logistics.web.money_forms import CostForm, InterestForm, OpeningForm, RefundForm, ReversalForm

WAITING_SHOWN = 100
DECIDED_SHOWN = 20


@dataclass(frozen=True)
class Kind:
    """One kind of proposal: its table, what its page says, and who books it."""

    model: type[Proposal]
    approve: Callable[[Actor, Any], Proposal]
    form: type[PageForm] | None = None
    title: Promise | str = ""


KINDS: Mapping[str, Kind] = {
    "cost": Kind(
        Cost,
        lambda actor, row: approve_cost(actor=actor, cost=row, now=timezone.now()),
        CostForm,
        gettext_lazy("Propose a cost"),
    ),
    "interest": Kind(
        Interest,
        lambda actor, row: approve_interest(actor=actor, interest=row, now=timezone.now()),
        InterestForm,
        gettext_lazy("Propose bank interest"),
    ),
    "opening": Kind(
        Opening,
        lambda actor, row: approve_opening(actor=actor, opening=row, now=timezone.now()),
        OpeningForm,
        gettext_lazy("Propose an opening balance"),
    ),
    "reversal": Kind(
        Reversal,
        lambda actor, row: approve_reversal(actor=actor, reversal=row, now=timezone.now()),
        ReversalForm,
        gettext_lazy("Propose to reverse a mistake"),
    ),
    "refund": Kind(Refund, lambda actor, row: approve_refund(actor=actor, refund=row, now=timezone.now())),
}


@for_roles(*OFFICERS)
def money(request: HttpRequest) -> HttpResponse:
    """List what waits for another person's approval, and what was decided last."""
    organisation = actor_of(request).organisation
    rows = [
        (name, row)
        for name, kind in KINDS.items()
        for row in visible_proposals(kind.model, organisation)[:WAITING_SHOWN]
    ]
    rows.sort(key=lambda pair: pair[1].id, reverse=True)
    person = request.user
    context = {
        "waiting": [_shown(name, row) for name, row in rows if row.state == "PROPOSED"],
        "decided": [_shown(name, row) for name, row in rows if row.state != "PROPOSED"][:DECIDED_SHOWN],
        "may_approve": isinstance(person, Person) and person.has_role(*APPROVERS),
        "kinds": [(name, kind.title) for name, kind in KINDS.items() if kind.form],
    }
    return render(request, "web/money.html", context)


@for_roles(*OFFICERS)
def money_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Propose a cost, interest, an opening balance or a reversal."""
    found = KINDS.get(kind)
    if found is None or found.form is None:
        raise Http404
    actor = actor_of(request)
    initial = {"entry": request.GET["entry"][:36]} if "entry" in request.GET else None
    form = found.form(request.POST or None, request.FILES or None, organisation=actor.organisation, initial=initial)
    lines = LineForms(request.POST or None, prefix="line") if kind == "opening" else None
    if request.method == "POST" and form.is_valid() and (lines is None or lines.is_valid()):
        try:
            _PROPOSE[kind](actor, form.cleaned_data, [] if lines is None else [line.cleaned_data for line in lines])
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return _proposed(request)
    has_errors = bool(form.errors or (lines is not None and lines.is_bound and not lines.is_valid()))
    intro = _("Another person approves it; only then it is booked.")
    context = {"form": form, "lines": lines, "title": found.title, "intro": intro}
    return render(request, "web/form.html", context, status=422 if has_errors else 200)


@for_roles(*OFFICERS)
def refund(request: HttpRequest, donation_id: uuid.UUID) -> HttpResponse:
    """Propose to give a gift back."""
    actor = actor_of(request)
    gift = get_donation(donation_id=donation_id, organisation=actor.organisation)
    form = RefundForm(request.POST or None, request.FILES or None, gift=gift, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            propose_refund(
                actor=actor,
                donation=gift,
                amount_minor=values.get("amount") or 0,
                lines=form.wanted(),
                refunded_at=values["happened_on"],
                reason=values["reason"],
                evidence_sha256=values["evidence_sha256"],
                reference=str(values["once"]),
                now=timezone.now(),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return _proposed(request)
    context = {
        "form": form,
        "title": _("Give a gift back"),
        "intro": _("Only what is not used can go back to the donor. Another person approves it."),
    }
    return render(request, "web/form.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
@require_POST
def money_step(request: HttpRequest, kind: str, proposal_id: uuid.UUID, step: str) -> HttpResponse:
    """Approve a proposal, or reject it (its proposer takes it back so)."""
    found, actor = KINDS.get(kind), actor_of(request)
    is_approval = step == "approve"
    if found is None or step not in ("approve", "reject"):
        raise Http404
    if is_approval and not (actor.person and actor.person.has_role(*APPROVERS)):
        raise Http404
    row = get_proposal(found.model, proposal_id=proposal_id, organisation=actor.organisation)
    try:
        if is_approval:
            found.approve(actor, row)
        else:
            reject(row, actor=actor, now=timezone.now())
        messages.success(request, _("Approved and booked.") if is_approval else _("Rejected. Nothing was booked."))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:money")


def _proposed(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Proposed. Another person approves it."))
    return redirect("web:money")


def _shown(name: str, row: Any) -> dict[str, Any]:
    """Say a proposal for the table: which fund, what, and how much."""
    gift = row.donation if name == "refund" else None
    fund = gift.fund if gift else getattr(row, "fund", None)
    return {
        "kind": name,
        "row": row,
        "fund": fund.code if fund else "",
        "amount": getattr(row, "amount_minor", None) or None,
        "currency": getattr(row, "currency", None) or (gift.currency if gift else "CNY"),
        "what": getattr(row, "category", ""),
        "gift": gift,
    }


def _propose_cost(actor: Actor, values: Mapping[str, Any], lines: Any) -> None:
    propose_cost(
        actor=actor,
        fund=values["fund"],
        category=values["category"],
        amount_minor=values["amount"],
        payee=values["payee"],
        incurred_at=values["happened_on"],
        **_common(values),
    )


def _propose_interest(actor: Actor, values: Mapping[str, Any], lines: Any) -> None:
    earned_at = values["happened_on"]
    propose_interest(
        actor=actor, fund=values["fund"], amount_minor=values["amount"], earned_at=earned_at, **_common(values)
    )


def _propose_opening(actor: Actor, values: Mapping[str, Any], lines: "list[Mapping[str, Any]]") -> None:
    propose_opening(
        actor=actor,
        fund=values["fund"],
        amount_minor=values["amount"] or 0,
        lines=[
            OpeningLineInput(
                item=line["item"],
                warehouse=values["warehouse"],
                quantity=line["quantity"],
                basis=line["basis"] or ValueBasis.NONE,
                line_total_minor=line["line_total"],
                expires_on=line["expires_on"],
                batch=line["batch"],
            )
            for line in lines
            if line.get("item")
        ],
        opened_at=values["happened_on"],
        **_common(values),
    )


def _propose_reversal(actor: Actor, values: Mapping[str, Any], lines: Any) -> None:
    below = organisation_ids_below(actor.organisation)
    propose_reversal(actor=actor, entry=get_entry(entry_id=values["entry"], organisation_ids=below), **_common(values))


def _common(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reason": values["reason"],
        "evidence_sha256": values["evidence_sha256"],
        "reference": str(values["once"]),
        "now": timezone.now(),
    }


_PROPOSE: Mapping[str, Callable[[Actor, Mapping[str, Any], Any], None]] = {
    "cost": _propose_cost,
    "interest": _propose_interest,
    "opening": _propose_opening,
    "reversal": _propose_reversal,
}
