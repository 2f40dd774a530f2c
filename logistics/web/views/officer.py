"""The officer's pages: what needs attention, parcels, funds, grants, families."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.deliveries.models import ScanEvent
from logistics.deliveries.next_tries import codes_free_and_due, next_tries, parcels_to_try_again
from logistics.deliveries.proofs import proofs_late
from logistics.deliveries.round_reads import late_rounds, parcels_not_returned
from logistics.deliveries.rounds import TO_HAND_OVER
from logistics.donations.actions import record_money_donation
from logistics.donations.pledge_reads import OVERDUE, pledges_in, visible_pledges
from logistics.funds.actions import terms_on
from logistics.funds.reads import visible_funds
from logistics.grants.access import visible_grants
from logistics.grants.actions import approve_grant, pay_grant, plan_grant
from logistics.grants.reads import get_grant
from logistics.households.access import standing_households, townships_of
from logistics.households.reads import get_recipient, household_view_for
from logistics.households.visibility import eyes_of
from logistics.journal.reads import purse_balance
from logistics.kernel.delivery_states import STATES
from logistics.kernel.refusals import Refusal
from logistics.ledgers.figures import all_late_parcels
from logistics.ledgers.late_stages import late_stages
from logistics.parcels.access import visible_parcels
from logistics.parcels.actions import cancel_parcel
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel, parcels_with_names
from logistics.parties.actions import NewDonor
from logistics.parties.reads import visible_programmes
from logistics.replies.visit_reads import differences_open
from logistics.web.doors import OFFICERS, PACKERS, actor_of, explain, for_roles, language
from logistics.web.forms import GrantForm, MoneyGiftForm
from logistics.web.overdue import overdue_for
from logistics.web.views.home import linked

ROWS_PER_PAGE = 50
ATTENTION_SHOWN = 100


@for_roles(*OFFICERS)
def attention(request: HttpRequest) -> HttpResponse:
    """Show what waits for somebody: disputes, what the books cannot take, and what is late."""
    organisation, now = actor_of(request).organisation, timezone.now()
    mine = visible_parcels(organisation)
    late = overdue_for(actor_of(request), now)
    tries = next_tries(parcels_to_try_again(organisation)[:ATTENTION_SHOWN], timezone.localdate(now))
    context = {
        "rounds": late_rounds(organisation, timezone.localdate(now))[:ATTENTION_SHOWN],
        "returns": parcels_not_returned(organisation)[:ATTENTION_SHOWN],
        "tries": tries,
        "tries_query": urlencode({"codes": " ".join(due)}) if (due := codes_free_and_due(tries)) else "",
        "pending": proofs_late(organisation, now)[:ATTENTION_SHOWN],
        "disputed": parcels_with_names(mine.filter(state="DISPUTED"))[:ATTENTION_SHOWN],
        "unposted": parcels_with_names(mine.exclude(unposted_reason=""))[:ATTENTION_SHOWN],
        "late_stages": linked(late_stages(organisation, now)[:ATTENTION_SHOWN]),
        "late": parcels_with_names(all_late_parcels(mine, now))[:ATTENTION_SHOWN],
        "grievances": late.grievances[:ATTENTION_SHOWN],
        "errands": late.errands[:ATTENTION_SHOWN],
        "differences": differences_open(organisation)[:ATTENTION_SHOWN],
        "visits_late": late.visits[:ATTENTION_SHOWN],
        "pledges": pledges_in(visible_pledges(organisation), OVERDUE, timezone.localdate(now))[:ATTENTION_SHOWN],
    }
    return render(request, "web/attention.html", context)


@for_roles(*PACKERS, *OFFICERS)
def parcels(request: HttpRequest) -> HttpResponse:
    """List parcels, narrowed as asked; a code leads straight to its parcel."""
    organisation = actor_of(request).organisation
    wanted = {
        name: request.GET.get(name, "").strip()[:60] for name in ("programme", "state", "township", "batch", "code")
    }
    if wanted["code"]:
        try:
            return redirect("web:parcel", code=get_parcel(key=wanted["code"], organisation=organisation).code.text)
        except Refusal as refusal:
            messages.error(request, refusal.message(language()))
    rows = _narrowed(visible_parcels(organisation), wanted, is_late="late" in request.GET)
    context = {
        "page": Paginator(parcels_with_names(rows), ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "is_late": "late" in request.GET,
        "programmes": visible_programmes(organisation).order_by("code"),
        "townships": townships_of(organisation),
        "states": STATES,
        "query": _query_without_page(request),
    }
    return render(request, "web/parcels.html", context)


def _narrowed(rows: "QuerySet[Parcel]", wanted: dict[str, str], *, is_late: bool) -> "QuerySet[Parcel]":
    if is_late:
        rows = all_late_parcels(rows, timezone.now())
    if wanted["programme"]:
        rows = rows.filter(programme__code=wanted["programme"])
    for name in ("state", "township", "batch"):
        if wanted[name]:
            rows = rows.filter(**{name: wanted[name]})
    return rows


@for_roles(*PACKERS, *OFFICERS)
def parcel(request: HttpRequest, code: str) -> HttpResponse:
    """Show one parcel: contents, whom it is for by reference, and every scan."""
    actor = actor_of(request)
    found = get_parcel(key=code, organisation=actor.organisation)
    scans = ScanEvent.objects.filter(parcel=found).order_by("scanned_at", "id")
    is_officer = bool(actor.person and actor.person.has_role(*OFFICERS))
    context = {
        "parcel": found,
        "scans": scans,
        "may_cancel": found.state == "PLANNED",
        "may_take_apart": found.state == "RETURNED",
        "sees_proofs": is_officer,
        "may_trace": is_officer,
        "may_issue_code": "ONE_TIME_CODE" in found.programme.required_proofs and found.state in TO_HAND_OVER,
        "may_settle": is_officer and (found.state == "DISPUTED" or found.unposted_reason),
    }
    return render(request, "web/parcel.html", context)


@for_roles(*PACKERS, *OFFICERS)
@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Cancel a planned parcel, or take apart one that came back."""
    actor = actor_of(request)
    found = get_parcel(key=code, organisation=actor.organisation)
    try:
        cancel_parcel(parcel=found, actor=actor, now=timezone.now())
        messages.success(request, _("Done. What was in it is free on the shelf again."))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:parcel", code=found.code.text)


