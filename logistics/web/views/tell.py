"""Grievances without signing in: tell us what went wrong, and follow the answer by the receipt number."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from logistics.codes.reads import get_code
from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parties.models import Organisation
from logistics.partners.networks import line_of
from logistics.replies.grievance_reads import grievance_by_receipt, grievance_view_for
from logistics.replies.grievances import Told, ask_again, receive_grievance
from logistics.replies.models import Channel
from logistics.web.doors import explain
from logistics.web.grievance_forms import AskAgainForm, FollowForm, TellForm

HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "same-origin"}


@sensitive_post_parameters()
def tell(request: HttpRequest) -> HttpResponse:
    """Take a grievance from anybody; with a code of ours it is known whom it concerns."""
    organisation, parcel = _concerned(request.GET.get("code", ""))
    form = TellForm(request.POST or None, organisation=organisation)
    context: dict[str, object] = {"form": form, "organisation": organisation}
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            _row, receipt = receive_grievance(
                organisation=organisation or values["organisation"],
                told=Told(values["kind"], values["text"], values["contact"], parcel),
                channel=Channel.PAGE,
                actor=None,
                source=line_of(request.META),
                now=timezone.now(),
                token=values["once"],
            )
            context["receipt"] = receipt
        except Refusal as refusal:
            explain(form, refusal)
    return _answer(request, "web/tell.html", context, is_refused=bool(form.errors))


@sensitive_post_parameters()
def follow(request: HttpRequest) -> HttpResponse:
    """Show what became of a grievance to whoever has its receipt number. The number stands in no address."""
    form = FollowForm(request.POST or None)
    again = AskAgainForm(request.POST if "text" in request.POST else None)
    context: dict[str, object] = {"form": form, "again": again}
    if request.method == "POST" and form.is_valid():
        try:
            found = grievance_by_receipt(form.cleaned_data["receipt"])
            if again.is_bound and again.is_valid():
                ask_again(grievance=found, text=again.cleaned_data["text"], now=timezone.now())
                context["again"] = AskAgainForm()
            context |= {"row": found, "seen": grievance_view_for(found), "receipt": form.cleaned_data["receipt"]}
        except Refusal as refusal:
            explain(form, refusal)
    return _answer(request, "web/follow.html", context, is_refused=bool(form.errors or again.errors))


def _concerned(code: str) -> tuple[Organisation | None, Parcel | None]:
    try:
        row = get_code(code[:200]) if code else None
    except Refusal:
        row = None
    if row is None:
        return None, None
    parcel = Parcel.objects.filter(id=row.subject_id).first()
    return Organisation.objects.get(id=row.organisation_id), parcel


def _answer(request: HttpRequest, template: str, context: dict[str, object], *, is_refused: bool) -> HttpResponse:
    response = render(request, template, context, status=422 if is_refused else 200)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
