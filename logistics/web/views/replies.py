"""Replies for staff: record what a family said, look at it with its marks, release it or keep it back."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.kernel.refusals import Refusal
from logistics.kernel.screening import pieces_of_text, with_replacements
from logistics.parties.models import Person
from logistics.replies.card_reads import get_reply, look_at_picture, replies_with_state, reply_view_for
from logistics.replies.cards import (
    RECORDERS,
    SCREENERS,
    cover_picture,
    keep_back_reply,
    record_reply,
    release_reply,
    withdraw_release,
)
from logistics.replies.models import ReplyCard
from logistics.replies.subjects import subject_behind
from logistics.web.doors import actor_of, explain, for_roles, language
from logistics.web.pages import take_step
from logistics.web.reply_forms import BoxesForm, ReleaseForm, ReplyForm, WhyForm

ROWS_PER_PAGE = 50
_WITH_REASON = {"keep-back": keep_back_reply, "withdraw": withdraw_release}


@for_roles(*RECORDERS)
def replies(request: HttpRequest) -> HttpResponse:
    """List replies: those that wait for a look first, the longest waiting at the top."""
    actor = actor_of(request)
    page = Paginator(replies_with_state(actor.organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, row.last_kind or "WAITING") for row in page]  # type: ignore[attr-defined]  # -- an annotation
    context = {"rows": rows, "page": page, "may_screen": _may_screen(actor.person)}
    return render(request, "web/replies.html", context)


@for_roles(*RECORDERS)
def reply_new(request: HttpRequest) -> HttpResponse:
    """Record what a family said, by the code of its card or parcel."""
    actor, now = actor_of(request), timezone.now()
    form = ReplyForm(request.POST or None, request.FILES or None, initial={"code": request.GET.get("code", "")[:60]})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            subject = subject_behind(values["code"], within=actor.organisation)
            record_reply(
                actor=actor,
                subject=subject,
                text=values["text"],
                photo=values["photo"],
                now=now,
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Recorded. Another person looks at it before any donor sees it."))
            return redirect("web:replies")
    return render(request, "web/reply_new.html", {"form": form}, status=422 if form.errors else 200)


@for_roles(*SCREENERS)
def reply(request: HttpRequest, reply_id: uuid.UUID) -> HttpResponse:
    """Show a reply with its marks and what may be done with it."""
    return _shown(request, _found(request, reply_id))


@for_roles(*SCREENERS)
def reply_picture(request: HttpRequest, reply_id: uuid.UUID) -> HttpResponse:
    """Send the newest picture to whoever screens it; that they looked is noted, and no cache keeps it."""
    data = look_at_picture(actor=actor_of(request), reply=_found(request, reply_id), now=timezone.now())
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@for_roles(*SCREENERS)
@require_POST
def cover(request: HttpRequest, reply_id: uuid.UUID) -> HttpResponse:
    """Cover parts of the picture: a new one is made."""
    row, form = _found(request, reply_id), BoxesForm(request.POST)
    if form.is_valid():
        try:
            boxes = form.cleaned_data["boxes"]
            cover_picture(actor=actor_of(request), reply=row, boxes=boxes, now=timezone.now())
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Covered. Look at the picture again."))
            return redirect("web:reply", reply_id=reply_id)
    return _shown(request, row, boxes=form)


@for_roles(*SCREENERS)
@require_POST
def reply_step(request: HttpRequest, reply_id: uuid.UUID, step: str) -> HttpResponse:
    """Release a reply, keep it back, or withdraw it."""
    actor, row, now = actor_of(request), _found(request, reply_id), timezone.now()
    if step == "release":
        form = ReleaseForm(request.POST, has_picture=row.picture_id is not None)
        if form.is_valid():
            try:
                release_reply(actor=actor, reply=row, now=now, **form.cleaned_data)
            except Refusal as refusal:
                explain(form, refusal)
            else:
                messages.success(request, _("Released: the donors of this gift see it on their pages."))
                return redirect("web:replies")
        return _shown(request, row, release=form)
    act, why = _WITH_REASON.get(step), request.POST.get("reason", "")
    if act is None:
        raise Http404
    take_step(request, lambda: act(actor=actor, reply=row, reason=why, now=now), _("Noted."))
    return redirect("web:reply", reply_id=reply_id)


def _found(request: HttpRequest, reply_id: uuid.UUID) -> ReplyCard:
    return get_reply(reply_id=reply_id, organisation=actor_of(request).organisation)


def _shown(
    request: HttpRequest, row: ReplyCard, *, release: ReleaseForm | None = None, boxes: BoxesForm | None = None
) -> HttpResponse:
    seen = reply_view_for(row, language=language())
    suggested = with_replacements(seen.text, seen.marks)
    people = {entry.decided_by_id for entry in seen.decisions} | {row.recorded_by_id}
    names = dict(Person.objects.filter(id__in=[one for one in people if one]).values_list("id", "name"))
    context = {
        "row": row,
        "seen": seen,
        "pieces": [(words, mark.kind.value if mark else "") for words, mark in pieces_of_text(seen.text, seen.marks)],
        "release": release or ReleaseForm(initial={"text": suggested}, has_picture=seen.picture is not None),
        "boxes": boxes or BoxesForm(),
        "why": WhyForm(),
        "decisions": [(entry, names.get(entry.decided_by_id, "")) for entry in seen.decisions],
        "recorder": names.get(row.recorded_by_id, "") if row.recorded_by_id else "",
        "is_recorder": row.recorded_by_id == actor_of(request).holder_id,
    }
    is_refused = bool((release and release.errors) or (boxes and boxes.errors))
    return render(request, "web/reply.html", context, status=422 if is_refused else 200)


def _may_screen(person: Person | None) -> bool:
    return person is not None and person.has_role(*SCREENERS)
