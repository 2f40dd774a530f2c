"""The visits to one family: when, whom the liaison met, what she wrote and photographed, read with a reason."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from logistics.households.actions import NothingToUnmask
from logistics.households.models import Household
from logistics.households.proofs import look_at_proof, shown_bytes
from logistics.households.reads import get_household
from logistics.households.visibility import eyes_of
from logistics.journal.committed import texts_of
from logistics.kernel.refusals import Refusal
from logistics.needs.catalogue import catalogue
from logistics.needs.models import Need
from logistics.needs.photos import get_visit_photo, photos_of
from logistics.needs.reads import visits_of
from logistics.needs.texts import note_visits_read
from logistics.parties.models import Person
from logistics.web.doors import LIAISONS, actor_of, explain, for_roles
from logistics.web.family_facts_forms import LookForm
from logistics.web.need_forms import said_code


@for_roles(*LIAISONS)
@never_cache
def family_visits(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """List the visits; what was written is shown once a reason was logged."""
    household, form, actor = _found(request, household_id), LookForm(request.POST or None), actor_of(request)
    is_read = False
    if form.is_valid():
        try:
            note_visits_read(actor=actor, household=household, reason=form.cleaned_data["reason"], now=timezone.now())
            is_read = True
        except Refusal as refusal:
            explain(form, refusal)
    return _shown(request, household, form, is_read=is_read)


@for_roles(*LIAISONS)
@require_POST
@never_cache
def visit_photo_jpg(request: HttpRequest, household_id: uuid.UUID, photo_id: uuid.UUID) -> HttpResponse:
    """Show a photo of a visit once, after a reason was logged."""
    household, form, actor = _found(request, household_id), LookForm(request.POST), actor_of(request)
    proof = get_visit_photo(visits=[visit for visit, _ in visits_of(household)], photo_id=photo_id)
    if not form.is_valid():
        return _shown(request, household, form)
    if not eyes_of(actor).opened().shows("photos"):
        raise NothingToUnmask
    look_at_proof(proof=proof, actor=actor, reason=form.cleaned_data["reason"], now=timezone.now())
    return HttpResponse(shown_bytes(proof), content_type="image/jpeg")


def _found(request: HttpRequest, household_id: uuid.UUID) -> Household:
    return get_household(household_id=household_id, organisation=actor_of(request).organisation)


def _shown(request: HttpRequest, household: Household, form: LookForm, *, is_read: bool = False) -> HttpResponse:
    visits = visits_of(household)
    rows = [visit for visit, _ in visits]
    photos, people = photos_of(rows), Person.objects.in_bulk({row.liaison_id for row in rows if row.liaison_id})
    texts = texts_of([row.id for row in rows]) if is_read else {}
    needs: dict[object, list[tuple[Need, str]]] = {}
    for need in Need.objects.filter(visit__in=rows).order_by("-urgency", "id"):
        needs.setdefault(need.visit_id, []).append((need, said_code(need.kind, catalogue().kinds.values())))
    context = {
        "household": household,
        "form": form,
        "is_read": is_read,
        "visits": [
            {
                "row": visit,
                "is_gone": is_gone,
                "by": people.get(visit.liaison_id) if visit.liaison_id else None,
                "note": texts.get(visit.id, {}).get("note", ""),
                "needs": needs.get(visit.id, []),
                "photos": photos.get(visit.id, []),
            }
            for visit, is_gone in visits
            if visit.undoes_id is None
        ],
    }
    return render(request, "web/family_visits.html", context, status=422 if form.errors else 200)
