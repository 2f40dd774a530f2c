"""From a parcel in the hand to its entries, each with its proof, and all of it as one file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from logistics.codes.reads import read_text
from logistics.kernel.refusals import Refusal
from logistics.parcels.reads import get_parcel
from logistics.press.audit_subjects import require_parcel_within
from logistics.press.evidence import evidence_of, missing_from, verifier_line
from logistics.web.doors import AUDITORS, actor_of, for_roles, language


@for_roles(*AUDITORS)
def evidence(request: HttpRequest) -> HttpResponse:
    """Ask for a parcel's code, typed or scanned."""
    code = request.GET.get("code", "").strip()[:200]
    if not code:
        return render(request, "web/evidence.html")
    try:
        text = read_text(code)
        get_parcel(key=text, organisation=actor_of(request).organisation)
    except Refusal as refusal:
        context = {"problem": refusal.message(language()), "code": code}
        return render(request, "web/evidence.html", context, status=404)
    return redirect("web:evidence-parcel", code=text)


@for_roles(*AUDITORS)
def evidence_parcel(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything on record of a parcel."""
    actor = actor_of(request)
    parcel = require_parcel_within(actor, get_parcel(key=code, organisation=actor.organisation))
    found = evidence_of(parcel)
    context = {
        "parcel": parcel,
        "found": found,
        "total": sum(gift.value_minor for gift in found.gifts),
        "missing": [zh if language() == "zh" else en for zh, en in missing_from(found)],
        "verifier": verifier_line(),
    }
    return render(request, "web/evidence_parcel.html", context)
