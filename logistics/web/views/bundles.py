"""The auditor's bundle: asked for, watched while it is made, downloaded, and how it is checked."""

import uuid

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from logistics.journal.sealing import log_verifier_key
from logistics.kernel.refusals import Refusal
from logistics.press.bundles.bundle import Asked
from logistics.press.bundles.jobs import (
    ask_for_bundle,
    bundle_file,
    get_bundle_job,
    recent_bundle_jobs,
    require_bundle_within,
)
from logistics.press.models import BundleJob
from logistics.web.bundle_forms import BundleForm
from logistics.web.doors import AUDITORS, actor_of, explain, for_roles, language

ROWS_PER_PAGE = 20
REFRESH_SECONDS = 1


@for_roles(*AUDITORS)
def bundles(request: HttpRequest) -> HttpResponse:
    """List bundles, and ask for one."""
    actor = actor_of(request)
    initial = {"begin": actor.reach.from_on, "end": actor.reach.to_on} if actor.reach else {}
    form = BundleForm(request.POST or None, organisation=actor.organisation, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        asked = Asked(
            organisation=values["over"],
            from_on=values["begin"],
            to_on=values["end"],
            seed=values["seed"],
            sample_size=values["sample_size"],
            old_checkpoint=values["old_checkpoint"],
        )
        try:
            job = ask_for_bundle(actor=actor, asked=asked, now=timezone.now(), token=values["once"])
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return redirect("web:bundle", job_id=job.id)
    rows = recent_bundle_jobs(actor.organisation).select_related("organisation")
    context = {"form": form, "page": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))}
    return render(request, "web/bundles.html", context, status=422 if form.errors else 200)


@for_roles(*AUDITORS)
def bundle(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Show how far a bundle is, and how it is checked; the page looks again by itself until it is ready."""
    job = _job(request, job_id)
    is_running = job.state in {"QUEUED", "RUNNING"}
    context = {
        "job": job,
        "is_running": is_running,
        "problem": job.problem[language()] if job.problem else "",
        "key": log_verifier_key(),
        "old": job.asked.get("old_checkpoint"),
    }
    response = render(request, "web/bundle.html", context)
    if is_running:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@for_roles(*AUDITORS)
def bundle_zip(request: HttpRequest, job_id: uuid.UUID) -> FileResponse:
    """Give the finished file."""
    job = _job(request, job_id)
    name = f"bundle-{job.asked['from']}-{job.asked['to']}.zip"
    return FileResponse(bundle_file(job).open("rb"), as_attachment=True, filename=name, content_type="application/zip")


def _job(request: HttpRequest, job_id: uuid.UUID) -> BundleJob:
    actor = actor_of(request)
    return require_bundle_within(actor, get_bundle_job(job_id=job_id, organisation=actor.organisation))
