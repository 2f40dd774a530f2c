"""Thanks without signing in: a family says them by its card, a donor sees what was released."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from logistics.codes.reads import get_code
from logistics.donations.models import Donation
from logistics.kernel.refusals import Refusal
from logistics.parties.actors import Actor
from logistics.replies.card_reads import ReplyMissing, thanks_picture
from logistics.replies.cards import record_reply
from logistics.replies.subjects import subject_behind
from logistics.web.doors import explain
from logistics.web.reply_forms import ThanksForm

HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "same-origin"}


def say_thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Take what a family says, by the code on its card: whoever holds the card may write."""
    try:
        subject = subject_behind(code, within=None)
    except Refusal:
        return redirect("web:code", code=code)
    form = ThanksForm(request.POST or None, request.FILES or None)
    is_sent = False
    if request.method == "POST" and form.is_valid():
        values, card = form.cleaned_data, subject.card
        assert card is not None
        try:
            record_reply(
                actor=Actor(subject.organisation, card.id, key_name="REPLY_CARD"),
                subject=subject,
                text=values["text"],
                photo=values["photo"],
                now=timezone.now(),
                token=values["once"],
            )
            is_sent = True
        except Refusal as refusal:
            explain(form, refusal)
    context = {"form": form, "subject": subject, "is_sent": is_sent}
    response = render(request, "web/say_thanks.html", context, status=422 if form.errors else 200)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def thanks_jpg(request: HttpRequest, code: str, reply_id: uuid.UUID) -> HttpResponse:
    """Send the picture of a released reply to whoever follows the gift by its code."""
    row = get_code(code)
    gift = Donation.objects.filter(code=row).first()
    if gift is None:
        raise ReplyMissing
    return HttpResponse(thanks_picture(donation=gift, reply_id=reply_id), content_type="image/jpeg", headers=HEADERS)
