"""The auditor's sample: a seed and a size in, the same draw out for whoever asks."""

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from logistics.audits.access import days_within
from logistics.kernel.refusals import Refusal
from logistics.press.samples import Sample, draw_sample
from logistics.web.audit_forms import SampleForm
from logistics.web.doors import AUDITORS, actor_of, explain, for_roles


@for_roles(*AUDITORS)
def sample(request: HttpRequest) -> HttpResponse:
    """Ask for seed and size, and show what is drawn; the address says everything that decided it."""
    is_asked = "seed" in request.GET
    form = SampleForm(request.GET if is_asked else None, initial={"of": request.GET.get("of", "parcels")})
    drawn = _drawn(request, form) if is_asked and form.is_valid() else None
    if drawn is not None and request.GET.get("format") == "csv":
        return _file(drawn)
    query = request.GET.copy()
    context = {
        "form": form,
        "drawn": drawn,
        "rows": [(row, _address(drawn.of, row.key)) for row in drawn.chosen] if drawn else [],
        "query": query.urlencode(),
    }
    return render(request, "web/sample.html", context, status=422 if is_asked and form.errors else 200)


def _drawn(request: HttpRequest, form: SampleForm) -> Sample | None:
    actor, values = actor_of(request), form.cleaned_data
    try:
        days = days_within(actor, values["begin"], values["end"])
        return draw_sample(
            of=values["of"], seed=values["seed"], size=values["size"], organisation=actor.organisation, days=days
        )
    except Refusal as refusal:
        explain(form, refusal)
        return None


def _address(of: str, key: str) -> str:
    """Return where a drawn item is looked at: a parcel's walk back, a gift's trace, an entry's finding."""
    if of == "parcels":
        return reverse("web:evidence-parcel", args=[key])
    if of == "gifts":
        return reverse("web:trace-code", args=[key])
    return f"{reverse('web:finding-new')}?kind=ENTRY&about={key}"


def _file(drawn: Sample) -> HttpResponse:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["key", "amount_minor", "cumulative_minor", "hits"])
    lines.writerows([row.key, row.amount_minor, row.cumulative_minor, row.hits] for row in drawn.chosen)
    headers = {"Content-Disposition": f'attachment; filename="sample-{drawn.of}.csv"'}
    # The mark lets spreadsheets read Chinese.
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
