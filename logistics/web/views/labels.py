"""Labels: which parcels wait for one, the batch while it is drawn, and the file."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.kernel.refusals import Refusal
from logistics.parcels.reads import get_parcels, parcels_to_print
from logistics.press.actions import ask_for_labels
from logistics.press.reads import get_label_batch, labels_file, recent_label_batches
from logistics.web.doors import PACKERS, actor_of, explain, for_roles, language
from logistics.web.forms import LabelForm

WAITING_SHOWN = 200
BATCHES_SHOWN = 20
REFRESH_SECONDS = 1


@for_roles(*PACKERS)
def labels(request: HttpRequest) -> HttpResponse:
    """Choose the parcels and the paper, and ask for the labels."""
    actor = actor_of(request)
    waiting = list(parcels_to_print(actor.organisation)[:WAITING_SHOWN])
    form = LabelForm(
        request.POST or None,
        organisation=actor.organisation,
        initial={"parcels": [parcel.code.text for parcel in waiting]},
    )
    form.fields["parcels"].choices = [(row.code.text, _said(row.code.text, row.township)) for row in waiting]  # type: ignore[attr-defined]  # -- a choice field
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            batch = ask_for_labels(
                actor=actor,
                parcels=get_parcels(keys=values["parcels"], organisation=actor.organisation),
                sheet=values["sheet"],
                printer=values["printer"],
                start_position=values["start_position"],
                now=timezone.now(),
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return redirect("web:label-batch", batch_id=batch.id)
    context = {"form": form, "waiting": waiting, "batches": recent_label_batches(actor.organisation)[:BATCHES_SHOWN]}
    return render(request, "web/labels.html", context, status=422 if form.errors else 200)


@for_roles(*PACKERS)
def label_batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Show how far a batch is; the page looks again by itself until it is ready."""
    batch = get_label_batch(batch_id=batch_id, organisation=actor_of(request).organisation)
    problem = batch.problem[language()] if batch.problem else ""
    context = {"batch": batch, "problem": problem, "is_running": batch.state in {"QUEUED", "RUNNING"}}
    response = render(request, "web/label_batch.html", context)
    if context["is_running"]:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@for_roles(*PACKERS)
def labels_pdf(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Give the finished file."""
    batch = get_label_batch(batch_id=batch_id, organisation=actor_of(request).organisation)
    try:
        pdf = labels_file(batch)
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
        return redirect("web:label-batch", batch_id=batch_id)
    headers = {"Content-Disposition": f'inline; filename="labels-{batch.asked_at:%Y%m%d-%H%M}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _said(code: str, township: str) -> str:
    place = township or _("no township")
    return f"{code[:4]} … {code[-4:]}  {place}"
