"""The one-time code that a family says at the door: issued at a page, shown once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from logistics.deliveries.one_time_codes import CODE_LIVES, ISSUES_MAX, WRONG_TRIES_MAX, issue_one_time_code
from logistics.kernel.refusals import Refusal
from logistics.parcels.reads import get_parcel
from logistics.web.doors import OFFICERS, PACKERS, actor_of, for_roles, language


@for_roles(*PACKERS, *OFFICERS)
def one_time_code(request: HttpRequest, code: str) -> HttpResponse:
    """Say what the code is for; a POST issues one in place of earlier ones and shows it this once."""
    actor = actor_of(request)
    parcel = get_parcel(key=code, organisation=actor.organisation)
    context: dict[str, object] = {
        "parcel": parcel,
        "days": CODE_LIVES.days,
        "tries": WRONG_TRIES_MAX,
        "most": ISSUES_MAX,
        "is_asked": "ONE_TIME_CODE" in parcel.programme.required_proofs,
    }
    status = 200
    if request.method == "POST":
        try:
            row, digits = issue_one_time_code(actor=actor, parcel=parcel, now=timezone.now())
            context |= {"digits": digits, "row": row}
        except Refusal as refusal:
            context["problem"], status = refusal.message(language()), 409
    response = render(request, "web/one_time_code.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
