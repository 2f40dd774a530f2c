"""Gifts: each with its numbered papers, which officers issue, void and reissue."""

import datetime as dt
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.donations.access import visible_donations
from logistics.donations.acknowledgements import (
    issue_acknowledgement,
    reissue_acknowledgement,
    void_acknowledgement,
)
from logistics.donations.bill_reads import bills_of, official_bill_numbers, with_bill
from logistics.donations.models import Donation
from logistics.donations.paper_reads import AcknowledgementState, get_paper, papers_of
from logistics.donations.reads import donations_with_names, get_donation
from logistics.kernel.money import decimal_text
from logistics.kernel.refusals import Refusal
from logistics.parties.actors import Actor
from logistics.press.papers.gift_papers import ACKNOWLEDGEMENT, CERTIFICATE, acknowledgement_pdf
from logistics.web.doors import AUDITORS, OFFICERS, actor_of, for_roles, language
from logistics.web.paper_forms import BillForm

ROWS_PER_PAGE = 50


@for_roles(*AUDITORS)
def gifts(request: HttpRequest) -> HttpResponse:
    """List gifts, newest first; those without an official bill alone where somebody looks for them."""
    rows, wanted = visible_donations(actor_of(request).organisation), request.GET.get("bill", "")
    if wanted in {"missing", "registered"}:
        rows = with_bill(rows, has_bill=wanted == "registered")
    page = Paginator(donations_with_names(rows), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    bills = official_bill_numbers(row.id for row in page)
    context = {
        "page": page,
        "rows": [(row, bills.get(row.id)) for row in page],
        "wanted": wanted,
        "may_write": _may_write(request),
        "query": f"bill={wanted}" if wanted else "",
    }
    return render(request, "web/gifts.html", context)


@for_roles(*AUDITORS)
def gift(request: HttpRequest, donation_id: uuid.UUID) -> HttpResponse:
    """Show one gift with every paper that was issued for it."""
    row = _gift(request, donation_id)
    papers = papers_of(row)
    standing = [paper for paper in papers if paper.state == AcknowledgementState.VALID]
    may_write = _may_write(request)
    context = {
        "gift": row,
        "papers": papers,
        "standing": standing,
        "may_write": may_write,
        "bills": bills_of(row),
        "bill": bills_of(row).filter(void_row__isnull=True).first(),
        "bill_form": BillForm(organisation=actor_of(request).organisation, initial={"amount": _yuan(row)}),
    }
    return render(request, "web/gift.html", context)


@for_roles(*OFFICERS)
@require_POST
def paper_step(request: HttpRequest, donation_id: uuid.UUID, step: str) -> HttpResponse:
    """Issue, void or reissue the paper of a gift."""
    row, actor, now = _gift(request, donation_id), actor_of(request), timezone.now()
    if step not in {"issue", "void", "reissue"}:
        raise Http404
    try:
        if step == "issue":
            issue_acknowledgement(actor=actor, donation=row, now=now)
            messages.success(request, _("Issued."))
        else:
            _take_back(request, row, step, actor, now)
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:gift-papers", donation_id=donation_id)


def _take_back(request: HttpRequest, row: Donation, step: str, actor: Actor, now: dt.datetime) -> None:
    latest, reason = get_paper(donation=row).row, request.POST.get("reason", "")
    if step == "void":
        void_acknowledgement(actor=actor, acknowledgement=latest, reason=reason, now=now)
        messages.success(request, _("Void. Its number stays taken."))
    else:
        reissue_acknowledgement(actor=actor, acknowledgement=latest, reason=reason, now=now)
        messages.success(request, _("Reissued under a new number; both are kept."))


def _yuan(row: Donation) -> str:
    return decimal_text(row.amount_minor, row.currency) if row.amount_minor else ""


@for_roles(*AUDITORS)
def paper_pdf(request: HttpRequest, donation_id: uuid.UUID, number: int, form: str) -> HttpResponse:
    """Give a paper of a gift as PDF: the acknowledgement or the certificate."""
    chosen = CERTIFICATE if form == "certificate" else ACKNOWLEDGEMENT
    try:
        paper = get_paper(donation=_gift(request, donation_id), number=number)
        pdf = acknowledgement_pdf(paper, chosen)
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
        return redirect("web:gift-papers", donation_id=donation_id)
    headers = {"Content-Disposition": f'inline; filename="{form}-{paper.row.year}-{paper.row.number:06d}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _gift(request: HttpRequest, donation_id: uuid.UUID) -> Donation:
    return get_donation(donation_id=donation_id, organisation=actor_of(request).organisation)


def _may_write(request: HttpRequest) -> bool:
    person = actor_of(request).person
    return person is not None and person.has_role(*OFFICERS)
