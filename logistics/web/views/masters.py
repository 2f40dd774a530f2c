"""Master data and its history: who changed what, when, from what, to what and why."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.journal.history import MasterRow
from logistics.journal.revision_views import MASKED, revision_views
from logistics.journal.revisions import facts_of, revision_number, revisions_of
from logistics.kernel.refusals import Refusal
from logistics.parties.access import require_own_master
from logistics.parties.models import Donor, Person, Role
from logistics.web.doors import AUDITORS, actor_of, explain, for_roles
from logistics.web.history_names import names_of
from logistics.web.masters import MASTERS, MasterPage, change_form, find_master

ROWS_PER_PAGE = 50


@for_roles(*AUDITORS)
def masters(request: HttpRequest, kind: str = "organisations") -> HttpResponse:
    """List one kind of master data."""
    if kind not in MASTERS:
        raise Http404
    found = MASTERS[kind]
    page = Paginator(found.rows(actor_of(request).organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "kind": kind,
        "kinds": [(name, one.words) for name, one in MASTERS.items()],
        "page": page,
        "rows": [(getattr(row, found.key), _name(request, row)) for row in page],
    }
    return render(request, "web/masters.html", context)


@for_roles(*AUDITORS)
def master(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show a row as it stands, every change of it, and, to an administrator, the form that corrects it."""
    actor = actor_of(request)
    found, row = find_master(kind, key, actor.organisation)
    may_change = _may_change(request, row)
    form = change_form(found, row, revision_number(row), request.POST or None) if may_change else None
    if request.method == "POST" and form is not None and form.is_valid():
        values = dict(form.cleaned_data)
        number, reason = values.pop("number"), values.pop("reason")
        try:
            found.change(row, changes=values, cause=actor.cause(timezone.now(), reason), number=number)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Changed. The history keeps what it was and why."))
            return redirect("web:master", kind=kind, key=key)
    views = revision_views(revisions_of(row)[:ROWS_PER_PAGE], is_masked=not _sees_names(request, row))
    context = {
        "kind": kind,
        "key": key,
        "words": found.words,
        "name": _name(request, row),
        "facts": _facts(request, found, row),
        "form": form,
        "may_erase": may_change and isinstance(row, Person) and row != request.user,
        "views": views,
        "names": names_of(views),
        "people": Person.objects.in_bulk({view.actor_id for view in views if view.actor_id}),
    }
    return render(request, "web/master.html", context, status=422 if form is not None and form.errors else 200)


def _may_change(request: HttpRequest, row: MasterRow) -> bool:
    actor = actor_of(request)
    if actor.person is None or not actor.person.has_role(Role.ADMINISTRATOR):
        return False
    if isinstance(row, Person) and row.erased_at is not None:
        return False
    try:
        require_own_master(row, actor.organisation)
    except Refusal:
        return False
    return True


def _sees_names(request: HttpRequest, row: MasterRow) -> bool:
    """Tell whether names are shown: of our own people to all who may look here, of donors to those who run things."""
    actor = actor_of(request)
    return isinstance(row, Person) or (actor.person is not None and actor.reach is None)


def _name(request: HttpRequest, row: Any) -> str:
    if isinstance(row, Donor):
        return row.name if _sees_names(request, row) or not row.personal_fields() else MASKED
    if isinstance(row, Person):
        return row.name
    english = request.LANGUAGE_CODE.startswith("en") and row.name_en
    return str(english or row.name_zh)


def _facts(request: HttpRequest, page: MasterPage, row: MasterRow) -> list[tuple[str, object]]:
    hidden = frozenset() if _sees_names(request, row) else row.personal_fields()
    said = facts_of(row)
    return [(name, MASKED if name in hidden else said[name]) for name in (page.key, *page.fields) if name in said]
