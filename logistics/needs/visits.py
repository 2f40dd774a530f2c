"""Record visits at home as telephones hand them in: in any order, any number of times, one answer each."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError

from logistics.households.access import visible_households
from logistics.households.models import Household, Member
from logistics.households.proofs import claim_proofs
from logistics.households.reads import HouseholdMissing, MemberMissing
from logistics.households.standing import require_unerased
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.kernel.refusals import Conflicting, Refusal, Unacceptable
from logistics.needs.inputs import FindingInput, NeedInput, VisitAnswer, VisitInput
from logistics.needs.models import URGENCY_MAX, HomeVisit, Met, Need, VisitPhoto
from logistics.needs.reporting import add_needs, checked_need
from logistics.needs.sealed import leaf_of_visit
from logistics.needs.steps import Hand, StepInput, add_steps, conclude
from logistics.parties.actors import Actor
from logistics.parties.models import Person, Programme
from logistics.parties.reads import get_programme
from logistics.storage.transactions import action, apart

VISITS_PER_CALL_MAX = 100
NEEDS_PER_VISIT_MAX = 20
FINDINGS_PER_VISIT_MAX = 50
PHOTOS_PER_VISIT_MAX = 6
NOTE_LENGTH_MAX = 1_000
# A telephone that lay in a drawer for longer has another clock than the world.
VISIT_AGE_DAYS_MAX = 1_096
FUTURE_DAYS_MAX = 2
RECORDED, REPEATED, REFUSED = "RECORDED", "REPEATED", "REFUSED"
# What a visit may find of a need that was reported before, and which step that is.
FOUND = {"STILL_THERE": "CONFIRMED", "GONE": "WITHDRAWN", "HELPED": "HELPED", "NOT_HELPED": "NOT_HELPED"}


class VisitContentDiffers(Conflicting):
    code = "visit_content_differs"
    zh = "编号 {visit} 的走访已有另一份内容，原来的那份有效。"
    en = "Another visit stands under the id {visit}; that one counts."


class VisitUnsound(Unacceptable):
    code = "visit_unsound"
    zh = "走访记录的 {field} 不符合要求。"
    en = "The {field} of the visit cannot be accepted."


class VisitOutOfBounds(Unacceptable):
    code = "visit_out_of_bounds"
    zh = "一次走访的 {field} 最多 {most} 项。"
    en = "A visit has at most {most} {field}."


class VisitTimeOutOfBounds(Unacceptable):
    code = "visit_time_out_of_bounds"
    zh = "走访时间不可信，请检查手机的日期和时间。"
    en = "The time of the visit cannot be right; look at the telephone's date and time."


class VisitsTooMany(Unacceptable):
    code = "visits_too_many"
    zh = "一次最多提交 {most} 次走访。"
    en = "Hand in at most {most} visits in one call."


class UndoOfAnother(Conflicting):
    code = "undo_of_another"
    zh = "只能在同一台设备上撤回自己的走访，撤回本身不能再撤回。"
    en = "A visit is taken back on the device that made it, and taking back is not taken back."


@action
def record_visits(*, actor: Actor, visits: Sequence[VisitInput], now: dt.datetime) -> list[VisitAnswer]:
    """Record visits and what they say of needs; the same visit again changes nothing. One answer each, in order.

    What cannot be accepted is REFUSED with its refusal and never sinks the others. Refuses VisitsTooMany.
    """
    if len(visits) > VISITS_PER_CALL_MAX:
        raise VisitsTooMany(most=VISITS_PER_CALL_MAX, pointer="/visits")
    households = _held(actor, {visit.household_id for visit in visits})
    return [_answered(actor, visit, households.get(visit.household_id), now) for visit in visits]


def _held(actor: Actor, household_ids: set[uuid.UUID]) -> dict[uuid.UUID, Household]:
    """Hold the families, in one order for all who ask: what is known of one is concluded by one at a time."""
    rows = visible_households(actor.organisation).filter(id__in=household_ids)
    return {row.id: row for row in rows.select_for_update(of=("self",), no_key=True).select_related("organisation")}


def _answered(actor: Actor, visit: VisitInput, household: Household | None, now: dt.datetime) -> VisitAnswer:
    try:
        try:
            return apart(lambda: _recorded(actor, visit, household, now))
        except IntegrityError:
            # The same visit came twice at once; the other stands.
            return apart(lambda: _recorded(actor, visit, household, now))
    except Refusal as refusal:
        return VisitAnswer(visit.visit_id, REFUSED, refusal)


def _recorded(actor: Actor, visit: VisitInput, household: Household | None, now: dt.datetime) -> VisitAnswer:
    if household is None:
        raise HouseholdMissing(household=str(visit.household_id), pointer="/household")
    standing = HomeVisit.objects.filter(id=visit.visit_id).first()
    if standing is not None:
        return _repeated(standing, visit, household)
    require_unerased([household.id])
    _require_sound(actor, visit, household, now)
    programme = (
        get_programme(code=visit.programme_code, organisation=actor.organisation) if visit.programme_code else None
    )
    row = _visit_row(actor, visit, household, programme, now)
    pending = _photos_pending(actor, row, now)
    _write_needs(actor, visit, row, household, now)
    return VisitAnswer(row.id, RECORDED, None, pending)


def _repeated(standing: HomeVisit, visit: VisitInput, household: Household) -> VisitAnswer:
    if standing.household_id != household.id or standing.content_index != visit.content_index():
        raise VisitContentDiffers(visit=str(visit.visit_id), pointer="/visit_id")
    pending = standing.kept_photos.filter(arrived_at__isnull=True).values_list("sha256", flat=True)
    return VisitAnswer(standing.id, REPEATED, None, sorted(pending))


def _visit_row(
    actor: Actor, visit: VisitInput, household: Household, programme: Programme | None, now: dt.datetime
) -> HomeVisit:
    kept = keep_texts({visit.visit_id: {"note": visit.note}}) if visit.note else {}
    row = HomeVisit.objects.create(
        id=visit.visit_id,
        household=household,
        organisation_id=actor.organisation.id,
        programme=programme,
        liaison_id=actor.person.id if actor.person else visit.liaison_id,
        device_id=actor.holder_id,
        visited_at=visit.visited_at,
        offset_minutes=visit.offset_minutes,
        received_at=now,
        met=visit.met,
        met_member_ids=[str(member) for member in visit.met_member_ids],
        undoes_id=visit.undoes,
        photos=list(visit.photos),
        content_index=visit.content_index(),
        note_commitment=kept.get(visit.visit_id, {}).get("note", ""),
    )
    append_leaves([leaf_of_visit(row)])
    return row


def _photos_pending(actor: Actor, row: HomeVisit, now: dt.datetime) -> list[str]:
    """Note which photos the visit names, and return those whose bytes are still to come."""
    if not row.photos:
        return []
    arrived = claim_proofs(organisation_id=actor.organisation.id, hashes=row.photos, now=now)
    VisitPhoto.objects.bulk_create(
        VisitPhoto(
            visit=row, keeper_id=actor.organisation.id, sha256=sha256, arrived_at=now if sha256 in arrived else None
        )
        for sha256 in row.photos
    )
    return [sha256 for sha256 in row.photos if sha256 not in arrived]


def _write_needs(actor: Actor, visit: VisitInput, row: HomeVisit, household: Household, now: dt.datetime) -> None:
    # A clock that runs ahead makes nothing happen later than we heard of it.
    happened_at = min(visit.visited_at, now)
    hand = Hand(household.id, actor.organisation.id, row.liaison_id or actor.holder_id, now, row)
    add_needs(hand, household, visit.needs, happened_at=happened_at)
    steps = [
        StepInput(
            one.need_id, FOUND[one.found], happened_at, {"reason": one.text}, _step_id(row, number), urgency=one.urgency
        )
        for number, one in enumerate(visit.findings)
    ]
    add_steps(hand, steps)
    touched = {need.need_id for need in visit.needs} | {one.need_id for one in visit.findings}
    if visit.undoes is not None:
        undone = HomeVisit.objects.filter(id=visit.undoes, household=household)
        touched |= set(undone.values_list("steps__need_id", flat=True)) - {None}
    conclude(touched)


def _step_id(row: HomeVisit, number: int) -> uuid.UUID:
    """Name a step after its visit, so that the order of steps of one moment is the same wherever they are written."""
    return uuid.uuid5(row.id, f"finding {number}")


def _require_sound(actor: Actor, visit: VisitInput, household: Household, now: dt.datetime) -> None:
    if visit.met not in Met.values:
        raise VisitUnsound(field="met", pointer="/met")
    if not -dt.timedelta(days=VISIT_AGE_DAYS_MAX) <= visit.visited_at - now <= dt.timedelta(days=FUTURE_DAYS_MAX):
        raise VisitTimeOutOfBounds(pointer="/visited_at")
    _require_bounded(visit)
    for number, need in enumerate(visit.needs):
        checked_need(need, f"/needs/{number}")
    for number, finding in enumerate(visit.findings):
        _require_finding(finding, f"/findings/{number}")
    named = {*visit.met_member_ids, *(need.member_id for need in visit.needs if need.member_id)}
    unknown = named - set(Member.objects.filter(household=household, id__in=named).values_list("id", flat=True))
    if unknown:
        raise MemberMissing(member=str(min(unknown)), pointer="/met_members")
    _require_new_needs(visit.needs)
    if visit.liaison_id is not None and actor.person is None:
        _require_liaison(actor, visit.liaison_id)
    if visit.undoes is not None:
        _require_own(actor, visit, visit.undoes)


def _require_bounded(visit: VisitInput) -> None:
    for field, count, most in (
        ("needs", len(visit.needs), NEEDS_PER_VISIT_MAX),
        ("findings", len(visit.findings), FINDINGS_PER_VISIT_MAX),
        ("photos", len(visit.photos), PHOTOS_PER_VISIT_MAX),
    ):
        if count > most:
            raise VisitOutOfBounds(field=field, most=most, pointer=f"/{field}")
    if len(visit.note) > NOTE_LENGTH_MAX:
        raise VisitUnsound(field="note", pointer="/note")
    if len(set(visit.photos)) != len(visit.photos):
        raise VisitUnsound(field="photos", pointer="/photos")
    if len({need.need_id for need in visit.needs}) != len(visit.needs):
        raise VisitUnsound(field="needs", pointer="/needs")
    if visit.undoes is not None and (visit.needs or visit.findings or visit.photos or visit.undoes == visit.visit_id):
        raise VisitUnsound(field="undoes", pointer="/undoes")


def _require_finding(finding: FindingInput, pointer: str) -> None:
    if finding.found not in FOUND:
        raise VisitUnsound(field="found", pointer=f"{pointer}/found")
    if finding.urgency is not None and not 0 <= finding.urgency <= URGENCY_MAX:
        raise VisitUnsound(field="urgency", pointer=f"{pointer}/urgency")
    if len(finding.text) > NOTE_LENGTH_MAX:
        raise VisitUnsound(field="text", pointer=f"{pointer}/text")


def _require_new_needs(needs: Sequence[NeedInput]) -> None:
    """Refuse a need's id that another visit has used: the first stands."""
    if Need.objects.filter(id__in=[need.need_id for need in needs]).exists():
        raise VisitUnsound(field="needs", pointer="/needs")


def _require_liaison(actor: Actor, liaison_id: uuid.UUID) -> None:
    person = Person.objects.filter(id=liaison_id, is_active=True).select_related("organisation").first()
    if person is None or not person.organisation.path.startswith(actor.organisation.path):
        raise VisitUnsound(field="liaison", pointer="/liaison")


def _require_own(actor: Actor, visit: VisitInput, undone_id: uuid.UUID) -> None:
    """Refuse to take back what another device made; a visit that has not arrived yet is judged when it has."""
    undone = HomeVisit.objects.filter(id=undone_id).first()
    if undone is None:
        return
    is_own = undone.device_id == actor.holder_id and undone.household_id == visit.household_id
    if not is_own or undone.undoes_id is not None:
        raise UndoOfAnother(pointer="/undoes")
