"""Labels: which parcels wait for one, the batch while it is drawn, and its files."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parcels.reads import for_labels, get_parcels, parcels_to_print
from logistics.parties.actors import Actor
from logistics.press.actions import LABELS_PER_CALL_MAX, ask_for_many_labels
from logistics.press.label_ends import OPEN_STATES, cancel_labels
from logistics.press.label_papers import positions_for
from logistics.press.models import JobState, LabelBatch
from logistics.press.reads import (
    chunk_file,
    first_sheet_picture,
    get_label_batch,
    labels_file,
    last_label_batch,
    recent_label_batches,
)
from logistics.web.doors import PACKERS, actor_of, explain, for_roles, language
from logistics.web.fields import offer
from logistics.web.label_forms import LabelForm

WAITING_SHOWN = 200
BATCHES_SHOWN = 20
REFRESH_SECONDS = 1


@for_roles(*PACKERS)
def labels(request: HttpRequest) -> HttpResponse:
    """Choose the parcels and the paper, and ask for the labels."""
    actor = actor_of(request)
    waiting = parcels_to_print(actor.organisation)
    shown = list(waiting[:WAITING_SHOWN])
    form = LabelForm(request.POST or None, organisation=actor.organisation, initial=_remembered(actor))
    offer(form, parcels=[(row.code.text, _said(row.code.text, row.township)) for row in shown])
    if request.method == "POST" and form.is_valid():
        try:
            first, *further = _asked(actor, form.cleaned_data)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            if further:
                messages.success(request, _("Split into %(count)s batches.") % {"count": 1 + len(further)})
            return redirect("web:label-batch", batch_id=first.id)
    names = ("programme__code", "programme__name_zh", "programme__name_en")
    context = {
        "form": form,
        "programmes": waiting.select_related(None).order_by("programme__code").values(*names).annotate(n=Count("id")),
        "shown": shown,
        "positions": positions_for(actor.organisation),
        "batches": recent_label_batches(actor.organisation)[:BATCHES_SHOWN],
    }
    return render(request, "web/labels.html", context, status=422 if form.errors else 200)


@for_roles(*PACKERS)
def label_batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Show how far a batch is and what can be printed already; the page looks again by itself until it has ended."""
    batch = _own(request, batch_id)
    context = {
        "batch": batch,
        "chunks": [(row, row.first + 1, row.first + row.labels) for row in batch.chunks.order_by("number")],
        "problem": batch.problem[language()] if batch.problem else "",
        "is_running": batch.state in OPEN_STATES,
        "is_whole": batch.state == JobState.DONE,
        "left": batch.total - batch.done,
    }
    response = render(request, "web/label_batch.html", context)
    if context["is_running"]:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@for_roles(*PACKERS)
@require_POST
def label_batch_cancel(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Stop a batch: what was released stays."""
    batch = _own(request, batch_id)
    try:
        cancel_labels(actor=actor_of(request), batch=batch, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:label-batch", batch_id=batch_id)


@for_roles(*PACKERS)
def labels_pdf(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Give the whole file."""
    return _file(request, batch_id, labels_file, ".pdf")


@for_roles(*PACKERS)
def label_chunk_pdf(request: HttpRequest, batch_id: uuid.UUID, number: int) -> HttpResponse:
    """Give the file of one chunk."""
    return _file(request, batch_id, lambda batch: chunk_file(batch, number), f"-{number + 1}.pdf")


@for_roles(*PACKERS)
def label_picture(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Give the first sheet as a picture."""
    return _file(request, batch_id, first_sheet_picture, ".png")


def _file(request: HttpRequest, batch_id: uuid.UUID, read: Callable[[LabelBatch], bytes], ending: str) -> HttpResponse:
    batch = _own(request, batch_id)
    try:
        data = read(batch)
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
        return redirect("web:label-batch", batch_id=batch_id)
    headers = {"Content-Disposition": f'inline; filename="labels-{batch.asked_at:%Y%m%d-%H%M}{ending}"'}
    kind = "image/png" if ending == ".png" else "application/pdf"
    return HttpResponse(data, content_type=kind, headers=headers)


def _own(request: HttpRequest, batch_id: uuid.UUID) -> LabelBatch:
    return get_label_batch(batch_id=batch_id, organisation=actor_of(request).organisation)


def _asked(actor: Actor, values: dict[str, Any]) -> list[LabelBatch]:
    parcels: list[Parcel]
    if values["programme"]:
        rows = parcels_to_print(actor.organisation).filter(programme=values["programme"])
        parcels = list(for_labels(rows)[:LABELS_PER_CALL_MAX])
    else:
        parcels = get_parcels(keys=values["parcels"], organisation=actor.organisation)
    return ask_for_many_labels(
        actor=actor,
        parcels=parcels,
        sheet=values["sheet"],
        printer=values["printer"],
        start_position=values["start_position"],
        now=timezone.now(),
        token=values["once"],
    )


def _remembered(actor: Actor) -> dict[str, object]:
    """Offer the paper and the printer that this person took last."""
    last = last_label_batch(actor)
    return {"sheet": last.sheet, "printer": last.printer and last.printer.code} if last else {}


def _said(code: str, township: str) -> str:
    place = township or _("no township")
    return f"{code[:4]} … {code[-4:]}  {place}"
