"""The evidence file of a parcel: asked for, watched while it is drawn, opened."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from logistics.parcels.reads import get_parcel
from logistics.press.audit_subjects import require_parcel_within
from logistics.press.models import PaperJob
from logistics.press.paper_reads import PaperJobMissing, get_paper_job, paper_file
from logistics.press.paper_requests import ask_for_paper
from logistics.press.papers.evidence import EVIDENCE
from logistics.web.doors import AUDITORS, actor_of, for_roles, language

REFRESH_SECONDS = 1


@for_roles(*AUDITORS)
@require_POST
def evidence_file(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the evidence file of a parcel."""
    actor = actor_of(request)
    parcel = require_parcel_within(actor, get_parcel(key=code, organisation=actor.organisation))
    job = ask_for_paper(actor=actor, kind=EVIDENCE, request={"parcel": parcel.code.text}, now=timezone.now())
    return redirect("web:evidence-job", job_id=job.id)


@for_roles(*AUDITORS)
def evidence_job(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Show how far a file is; the page looks again by itself until it is ready."""
    job = _job(request, job_id)
    is_running = job.state in {"QUEUED", "RUNNING"}
    problem = job.problem[language()] if job.problem else ""
    context = {"job": job, "parcel": job.request["parcel"], "problem": problem, "is_running": is_running}
    response = render(request, "web/evidence_job.html", context)
    if is_running:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@for_roles(*AUDITORS)
def evidence_pdf(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Give the finished file."""
    data, name = paper_file(_job(request, job_id))
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def _job(request: HttpRequest, job_id: uuid.UUID) -> PaperJob:
    actor = actor_of(request)
    job = get_paper_job(job_id=job_id, organisation=actor.organisation)
    if job.kind != EVIDENCE:
        raise PaperJobMissing
    require_parcel_within(actor, get_parcel(key=job.request["parcel"], organisation=actor.organisation))
    return job
