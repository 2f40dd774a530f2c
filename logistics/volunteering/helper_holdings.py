"""What volunteers' work keeps of the volunteers themselves: name, telephone, papers that were checked, notes of them.

That their checks stood, which child they accompanied and when stays, by the reference: who sends somebody to a child
answers for it later too.
"""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from logistics.storage.erasing import Helper, Holding, Said, declare_helper_holdings
from logistics.volunteering.companion_models import Companionship, CompanionVisit
from logistics.volunteering.errand_models import Errand, ErrandState
from logistics.volunteering.knitting_models import KnittingOrder, KnittingState
from logistics.volunteering.models import Volunteer, VolunteerCheck
from logistics.volunteering.wish_models import MicroWish, WishClaim, WishState

_UNDER_WAY = (ErrandState.TAKEN, ErrandState.DONE)


def _volunteers(subject: Helper) -> "QuerySet[Volunteer]":
    return Volunteer.objects.filter(id=subject.helper_id, erased_at__isnull=True)


def _say_volunteers(subject: Helper) -> list[Said]:
    return [
        {
            "reference": row.reference,
            "name": row.name,
            "telephone": row.telephone,
            "registered_at": row.registered_at.isoformat(),
        }
        for row in _volunteers(subject)
    ]


def _checks(subject: Helper) -> list[VolunteerCheck]:
    rows = VolunteerCheck.objects.filter(volunteer_id=subject.helper_id).order_by("id")
    return [row for row in rows if row.document]


def _say_checks(subject: Helper) -> list[Said]:
    return [
        {"kind": row.kind, "checked_on": row.checked_on.isoformat(), "document": row.document}
        for row in _checks(subject)
    ]


def _erase_checks(subject: Helper, now: dt.datetime) -> int:
    return VolunteerCheck.objects.filter(id__in=[row.id for row in _checks(subject)]).update(document="")


def _companionships(subject: Helper) -> "QuerySet[Companionship]":
    return Companionship.objects.filter(volunteer_id=subject.helper_id).select_related("member").order_by("id")


def _noted(subject: Helper) -> list[CompanionVisit]:
    """List visits whose notes name the volunteer; what else they say is the child's, and goes with the child."""
    names = [row.name for row in _volunteers(subject)]
    rows = CompanionVisit.objects.filter(companionship__in=_companionships(subject)).order_by("id")
    return [row for row in rows if any(name in row.note for name in names if name)]


def _say_companionships(subject: Helper) -> list[Said]:
    return [
        {
            "child": row.member.reference,
            "since": row.assigned_at.isoformat(),
            "until": row.ended_at.isoformat() if row.ended_at else None,
            "ended": row.ended_reason,
        }
        for row in _companionships(subject)
    ]


def _erase_companionships(subject: Helper, now: dt.datetime) -> int:
    """Empty why one ended, and notes with the name; goes before the name does. After a restore, end what is open."""
    _companionships(subject).filter(ended_at__isnull=True).update(ended_at=now)
    ended = [row.id for row in _companionships(subject) if row.ended_reason]
    noted = [row.id for row in _noted(subject)]
    Companionship.objects.filter(id__in=ended).update(ended_reason="")
    return len(ended) + CompanionVisit.objects.filter(id__in=noted).update(note="")


def _accompanying(subject: Helper) -> list[str]:
    return [row.member.reference for row in _companionships(subject).filter(ended_at__isnull=True)]


def _tasks(subject: Helper) -> "tuple[QuerySet[WishClaim], QuerySet[Errand]]":
    claims = WishClaim.objects.filter(volunteer_id=subject.helper_id, ended_at__isnull=True)
    errands = Errand.objects.filter(volunteer_id=subject.helper_id, state__in=_UNDER_WAY)
    return claims.select_related("wish").order_by("id"), errands.order_by("id")


def _say_tasks(subject: Helper) -> list[Said]:
    claims = WishClaim.objects.filter(volunteer_id=subject.helper_id).select_related("wish").order_by("id")
    errands = Errand.objects.filter(volunteer_id=subject.helper_id).order_by("id")
    wishes: list[Said] = [{"wish": row.wish.reference, "since": row.adopted_at.isoformat()} for row in claims]
    return [*wishes, *({"errand": row.reference, "due": row.due_on.isoformat()} for row in errands)]


def _release_tasks(subject: Helper, now: dt.datetime) -> int:
    """Give back what is in their hands: after a restore only, since an open one hinders the erasure."""
    claims, errands = _tasks(subject)
    wishes = list(claims.values_list("wish_id", flat=True))
    MicroWish.objects.filter(id__in=wishes, state=WishState.ADOPTED).update(state=WishState.OPEN)
    freed = errands.update(state=ErrandState.ASKED, volunteer=None, taken_at=None, done_at=None)
    return freed + claims.update(ended_at=now)


def _open_tasks(subject: Helper) -> list[str]:
    claims, errands = _tasks(subject)
    # A claim that ran out is nobody's any more, whether or not somebody has looked since.
    claims = claims.filter(due_on__gte=timezone.localdate())
    knitting = Q(state=KnittingState.KNITTING, yarn_out__knitter_id=subject.helper_id)
    orders = KnittingOrder.objects.filter(knitting).order_by("id")
    found = [row.wish.reference for row in claims]
    found += [row.reference for row in errands]
    return found + [row.reference for row in orders]


declare_helper_holdings(
    Holding(
        "volunteering.checks",
        "核查材料",
        "Papers of checks",
        ("volunteering_check",),
        _say_checks,
        _erase_checks,
    ),
    Holding(
        "volunteering.companionships",
        "陪伴的孩子",
        "Children accompanied",
        ("volunteering_companionship", "volunteering_companionvisit"),
        _say_companionships,
        _erase_companionships,
        _accompanying,
    ),
    Holding(
        "volunteering.tasks",
        "认领的心愿与跑腿事项",
        "Wishes and errands taken",
        ("volunteering_wishclaim", "volunteering_errand"),
        _say_tasks,
        _release_tasks,
        _open_tasks,
    ),
    Holding(
        "volunteering.volunteers",
        "志愿者登记",
        "The volunteer",
        ("volunteering_volunteer",),
        _say_volunteers,
        lambda subject, now: _volunteers(subject).update(name="", telephone="", erased_at=now),
    ),
)