@for_roles(*OFFICERS)
def funds(request: HttpRequest) -> HttpResponse:
    """List the funds with what they hold and what their donors fixed."""
    today = timezone.localdate()
    rows = visible_funds(actor_of(request).organisation).select_related("programme", "owner", "holder").order_by("code")
    listed = [(row, purse_balance(row.purse_id), terms_on(row, today)[1].to_json()) for row in rows]
    return render(request, "web/funds.html", {"funds": listed})


@for_roles(*OFFICERS)
def gift(request: HttpRequest) -> HttpResponse:
    """Record a gift of money."""
    actor = actor_of(request)
    form = MoneyGiftForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            row, _is_new = record_money_donation(
                actor=actor,
                programme=values["fund"].programme,
                fund=values["fund"],
                donor=NewDonor(values["donor_kind"], values["donor_name"]),
                amount_minor=values["amount"],
                received_at=values["received_on"],
                channel=values["channel"],
                reference=str(values["once"]),
                is_anonymous=values["is_anonymous"],
                note=values["note"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Recorded. The donor follows the gift by its code."))
            return redirect("web:code", code=row.code.text)
    context = {
        "form": form,
        "title": _("Record a gift of money"),
        "intro": _("The gift joins its fund in order of arrival."),
    }
    return render(request, "web/form.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
def grants(request: HttpRequest) -> HttpResponse:
    """List grants, and plan one."""
    actor = actor_of(request)
    form = GrantForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            household, member = get_recipient(reference=values["beneficiary"], organisation=actor.organisation)
            plan_grant(
                actor=actor,
                fund=values["fund"],
                household=household,
                beneficiary=member,
                amount_minor=values["amount"],
                purpose=values["purpose"],
                payee=values["payee"],
                payee_account=values["payee_account"],
                payee_bank=values["payee_bank"],
                reference=str(values["once"]),
                now=timezone.now(),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Planned. Another person approves it."))
            return redirect("web:grants")
    rows = visible_grants(actor.organisation).select_related("fund", "household", "beneficiary")
    context = {"form": form, "page": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))}
    return render(request, "web/grants.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
@require_POST
def grant_step(request: HttpRequest, grant_id: uuid.UUID, step: str) -> HttpResponse:
    """Approve or pay a grant."""
    actor = actor_of(request)
    found = get_grant(grant_id=grant_id, organisation=actor.organisation)
    try:
        if step == "approve":
            approve_grant(grant=found, approver_id=actor.holder_id, now=timezone.now())
            messages.success(request, _("Approved."))
        else:
            pay_grant(grant=found, actor=actor, now=timezone.now())
            messages.success(request, _("Paid and booked."))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:grants")


@for_roles(*OFFICERS)
def households(request: HttpRequest) -> HttpResponse:
    """List families, masked."""
    actor = actor_of(request)
    organisation, eyes = actor.organisation, eyes_of(actor)
    township = request.GET.get("township", "").strip()[:60]
    rows = standing_households(organisation).prefetch_related("members")
    page = Paginator(rows.filter(township=township) if township else rows, ROWS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "families": [household_view_for(row, eyes) for row in page],
        "township": township,
        "townships": townships_of(organisation),
        "query": _query_without_page(request),
    }
    return render(request, "web/households.html", context)


def _query_without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
