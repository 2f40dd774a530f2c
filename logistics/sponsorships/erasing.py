"""What sponsorships keep of a child: letters, what was released of them, why some were taken back, thanks."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from logistics.journal.committed import erase_texts, texts_of
from logistics.sponsorships.models import (
    Direction,
    Letter,
    LetterDecision,
    LetterWithdrawal,
    Sponsorship,
    SponsorshipStep,
)
from logistics.storage.erasing import Holding, Said, Subject, declare_holdings


def _sponsorships(subject: Subject) -> "QuerySet[Sponsorship]":
    return Sponsorship.objects.filter(member_id__in=subject.member_ids).order_by("id")


def _owners(subject: Subject) -> list[uuid.UUID]:
    of_ours = _sponsorships(subject)
    letters = Letter.objects.filter(sponsorship__in=of_ours)
    decisions = LetterDecision.objects.filter(letter__in=letters)
    withdrawals = LetterWithdrawal.objects.filter(letter__in=letters)
    steps = SponsorshipStep.objects.filter(sponsorship__in=of_ours)
    kept = (letters, decisions, withdrawals, steps)
    return [row_id for rows in kept for row_id in rows.order_by("id").values_list("id", flat=True)]


def _say(subject: Subject) -> list[Said]:
    """Say what the child wrote and what was released; a sponsor's that was kept back or taken back reaches nobody."""
    of_ours = _sponsorships(subject)
    unread = Letter.objects.filter(sponsorship__in=of_ours, direction=Direction.TO_CHILD)
    kept_back = LetterDecision.objects.filter(letter__in=unread, is_released=False)
    taken_back = LetterWithdrawal.objects.filter(letter__in=unread)
    withdrawn = LetterDecision.objects.filter(letter__in=taken_back.values("letter"))
    hidden = {key for rows in (unread, kept_back, taken_back, withdrawn) for key in rows.values_list("id", flat=True)}
    texts = texts_of(owner for owner in _owners(subject) if owner not in hidden)
    return [{str(name): text for name, text in said.items()} for said in texts.values()]


def _running(subject: Subject) -> Sequence[str]:
    rows = _sponsorships(subject).exclude(steps__end_reason__gt="")
    return [str(code) for code in rows.values_list("code__text", flat=True)]


declare_holdings(
    Holding(
        "sponsorships.texts",
        "结对中的信件与感谢",
        "Letters and thanks of sponsorships",
        (
            *("journal_committedtext", "sponsorships_step", "sponsorships_letter"),
            *("sponsorships_letterdecision", "sponsorships_letterwithdrawal"),
        ),
        _say,
        lambda subject, now: erase_texts(owner_ids=_owners(subject)),
        _running,
    )
)
