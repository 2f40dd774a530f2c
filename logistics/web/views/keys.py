"""Keys of programs for administrators: issued, replaced, bound to networks, revoked; and the sandbox."""

import datetime as dt
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from logistics.audits.reads import get_mandate
from logistics.journal.revision_views import revision_views
from logistics.journal.revisions import revisions_of
from logistics.kernel.refusals import Refusal
from logistics.parties.models import Person
from logistics.partners.key_texts import shown_prefix
from logistics.partners.keys import MANDATE_SCOPES, change_key, issue_key, revoke_key, rotate_key
from logistics.partners.models import ApiKey, KeyKind
from logistics.partners.reads import find_sandbox, get_key, get_sandbox, state_of, visible_keys
from logistics.partners.sandboxes import codes_in, open_sandbox, reset_sandbox
from logistics.web.doors import ADMINISTRATORS, actor_of, explain, for_roles, language
from logistics.web.key_forms import KeyChangeForm, KeyForm, KeyRevokeForm, MandateKeyForm, RotateForm
from logistics.web.pages import take_step

ROWS_PER_PAGE = 50
# What a new key is tried with.
_FIRST_CALL = "/api/v1/organisations?limit=1"


@for_roles(*ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys, and issue one, which is shown this once."""
    organisation, now = actor_of(request).organisation, timezone.now()
    form = KeyForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            return _shown(request, *_issued(request, form, now))
        except Refusal as refusal:
            explain(form, refusal)
    page = Paginator(visible_keys(organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    sandbox = find_sandbox(organisation)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, state_of(row, now), shown_prefix(row)) for row in page],
        "sandbox": sandbox,
        "codes": list(codes_in(sandbox).items()) if sandbox else [],
    }
    return render(request, "web/keys.html", context, status=422 if form.errors else 200)


@for_roles(*ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def key(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """Show one key with its history; bound it to other networks, or revoke it."""
    actor, now = actor_of(request), timezone.now()
    row = get_key(key_id=key_id, organisation=actor.organisation)
    is_end, is_change = "end" in request.POST, "change" in request.POST
    standing = {"name": row.name, "networks": row.networks}
    change = KeyChangeForm(request.POST if is_change else None, initial=standing)
    end = KeyRevokeForm(request.POST if is_end else None, prefix="end")
    if is_end and end.is_valid():
        cause = actor.cause(now, end.cleaned_data["reason"])
        take_step(request, lambda: revoke_key(key=row, now=now, cause=cause), _("Revoked. It opens nothing any more."))
        return redirect("web:key", key_id=row.id)
    if is_change and change.is_valid():
        changes = {name: change.cleaned_data[name] for name in ("name", "networks")}
        try:
            change_key(key=row, changes=changes, cause=actor.cause(now, change.cleaned_data["reason"]))
        except Refusal as refusal:
            explain(change, refusal)
        else:
            messages.success(request, _("Changed."))
            return redirect("web:key", key_id=row.id)
    context = {**_facts(row, now), "change": change, "end": end, "rotate": RotateForm()}
    return render(request, "web/key.html", context, status=422 if change.errors or end.errors else 200)


@for_roles(*ADMINISTRATORS)
@require_http_methods(["POST"])
def key_rotate(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """Replace a key; the new one is shown this once."""
    actor, now = actor_of(request), timezone.now()
    row = get_key(key_id=key_id, organisation=actor.organisation)
    form = RotateForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("web:key", key_id=row.id)
    until = now + dt.timedelta(hours=form.cleaned_data["overlap_hours"])
    try:
        made = rotate_key(key=row, until=until, days=form.cleaned_data["days"], now=now, cause=actor.cause(now))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
        return redirect("web:key", key_id=row.id)
    return _shown(request, *made, old=get_key(key_id=key_id, organisation=actor.organisation))


@for_roles(*ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def mandate_key(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Issue a key for an auditor's program: the ledgers of the mandate's books and days, as long as it is in force."""
    actor, now = actor_of(request), timezone.now()
    mandate = get_mandate(mandate_id=mandate_id, organisation=actor.organisation)
    form = MandateKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = issue_key(
                organisation=mandate.organisation,
                name=values["name"],
                scopes=MANDATE_SCOPES,
                mandate=mandate,
                days=values["days"],
                networks=values["networks"],
                token=values["once"],
                now=now,
                cause=actor.cause(now),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return _shown(request, *made, address="/api/v1/ledgers/funds")
    context = {
        "form": form,
        "title": _("A key for the auditor's program"),
        "intro": _("It reads the ledgers of these books and these days, and opens nothing once the mandate is over."),
    }
    return render(request, "web/form.html", context, status=422 if form.errors else 200)


@for_roles(*ADMINISTRATORS)
@require_http_methods(["POST"])
def sandbox_reset(request: HttpRequest) -> HttpResponse:
    """Begin the sandbox anew."""
    actor, now = actor_of(request), timezone.now()
    standing = get_sandbox(actor.organisation)
    words = _("A new sandbox stands. Its keys work there from now on; its codes are new.")
    take_step(request, lambda: reset_sandbox(sandbox=standing, now=now, cause=actor.cause(now)), words)
    return redirect("web:keys")


def _issued(request: HttpRequest, form: KeyForm, now: dt.datetime) -> tuple[ApiKey, str]:
    values, cause = form.cleaned_data, actor_of(request).cause(now)
    body = values["over"]
    if values["kind"] == KeyKind.TEST:
        body = open_sandbox(owner=body, now=now, cause=cause).organisation
    return issue_key(
        organisation=body,
        name=values["name"],
        scopes=values["scopes"],
        days=values["days"],
        networks=values["networks"],
        token=values["once"],
        now=now,
        cause=cause,
    )


def _shown(
    request: HttpRequest, row: ApiKey, text: str, old: ApiKey | None = None, address: str = _FIRST_CALL
) -> HttpResponse:
    context = {"row": row, "text": text, "old": old, "address": request.build_absolute_uri(address)}
    response = render(request, "web/key_new.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _facts(row: ApiKey, now: dt.datetime) -> dict[str, object]:
    views = revision_views(revisions_of(row))
    people = Person.objects.in_bulk({view.actor_id for view in views if view.actor_id})
    return {
        "row": row,
        "state": state_of(row, now),
        "prefix": shown_prefix(row),
        "views": views,
        "people": people,
        "is_open": row.revoked_at is None and row.expires_at > now,
        "replacement": getattr(row, "replacement", None),
    }
