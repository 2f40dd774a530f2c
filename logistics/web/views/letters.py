"""One letter of a sponsorship: looked at with its marks, released, kept back, taken back."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.kernel.refusals import Refusal
from logistics.kernel.screening import pieces_of_text, with_replacements
from logistics.parties.models import Person
from logistics.sponsorships.actions import OFFICERS, marks_about
from logistics.sponsorships.letters import keep_back_letter, release_letter
from logistics.sponsorships.reads import get_letter, get_sponsorship, sponsorship_view_for
from logistics.sponsorships.withdrawals import withdraw_letter
from logistics.web.doors import actor_of, explain, for_roles, language
from logistics.web.pages import take_step
from logistics.web.sponsorship_forms import ReleaseLetterForm, WithdrawLetterForm

# Each reason has a field of its own: whoever keeps a letter back that another just released takes nothing back.
_WITH_REASON = {"reason": keep_back_letter, "withdraw_reason": withdraw_letter}


@for_roles(*OFFICERS)
def letter(request: HttpRequest, sponsorship_id: uuid.UUID, letter_id: uuid.UUID) -> HttpResponse:
    """Look at a letter with its marks; release it, keep it back, or take back what was released."""
    actor, now = actor_of(request), timezone.now()
    row = get_sponsorship(sponsorship_id=sponsorship_id, organisation=actor.organisation)
    found = get_letter(letter_id=letter_id, sponsorship=row)
    for field, act in _WITH_REASON.items():
        why = request.POST.get(field)
        if why is not None:
            take_step(request, partial(act, actor=actor, letter=found, reason=why, now=now), _("Noted."))
            return redirect("web:letter", row.id, found.id)
    seen = next(
        one for one in sponsorship_view_for(row, today=timezone.localdate()).letters if one.letter_id == letter_id
    )
    marks = marks_about(row.member, seen.text, language=language())
    form = ReleaseLetterForm(request.POST or None, initial={"text": with_replacements(seen.text, marks)})
    if request.method == "POST" and form.is_valid():
        try:
            release_letter(actor=actor, letter=found, now=now, **form.cleaned_data)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Released: it can be read now."))
            return redirect("web:sponsorship", sponsorship_id=row.id)
    context = {
        "row": row,
        "letter": seen,
        "pieces": [(words, mark.kind.value if mark else "") for words, mark in pieces_of_text(seen.text, marks)],
        "form": form,
        "withdraw": WithdrawLetterForm(),
        "withdrawn_by": Person.objects.filter(id=seen.withdrawn_by_id).first() if seen.withdrawn_by_id else None,
        "is_recorder": found.recorded_by_id == actor.holder_id,
    }
    return render(request, "web/letter.html", context, status=422 if form.errors else 200)
