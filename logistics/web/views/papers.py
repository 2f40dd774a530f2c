"""Paper: what can be printed, the job while it is drawn, and the file."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from logistics.kernel.refusals import Refusal
from logistics.press.paper_jobs import KINDS
from logistics.press.paper_reads import get_paper_job, paper_file, recent_paper_jobs
from logistics.press.paper_requests import ask_for_paper
from logistics.press.papers.kinds import PaperKind, Subject
from logistics.web.doors import OFFICERS, PACKERS, actor_of, explain, for_roles, language
from logistics.web.paper_forms import PaperForm

JOBS_SHOWN = 20
REFRESH_SECONDS = 1
_READERS: Mapping[Subject, tuple[str, ...]] = {
    Subject.GIFTS: OFFICERS,
    Subject.FAMILIES: OFFICERS,
    Subject.GOODS: (*PACKERS, *OFFICERS),
    # Who only audits asks for these on pages of their own, which keep to the mandate.
    Subject.AUDIT: OFFICERS,
}


@for_roles(*PACKERS, *OFFICERS)
def papers(request: HttpRequest) -> HttpResponse:
    """List what can be printed, and what was."""
    own = _own_kinds(request)
    rows = recent_paper_jobs(actor_of(request).organisation).filter(kind__in=own)[:JOBS_SHOWN]
    return render(request, "web/papers.html", {"kinds": own, "jobs": [(job, own[job.kind]) for job in rows]})


@for_roles(*PACKERS, *OFFICERS)
def paper_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Say what a paper needs, and ask for it."""
    chosen, actor = _own_kinds(request).get(kind), actor_of(request)
    if chosen is None:
        raise Http404
    first = {name: request.GET[name] for name in chosen.needs + chosen.takes if name in request.GET}
    form = PaperForm(request.POST or None, organisation=actor.organisation, kind=chosen, initial=first)
    if request.method == "POST" and form.is_valid():
        once = form.cleaned_data["once"]
        try:
            job = ask_for_paper(actor=actor, kind=kind, request=form.request(), now=timezone.now(), token=once)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return redirect("web:paper-job", job_id=job.id)
    return render(request, "web/paper_new.html", {"form": form, "kind": chosen}, status=422 if form.errors else 200)


@for_roles(*PACKERS, *OFFICERS)
def paper(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Show how far a job is; the page looks again by itself until it is ready."""
    job = get_paper_job(job_id=job_id, organisation=actor_of(request).organisation)
    chosen = _own_kinds(request).get(job.kind)
    if chosen is None:
        raise Http404
    is_running = job.state in {"QUEUED", "RUNNING"}
    problem = job.problem[language()] if job.problem else ""
    context = {"job": job, "kind": chosen, "problem": problem, "is_running": is_running}
    response = render(request, "web/paper.html", context)
    if is_running:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@for_roles(*PACKERS, *OFFICERS)
def paper_file_of(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Give the finished file."""
    job = get_paper_job(job_id=job_id, organisation=actor_of(request).organisation)
    if job.kind not in _own_kinds(request):
        raise Http404
    try:
        data, name = paper_file(job)
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
        return redirect("web:paper-job", job_id=job_id)
    is_zip = name.endswith(".zip")
    headers = {"Content-Disposition": f'{"attachment" if is_zip else "inline"}; filename="{name}"'}
    return HttpResponse(data, content_type="application/zip" if is_zip else "application/pdf", headers=headers)


def _own_kinds(request: HttpRequest) -> dict[str, PaperKind]:
    """Return the kinds that this person may print: what says something of gifts or families is for officers."""
    person = actor_of(request).person
    return {name: kind for name, kind in KINDS.items() if person and person.has_role(*_READERS[kind.subject])}
