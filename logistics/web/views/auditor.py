"""The auditor's pages: the trace of any code."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from logistics.codes.reads import CodeMissing, get_code
from logistics.donations.reads import get_donation
from logistics.kernel.refusals import Missing, Refusal
from logistics.ledgers.traces import STAGES, trace_of_gift, trace_of_parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.actors import Actor
from logistics.press.audit_subjects import require_gift_within, require_parcel_within
from logistics.web.doors import AUDITORS, actor_of, for_roles, language

SHARES_SHOWN = 200


@for_roles(*AUDITORS)
def trace(request: HttpRequest) -> HttpResponse:
    """Ask for a code."""
    code = request.GET.get("code", "").strip()[:200]
    return redirect("web:trace-code", code=code) if code else render(request, "web/trace.html")


@for_roles(*AUDITORS)
def trace_code(request: HttpRequest, code: str) -> HttpResponse:
    """Draw where a gift went, or whose gifts are in a parcel, with amounts that add up."""
    actor = actor_of(request)
    try:
        row = get_code(code)
        if row.kind == "ACKNOWLEDGEMENT":
            return render(request, "web/trace_gift.html", _gift(row.subject_id, actor))
        parcel = require_parcel_within(actor, get_parcel(key=str(row.subject_id), organisation=actor.organisation))
    except Refusal as refused:
        # What is another's is said as if it were nowhere: neither its id nor that it is there.
        refusal = CodeMissing() if isinstance(refused, Missing) else refused
        return render(request, "web/trace.html", {"problem": refusal.message(language()), "code": code}, status=404)
    found = trace_of_parcel(parcel)
    given = sum(gift.value_minor for gift in found.gifts)
    context = {
        "parcel": parcel,
        "gifts": found.gifts[:SHARES_SHOWN],
        "others": found.others,
        "count": len(found.gifts),
        "given": given,
        "total": given + sum(other.value_minor for other in found.others),
    }
    return render(request, "web/trace_parcel.html", context)


def _gift(donation_id: uuid.UUID, actor: Actor) -> dict[str, object]:
    gift = require_gift_within(actor, get_donation(donation_id=donation_id, organisation=actor.organisation))
    found = trace_of_gift(gift)
    sums = found.by_stage() if gift.amount_minor else found.units_by_stage()
    return {
        "gift": gift,
        "stages": [(stage, sums[stage]) for stage in STAGES if sums[stage]],
        "purchases": found.purchases,
        "shares": [share for share in found.shares if share.parcel_code][:SHARES_SHOWN],
        "count": len(found.shares),
        "from_sales": found.from_sales[:SHARES_SHOWN],
        "total": sum(sums.values()) if gift.amount_minor else None,
    }
