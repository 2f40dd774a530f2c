"""The life of a parcel's label: printed when and by whom, printed once more, revoked, replaced."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.actors import Actor
from logistics.press.actions import reprint_label, revoke_label
from logistics.press.label_life import label_life
from logistics.web.doors import OFFICERS, PACKERS, actor_of, explain, for_roles
from logistics.web.label_forms import ReasonForm, ReprintForm

# Two forms of one page have fields of the same names.
REVOKE_IDS = "revoke_%s"


@for_roles(*PACKERS, *OFFICERS)
def label(request: HttpRequest, code: str) -> HttpResponse:
    """Tell the life of a parcel's label, and print it once more."""
    actor = actor_of(request)
    parcel = get_parcel(key=code, organisation=actor.organisation)
    form = ReprintForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        try:
            batch = reprint_label(
                actor=actor,
                parcel=parcel,
                sheet=form.cleaned_data["sheet"],
                printer=form.cleaned_data["printer"],
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
                token=form.cleaned_data["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return redirect("web:label-batch", batch_id=batch.id)
    return _shown(request, actor, parcel, form, ReasonForm(organisation=actor.organisation, auto_id=REVOKE_IDS))


@for_roles(*PACKERS, *OFFICERS)
@require_POST
def revoke(request: HttpRequest, code: str) -> HttpResponse:
    """Revoke a parcel's label: whoever scans it is told so."""
    actor = actor_of(request)
    parcel = get_parcel(key=code, organisation=actor.organisation)
    form = ReasonForm(request.POST, organisation=actor.organisation, auto_id=REVOKE_IDS)
    if form.is_valid():
        try:
            revoke_label(actor=actor, code=parcel.code, reason=form.cleaned_data["reason"], now=timezone.now())
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Revoked. Print it once more to get a new code."))
            return redirect("web:label", code=parcel.code.text)
    return _shown(request, actor, parcel, ReprintForm(organisation=actor.organisation), form)


def _shown(
    request: HttpRequest, actor: Actor, parcel: Parcel, reprint: ReprintForm, revocation: ReasonForm
) -> HttpResponse:
    life = label_life(parcel.code)
    context = {"parcel": parcel, "life": life, "form": reprint, "revocation": revocation}
    return render(request, "web/label.html", context, status=422 if reprint.errors or revocation.errors else 200)
