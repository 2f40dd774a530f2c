"""Findings: what auditors found, what was answered, what is settled."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.audits.finding_reads import STATE_AFTER, findings_with_state, notes_of, state_of, texts_of_findings
from logistics.audits.findings import answer_finding, ask_on, raise_finding, settle_finding
from logistics.audits.models import Finding
from logistics.audits.reads import get_finding
from logistics.kernel.refusals import Refusal
from logistics.ledgers.reads import LEDGERS
from logistics.parties.models import Person, Role
from logistics.press.audit_subjects import find_subject
from logistics.web.doors import AUDITORS, KEEPERS, actor_of, explain, for_roles, language
from logistics.web.finding_forms import FindingForm, NoteForm

ROWS_PER_PAGE = 50
_STEPS: dict[str, Callable[..., Finding]] = {"answer": answer_finding, "ask": ask_on, "settle": settle_finding}


@for_roles(*AUDITORS, *KEEPERS)
def findings(request: HttpRequest) -> HttpResponse:
    """List findings, open ones first, the earliest due first."""
    actor, today = actor_of(request), timezone.localdate()
    page = Paginator(findings_with_state(actor.organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    texts = texts_of_findings(page)
    rows = []
    for row in page:
        state = STATE_AFTER[row.last_kind]  # type: ignore[attr-defined]  # -- an annotation
        rows.append((row, state, texts.get(row.id, ""), state == "OPEN" and row.due_on < today))
    context = {"rows": rows, "page": page, "may_raise": _is_auditor(actor.person)}
    return render(request, "web/findings.html", context)


@for_roles(Role.AUDITOR)
def finding_new(request: HttpRequest) -> HttpResponse:
    """Raise a finding about a parcel, an entry, a fund or a ledger."""
    actor, now = actor_of(request), timezone.now()
    kind, text = request.GET.get("kind", ""), request.GET.get("about", "").strip()[:60]
    context: dict[str, object] = {"kind": kind, "about": text, "ledgers": list(LEDGERS)}
    if not text:
        return render(request, "web/finding_about.html", context)
    try:
        subject, organisation = find_subject(actor=actor, kind=kind, text=text)
    except Refusal as refusal:
        context["problem"] = refusal.message(language())
        return render(request, "web/finding_about.html", context, status=404)
    form = FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            found = raise_finding(
                actor=actor,
                organisation=organisation,
                subject=subject,
                severity=values["severity"],
                text=values["text"],
                due_on=values["due_on"],
                document_sha256=values["document_sha256"],
                now=now,
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Raised. The audited body is to answer."))
            return redirect("web:finding", finding_id=found.id)
    context |= {"form": form, "subject": subject, "organisation": organisation}
    return render(request, "web/finding_new.html", context, status=422 if form.errors else 200)


@for_roles(*AUDITORS, *KEEPERS)
def finding(request: HttpRequest, finding_id: uuid.UUID) -> HttpResponse:
    """Show what was said of a finding, and take the next word."""
    actor = actor_of(request)
    found = get_finding(finding_id=finding_id, organisation=actor.organisation)
    form = NoteForm(request.POST or None)
    step = _STEPS.get(request.POST.get("step", ""))
    if request.method == "POST" and step is not None and form.is_valid():
        try:
            step(actor=actor, finding=found, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Noted, and sealed into the log."))
            return redirect("web:finding", finding_id=finding_id)
    notes, state = notes_of(found), state_of(found)
    context = {
        "row": found,
        "state": state,
        "notes": notes,
        "people": Person.objects.in_bulk({note.author_id for note in notes}),
        "form": form,
        "steps": _steps(actor.person, state),
        "is_late": state == "OPEN" and found.due_on < timezone.localdate(),
    }
    return render(request, "web/finding.html", context, status=422 if form.errors else 200)


def _is_auditor(person: Person | None) -> bool:
    return person is not None and person.has_role(Role.AUDITOR)


def _steps(person: Person | None, state: str) -> list[tuple[str, str]]:
    """List what this person may do next, each with the words of its button."""
    if state == "SETTLED":
        return []
    steps = []
    if not _is_auditor(person) and state == "OPEN":
        steps.append(("answer", _("Send the answer")))
    if _is_auditor(person):
        if state == "ANSWERED":
            steps.append(("ask", _("Ask on")))
        steps.append(("settle", _("Settle")))
    return steps
