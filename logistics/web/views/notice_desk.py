"""Public notices published and objections answered, by officers."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.kernel.refusals import Refusal
from logistics.lists.notices import publish_notice
from logistics.lists.objections import answer_objection, get_objection
from logistics.parties.reads import get_programme
from logistics.web.doors import OFFICERS, actor_of, for_roles, language
from logistics.web.pages import take_step


@require_POST
@for_roles(*OFFICERS)
def notice_publish(request: HttpRequest) -> HttpResponse:
    """Publish what is accepted in a programme."""
    actor = actor_of(request)
    code = request.POST.get("programme", "")
    programme = get_programme(code=code if code.isprintable() else "", organisation=actor.organisation)
    try:
        found = publish_notice(actor=actor, organisation=actor.organisation, programme=programme, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
        return redirect("web:public-notices")
    messages.success(request, _("Published. Anyone can read it, without signing in."))
    return redirect("web:public-notice", notice_id=found.id)


@require_POST
@for_roles(*OFFICERS)
def objection_answer(request: HttpRequest, objection_id: uuid.UUID) -> HttpResponse:
    """Answer an objection with a reason."""
    actor = actor_of(request)
    found = get_objection(objection_id=objection_id, organisation=actor.organisation)
    is_upheld = request.POST.get("decision") == "uphold"
    text = request.POST.get("text", "")

    def act() -> None:
        answer_objection(actor=actor, objection=found, is_upheld=is_upheld, text=text, now=timezone.now())

    take_step(request, act, _("Answered."))
    return redirect("web:public-notice", notice_id=found.notice_id)
