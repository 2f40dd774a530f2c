"""Proofs of delivery, for officers: which are there, and a look at one for a reason that is logged."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from logistics.deliveries.proofs import get_kept, proofs_of
from logistics.households.proofs import has_said_why, look_at_proof, shown_bytes
from logistics.kernel.refusals import Refusal
from logistics.parcels.reads import get_parcel
from logistics.web.doors import OFFICERS, actor_of, for_roles, language


@for_roles(*OFFICERS)
def proofs(request: HttpRequest, code: str) -> HttpResponse:
    """List the proofs of a parcel: what came, what is still to come, what was erased."""
    parcel = get_parcel(key=code, organisation=actor_of(request).organisation)
    return render(request, "web/proofs.html", {"parcel": parcel, "proofs": proofs_of(parcel)})


@for_roles(*OFFICERS)
def proof(request: HttpRequest, code: str, proof_id: uuid.UUID) -> HttpResponse:
    """Ask why, note it, and show one proof."""
    actor, now = actor_of(request), timezone.now()
    parcel = get_parcel(key=code, organisation=actor.organisation)
    row, kept = get_kept(parcel=parcel, proof_id=proof_id)
    if request.method == "POST":
        try:
            look_at_proof(proof=kept, actor=actor, reason=request.POST.get("reason", ""), now=now)
        except Refusal as refusal:
            messages.error(request, refusal.message(language()))
        return redirect("web:proof", code=code, proof_id=proof_id)
    is_shown = kept.erased_at is None and has_said_why(proof=kept, actor=actor, now=now)
    context = {"parcel": parcel, "row": row, "kept": kept, "is_shown": is_shown}
    return render(request, "web/proof.html", context)


@for_roles(*OFFICERS)
def proof_jpg(request: HttpRequest, code: str, proof_id: uuid.UUID) -> HttpResponse:
    """Send the picture itself, to whoever has just said why; no cache keeps it."""
    actor = actor_of(request)
    parcel = get_parcel(key=code, organisation=actor.organisation)
    _, kept = get_kept(parcel=parcel, proof_id=proof_id)
    if not has_said_why(proof=kept, actor=actor, now=timezone.now()):
        return redirect("web:proof", code=code, proof_id=proof_id)
    return HttpResponse(shown_bytes(kept), content_type="image/jpeg", headers={"Cache-Control": "no-store"})
