"""What volunteers' work keeps of a person: wishes, errands, what companions say, a child's measures.

What stands open for somebody who goes is withdrawn with the words, so that no stranger reads a wish of theirs.
"""

import datetime as dt

from django.db.models import QuerySet

from logistics.storage.erasing import Holding, Said, Subject, declare_holdings
from logistics.volunteering import helper_holdings
from logistics.volunteering.companion_models import Companionship, CompanionVisit
from logistics.volunteering.errand_models import Errand, ErrandState
from logistics.volunteering.knitting_models import KnittingOrder
from logistics.volunteering.wish_models import MicroWish, WishClaim, WishState

__all__ = ["helper_holdings"]

_WISHES_OVER = (WishState.FULFILLED, WishState.THANKED, WishState.WITHDRAWN)
_ERRANDS_OVER = (ErrandState.CONFIRMED, ErrandState.CANCELLED)


def _wishes(subject: Subject) -> list[MicroWish]:
    rows = MicroWish.objects.filter(member_id__in=subject.member_ids).order_by("id")
    return [row for row in rows if row.words or row.public_text or row.thanks]


def _say_wishes(subject: Subject) -> list[Said]:
    return [
        {"reference": row.reference, "words": row.words, "public_text": row.public_text, "thanks": row.thanks}
        for row in _wishes(subject)
    ]


def _erase_wishes(subject: Subject, now: dt.datetime) -> int:
    ids = [row.id for row in _wishes(subject)]
    WishClaim.objects.filter(wish_id__in=ids, ended_at__isnull=True).update(ended_at=now)
    open_ones = MicroWish.objects.filter(id__in=ids).exclude(state__in=_WISHES_OVER)
    open_ones.update(state=WishState.WITHDRAWN, ended_at=now)
    return MicroWish.objects.filter(id__in=ids).update(words="", public_text="", thanks="")


def _errands(subject: Subject) -> list[Errand]:
    """List errands with words. One that is over may name anybody in the family: it goes with the first of them."""
    rows = Errand.objects.filter(household_id=subject.household_id).order_by("id")
    chosen = rows if subject.is_whole else rows.filter(state__in=_ERRANDS_OVER)
    return [row for row in chosen if row.what]


def _say_errands(subject: Subject) -> list[Said]:
    return [{"reference": row.reference, "what": row.what, "due": row.due_on.isoformat()} for row in _errands(subject)]


def _erase_errands(subject: Subject, now: dt.datetime) -> int:
    ids = [row.id for row in _errands(subject)]
    Errand.objects.filter(id__in=ids).exclude(state__in=_ERRANDS_OVER).update(state=ErrandState.CANCELLED)
    return Errand.objects.filter(id__in=ids).update(what="")


def _companionships(subject: Subject) -> "QuerySet[Companionship]":
    return Companionship.objects.filter(member_id__in=subject.member_ids)


def _visits(subject: Subject) -> list[CompanionVisit]:
    rows = CompanionVisit.objects.filter(companionship__in=_companionships(subject)).order_by("visited_on", "id")
    return [row for row in rows if row.note]


def _say_companions(subject: Subject) -> list[Said]:
    visits: list[Said] = [{"visited": row.visited_on.isoformat(), "note": row.note} for row in _visits(subject)]
    ends = [row.ended_reason for row in _companionships(subject).order_by("id")]
    return [*visits, *({"ended": reason} for reason in ends if reason)]


def _erase_companions(subject: Subject, now: dt.datetime) -> int:
    _companionships(subject).filter(ended_at__isnull=True).update(ended_at=now)
    ended = [row.id for row in _companionships(subject) if row.ended_reason]
    Companionship.objects.filter(id__in=ended).update(ended_reason="")
    noted = [row.id for row in _visits(subject)]
    return len(ended) + CompanionVisit.objects.filter(id__in=noted).update(note="")


def _orders(subject: Subject) -> "QuerySet[KnittingOrder]":
    return KnittingOrder.objects.filter(member_id__in=subject.member_ids).exclude(measures={}).order_by("id")


def _say_orders(subject: Subject) -> list[Said]:
    return [{"reference": row.reference, "measures": dict(row.measures)} for row in _orders(subject)]


declare_holdings(
    Holding(
        "volunteering.companions",
        "结对陪伴记录",
        "What companions say",
        ("volunteering_companionship", "volunteering_companionvisit"),
        _say_companions,
        _erase_companions,
    ),
    Holding("volunteering.errands", "跑腿事项", "Errands", ("volunteering_errand",), _say_errands, _erase_errands),
    Holding(
        "volunteering.measures",
        "编织尺寸",
        "Measures for knitting",
        ("volunteering_knittingorder",),
        _say_orders,
        lambda subject, now: _orders(subject).update(measures={}),
    ),
    Holding("volunteering.wishes", "微心愿", "Micro-wishes", ("volunteering_microwish",), _say_wishes, _erase_wishes),
)
