"""Pledges: what was promised, what came of it, what is overdue."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.donations.pledge_models import Pledge
from logistics.donations.pledge_reads import (
    OVERDUE,
    STATES,
    get_pledge,
    gifts_that_could_keep,
    pledges_in,
    received_of,
    state_of_pledge,
    visible_pledges,
)
from logistics.donations.pledges import match_gift, record_pledge, withdraw_pledge
from logistics.donations.reads import get_donation
from logistics.parties.actions import NewDonor
from logistics.parties.actors import Actor
from logistics.web.doors import OFFICERS, actor_of, for_roles
from logistics.web.pages import is_done
from logistics.web.payment_forms import MatchForm, PledgeForm, WithdrawForm

PLEDGES_PER_PAGE = 50
GIFTS_OFFERED = 100
CURRENCY = "CNY"


@for_roles(*OFFICERS)
def pledges(request: HttpRequest) -> HttpResponse:
    """List pledges, newest first, in one state where somebody looks for it; and record one."""
    actor, today = actor_of(request), timezone.localdate()
    form = PledgeForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        made: list[Pledge] = []
        if is_done(form, lambda: made.append(_recorded(actor, form))):
            messages.success(request, _("Recorded. Nothing is booked before money comes."))
            return redirect("web:pledge", pledge_id=made[0].id)
    mine, wanted = visible_pledges(actor.organisation), request.GET.get("state", "")
    rows = pledges_in(mine, wanted, today) if wanted in STATES else mine
    context = {
        "form": form,
        "page": Paginator(rows, PLEDGES_PER_PAGE).get_page(request.GET.get("page")),
        "states": STATES,
        "wanted": wanted,
        "overdue": pledges_in(mine, OVERDUE, today).count(),
        "query": f"state={wanted}" if wanted else "",
    }
    return render(request, "web/pledges.html", context, status=422 if form.errors else 200)


def _recorded(actor: Actor, form: PledgeForm) -> Pledge:
    values, (pledged_on, due_on) = form.cleaned_data, form.days()
    return record_pledge(
        actor=actor,
        programme=values["programme"],
        fund=values["fund"],
        donor=NewDonor(values["donor_kind"], values["donor_name"]),
        amount_minor=values["amount"],
        currency=CURRENCY,
        pledged_on=pledged_on,
        due_on=due_on,
        reference=str(values["once"]),
        note=values["note"],
        now=timezone.now(),
    )[0]


@for_roles(*OFFICERS)
def pledge(request: HttpRequest, pledge_id: uuid.UUID) -> HttpResponse:
    """Show one pledge with the gifts that kept it; match another gift to it, or withdraw it."""
    actor = actor_of(request)
    row = get_pledge(pledge_id=pledge_id, organisation=actor.organisation)
    gifts = list(gifts_that_could_keep(row)[:GIFTS_OFFERED])
    match = MatchForm(request.POST if "match" in request.POST else None, gifts=gifts)
    end = WithdrawForm(request.POST if "end" in request.POST else None)
    if match.is_bound and match.is_valid() and is_done(match, lambda: _match(actor, row, match)):
        messages.success(request, _("Matched. The gift counts for this pledge."))
        return redirect("web:pledge", pledge_id=row.id)
    if end.is_bound and end.is_valid() and is_done(end, lambda: _withdraw(row, end)):
        messages.success(request, _("Withdrawn. What came stands."))
        return redirect("web:pledge", pledge_id=row.id)
    kept = row.gifts.select_related("donation__code", "donation__entry__reversed_by").order_by("id")
    context = {
        "pledge": row,
        "state": state_of_pledge(row, timezone.localdate()),
        "received": received_of(row),
        "left": max(0, row.amount_minor - received_of(row)),
        "kept": kept,
        "match": match,
        "has_gifts": bool(gifts),
        "end": end,
    }
    return render(request, "web/pledge.html", context, status=422 if match.errors or end.errors else 200)


def _match(actor: Actor, row: Pledge, form: MatchForm) -> None:
    donation_id = uuid.UUID(form.cleaned_data["donation"])
    donation = get_donation(donation_id=donation_id, organisation=actor.organisation)
    match_gift(actor=actor, pledge=row, donation=donation, now=timezone.now())


def _withdraw(row: Pledge, form: WithdrawForm) -> None:
    withdraw_pledge(pledge=row, reason=form.cleaned_data["reason"], now=timezone.now())
