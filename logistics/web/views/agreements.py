"""The page of what was signed about funds."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.funds.agreements import record_agreement
from logistics.funds.money_models import Agreement
from logistics.funds.reads import visible_funds
from logistics.kernel.refusals import Refusal
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles
from logistics.web.money_forms import AgreementForm

AGREEMENTS_PER_PAGE = 100


@for_roles(*OFFICERS)
def agreements(request: HttpRequest) -> HttpResponse:
    """List the agreements about funds, and record one."""
    actor = actor_of(request)
    form = AgreementForm(request.POST or None, request.FILES or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            record_agreement(
                actor=actor,
                fund=values["fund"],
                number=values["number"],
                signed_on=timezone.localdate(values["signed_on"]),
                document_sha256=values["document_sha256"],
                purpose=values["purpose"],
                management_cap_per_mille=values["cap"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Recorded with the fingerprint of what was signed."))
            return redirect("web:agreements")
    rows = Agreement.objects.filter(fund__in=visible_funds(actor.organisation).order_by().values("id"))
    page = Paginator(rows.select_related("fund", "donor").order_by("-id"), AGREEMENTS_PER_PAGE)
    context = {"form": form, "page": page.get_page(request.GET.get("page"))}
    return render(request, "web/agreements.html", context, status=422 if form.errors else 200)
