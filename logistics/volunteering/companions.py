"""Companions (爱心妈妈, 干警妈妈): nobody meets a child alone whose checks do not count on that day."""

import datetime as dt
import uuid

from django.utils import timezone

from logistics.households.models import Member
from logistics.households.standing import require_unerased
from logistics.kernel.eligibility import age_on
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.transactions import action
from logistics.volunteering.access import visible_companionships
from logistics.volunteering.companion_models import CompanionKind, Companionship, CompanionVisit
from logistics.volunteering.models import Volunteer
from logistics.volunteering.volunteers import checks_absent, locked_volunteer

CHILDREN_PER_COMPANION_MAX = 3
# Civil Code of the PRC, article 17: of age at eighteen.
ADULT_AGE = 18
NOTE_LENGTH_MAX = 500
REASON_LENGTH_MIN, REASON_LENGTH_MAX = 4, 200


class ChecksMissing(Unacceptable):
    code = "companion_checks_missing"
    zh = "志愿者 {volunteer} 还缺有效的核查：{kinds}。"
    en = "Volunteer {volunteer} lacks checks that count today: {kinds}."


class CompanionOfAdult(Unacceptable):
    code = "companion_of_adult"
    zh = "结对陪伴的对象须是未满 {age} 岁的孩子。"
    en = "A companion is for a child under {age}."


class ChildrenExhausted(Conflicting):
    code = "companion_children_exhausted"
    zh = "一名志愿者最多陪伴 {most} 个孩子。"
    en = "One volunteer accompanies at most {most} children."


class CompanionshipMissing(Missing):
    code = "companionship_missing"
    zh = "没有找到这一结对陪伴，或已经结束。"
    en = "There is no such companionship, or it has ended."


class CompanionVisitRefused(Unacceptable):
    code = "companion_visit_refused"
    zh = "陪伴日期不能在将来或结对之前；记录 1 到 {most} 个字。"
    en = "A visit lies between the assignment and today; write 1 to {most} characters."


class EndUnexplained(Unacceptable):
    code = "companionship_end_unexplained"
    zh = "请写明结束的原因（{least} 到 {most} 个字）。"
    en = "Say why it ends ({least} to {most} characters)."


@action
def assign_companion(
    *, actor: Actor, volunteer: Volunteer, member: Member, kind: str, now: dt.datetime
) -> Companionship:
    """Assign a volunteer to a child; who is assigned already changes nothing.

    Refuses ChecksMissing, CompanionOfAdult, ChildrenExhausted, PersonErased, VolunteerMissing.
    """
    today = timezone.localdate(now)
    require_unerased([member.household_id], [member.id])
    locked_volunteer(volunteer)
    absent = checks_absent(volunteer, today)
    if absent:
        raise ChecksMissing(volunteer=volunteer.reference, kinds=absent, pointer="/volunteer")
    if member.born_on is None or age_on(member.born_on, today) >= ADULT_AGE:
        raise CompanionOfAdult(age=ADULT_AGE, pointer="/member")
    standing = Companionship.objects.filter(volunteer=volunteer, ended_at__isnull=True)
    known = standing.filter(member=member).first()
    if known is not None:
        return known
    if standing.count() >= CHILDREN_PER_COMPANION_MAX:
        raise ChildrenExhausted(most=CHILDREN_PER_COMPANION_MAX, pointer="/volunteer")
    return Companionship.objects.create(
        volunteer=volunteer,
        member=member,
        kind=CompanionKind(kind),
        assigned_at=now,
        assigned_by_id=actor.holder_id,
    )


@action
def record_companion_visit(
    *, actor: Actor, companionship: Companionship, visited_on: dt.date, note: str, now: dt.datetime
) -> CompanionVisit:
    """Log a visit. Refuses CompanionshipMissing, CompanionVisitRefused, and ChecksMissing on the day of the visit."""
    require_unerased([companionship.member.household_id], [companionship.member_id])
    row = _standing(companionship)
    begun = timezone.localdate(row.assigned_at)
    if not begun <= visited_on <= timezone.localdate(now) or not 0 < len(note.strip()) <= NOTE_LENGTH_MAX:
        raise CompanionVisitRefused(most=NOTE_LENGTH_MAX, pointer="/visited_on")
    absent = checks_absent(row.volunteer, visited_on)
    if absent:
        raise ChecksMissing(volunteer=row.volunteer.reference, kinds=absent, pointer="/visited_on")
    return CompanionVisit.objects.create(
        companionship=row, visited_on=visited_on, note=note.strip(), recorded_at=now, recorded_by_id=actor.holder_id
    )


@action
def close_companionship(*, actor: Actor, companionship: Companionship, reason: str, now: dt.datetime) -> Companionship:
    """End it, with a reason. Refuses CompanionshipMissing, EndUnexplained."""
    row, why = _standing(companionship), reason.strip()
    if not REASON_LENGTH_MIN <= len(why) <= REASON_LENGTH_MAX:
        raise EndUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    row.ended_at, row.ended_by_id, row.ended_reason = now, actor.holder_id, why
    row.save(update_fields=["ended_at", "ended_by_id", "ended_reason"])
    return row


def get_companionship(*, companionship_id: uuid.UUID, organisation: Organisation) -> Companionship:
    """Return the companionship with this id. Refuses CompanionshipMissing, also for another organisation's."""
    found = visible_companionships(organisation).filter(id=companionship_id).first()
    if found is None:
        raise CompanionshipMissing
    return found


def _standing(companionship: Companionship) -> Companionship:
    rows = Companionship.objects.select_for_update(of=("self",)).select_related("volunteer")
    row = rows.filter(id=companionship.id, ended_at__isnull=True).first()
    if row is None:
        raise CompanionshipMissing
    return row
