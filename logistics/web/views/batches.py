"""Payment batches: grants that one person puts together, another approves, and a bank pays by one file."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.funds.bank_layouts import PAYMENTS, get_bank_layout
from logistics.grants.access import visible_batches
from logistics.grants.batch_models import BatchState, PaymentBatch
from logistics.grants.batches import (
    approve_batch,
    drop_batch,
    plan_batch,
    record_batch_paid,
    record_returned_payments,
    send_batch,
    take_bank_file,
)
from logistics.grants.models import GrantState
from logistics.grants.reads import get_batch, get_grants, grants_to_batch, sums_of_batch
from logistics.kernel.refusals import Refusal
from logistics.parties.actors import Actor
from logistics.web.doors import APPROVERS, OFFICERS, actor_of, for_roles, language
from logistics.web.pages import is_done, take_step
from logistics.web.payment_forms import BatchForm, PaidForm, ReturnedForm

BATCHES_PER_PAGE = 50
GRANTS_PER_PAGE = 100
# Payments that a bank may send back: those that it has.
_WITH_BANK = (GrantState.SENT, GrantState.PAID)


@for_roles(*OFFICERS)
def batches(request: HttpRequest) -> HttpResponse:
    """List the batches, newest first, and put one together."""
    actor = actor_of(request)
    ready = grants_to_batch(actor.organisation)
    form = BatchForm(request.POST or None, organisation=actor.organisation, ready=ready)
    if request.method == "POST" and form.is_valid():
        made: list[PaymentBatch] = []
        if is_done(form, lambda: made.append(_planned(actor, form))):
            messages.success(request, _("Put together. Another person approves it, and every grant in it."))
            return redirect("web:batch", batch_id=made[0].id)
    rows = visible_batches(actor.organisation).select_related("organisation")
    page = Paginator(rows, BATCHES_PER_PAGE).get_page(request.GET.get("page"))
    listed = [(row, *_sum_of(row)) for row in page]
    context = {"form": form, "ready": ready, "page": page, "listed": listed}
    return render(request, "web/batches.html", context, status=422 if form.errors else 200)


def _planned(actor: Actor, form: BatchForm) -> PaymentBatch:
    values = form.cleaned_data
    return plan_batch(
        actor=actor,
        grants=get_grants(grant_ids=form.chosen(), organisation=actor.organisation),
        layout=values["layout"],
        reference=str(values["once"]),
        pay_on=values["pay_on"],
        now=timezone.now(),
    )[0]


def _sum_of(row: PaymentBatch) -> tuple[int, int]:
    sums = sums_of_batch(row).values()
    return sum(count for count, _sum in sums), sum(total for _count, total in sums)


@for_roles(*OFFICERS)
def batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Show one batch: how far it is, what is next, and each payment in it."""
    row = get_batch(batch_id=batch_id, organisation=actor_of(request).organisation)
    return _shown(request, row)


def _shown(request: HttpRequest, row: PaymentBatch, status: int = 200, **forms: Any) -> HttpResponse:
    rows = row.grants.select_related("fund", "household", "beneficiary").order_by("id")
    page = Paginator(rows, GRANTS_PER_PAGE).get_page(request.GET.get("page"))
    with_bank = [grant for grant in page if grant.state in _WITH_BANK]
    returned = forms.get("returned") or ReturnedForm(grants=with_bank)
    count, total = _sum_of(row)
    person = actor_of(request).person
    context = {
        "batch": row,
        "layout": get_bank_layout(code=row.layout, kind=PAYMENTS),
        "count": count,
        "total": total,
        "sums": sorted(sums_of_batch(row).items()),
        "page": page,
        "rows": [(grant, returned[f"reason-{grant.id}"] if grant in with_bank else None) for grant in page],
        "has_bank": bool(with_bank),
        "paid_form": forms.get("paid") or PaidForm(),
        "may_approve": bool(person and person.has_role(*APPROVERS) and person.id != row.planned_by_id),
        "is_sent": row.state in (BatchState.SENT, BatchState.PAID),
    }
    return render(request, "web/batch.html", context, status=status)


@for_roles(*OFFICERS)
@require_POST
def batch_step(request: HttpRequest, batch_id: uuid.UUID, step: str) -> HttpResponse:
    """Approve, send, drop a batch, note that it was paid, or which payments came back."""
    actor = actor_of(request)
    row = get_batch(batch_id=batch_id, organisation=actor.organisation)
    if step == "paid":
        return _note_paid(request, actor, row)
    if step == "returned":
        return _note_returned(request, actor, row)
    if step not in _STEPS or (step == "approve" and not (actor.person and actor.person.has_role(*APPROVERS))):
        raise Http404
    act, words = _STEPS[step]
    take_step(request, lambda: act(row, actor), words())
    return redirect("web:batches") if step == "drop" else redirect("web:batch", batch_id=row.id)


def _note_paid(request: HttpRequest, actor: Actor, row: PaymentBatch) -> HttpResponse:
    form = PaidForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, 422, paid=form)
    # The day of today is taken as now: noon may not have come yet.
    paid_at = min(form.cleaned_data["paid_on"], timezone.now())
    words = _("Booked: each payment that the bank did not send back.")
    take_step(request, lambda: record_batch_paid(batch=row, actor=actor, paid_at=paid_at, now=timezone.now()), words)
    return redirect("web:batch", batch_id=row.id)


def _note_returned(request: HttpRequest, actor: Actor, row: PaymentBatch) -> HttpResponse:
    form = ReturnedForm(request.POST, grants=list(row.grants.filter(state__in=_WITH_BANK)))
    if not form.is_valid():
        return _shown(request, row, 422)
    reasons, now = form.reasons(), timezone.now()
    if not reasons:
        messages.error(request, _("Choose for at least one payment why it came back."))
        return redirect("web:batch", batch_id=row.id)
    words = _("Noted. What was booked is back in its fund.")
    take_step(request, lambda: record_returned_payments(batch=row, actor=actor, reasons=reasons, now=now), words)
    return redirect("web:batch", batch_id=row.id)


@for_roles(*OFFICERS)
def bank_file(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Give the file that goes to the bank; it names the payees, so that this is logged with their families."""
    actor = actor_of(request)
    row = get_batch(batch_id=batch_id, organisation=actor.organisation)
    try:
        file = take_bank_file(batch=row, actor=actor, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
        return redirect("web:batch", batch_id=row.id)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.data, content_type=file.media_type, headers=headers)


_STEPS: dict[str, tuple[Callable[[PaymentBatch, Actor], object], Callable[[], str]]] = {
    "approve": (
        lambda row, actor: approve_batch(batch=row, actor=actor, now=timezone.now()),
        lambda: _("Approved. Now the bank's file can be written."),
    ),
    "send": (
        lambda row, actor: send_batch(batch=row, now=timezone.now()),
        lambda: _("The bank's file is written. Download it and hand it to the bank."),
    ),
    "drop": (
        lambda row, actor: drop_batch(batch=row),
        lambda: _("Taken apart. Its grants can go into another batch."),
    ),
}
