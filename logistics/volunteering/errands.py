"""Errands for the old and the small (一老一小): asked for, taken, done, and confirmed by whoever asked."""

import datetime as dt
import uuid

from django.db.models import QuerySet
from django.utils import timezone

from logistics.households.models import Household
from logistics.households.standing import require_unerased
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.parties.actions import new_reference
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.transactions import action
from logistics.volunteering.access import visible_errands
from logistics.volunteering.errand_models import Errand, ErrandState
from logistics.volunteering.models import Volunteer
from logistics.volunteering.volunteers import locked_volunteer

TEXT_LENGTH_MAX = 200
DAYS_AHEAD_MAX = 90
_OPEN = (ErrandState.ASKED, ErrandState.TAKEN, ErrandState.DONE)


class ErrandMissing(Missing):
    code = "errand_missing"
    zh = "没有找到跑腿事项 {errand}。"
    en = "There is no errand {errand}."


class ErrandRefused(Unacceptable):
    code = "errand_refused"
    zh = "请写 1 到 {most} 个字，日期在今天到 {days} 天之内。"
    en = "Write 1 to {most} characters, due from today within {days} days."


class ErrandNotSo(Conflicting):
    code = "errand_not_so"
    zh = "这件事现在的状态是 {state}，不能这样做。"
    en = "The errand is {state} now; that cannot be done."


@action
def report_errand(*, actor: Actor, household: Household, what: str, due_on: dt.date, now: dt.datetime) -> Errand:
    """Write down what a family asks for. Refuses ErrandRefused, PersonErased."""
    require_unerased([household.id])
    today = timezone.localdate(now)
    is_timely = today <= due_on <= today + dt.timedelta(days=DAYS_AHEAD_MAX)
    if not 0 < len(what.strip()) <= TEXT_LENGTH_MAX or not is_timely:
        raise ErrandRefused(most=TEXT_LENGTH_MAX, days=DAYS_AHEAD_MAX, pointer="/what" if is_timely else "/due_on")
    return Errand.objects.create(
        household=household,
        reference=new_reference("E"),
        what=what.strip(),
        due_on=due_on,
        asked_at=now,
        asked_by_id=actor.holder_id,
    )


@action
def adopt_errand(*, errand: Errand, volunteer: Volunteer, now: dt.datetime) -> Errand:
    """Put an errand into a volunteer's hands. Refuses ErrandNotSo, VolunteerMissing."""
    held = locked_volunteer(volunteer)
    return _moved(errand, ErrandState.ASKED, ErrandState.TAKEN, volunteer=held, taken_at=now)


@action
def record_errand_done(*, errand: Errand, now: dt.datetime) -> Errand:
    """Note that the volunteer says it is done. Refuses ErrandNotSo."""
    return _moved(errand, ErrandState.TAKEN, ErrandState.DONE, done_at=now)


@action
def confirm_errand(*, actor: Actor, errand: Errand, now: dt.datetime) -> Errand:
    """Note that the family says so too. Refuses ErrandNotSo."""
    return _moved(errand, ErrandState.DONE, ErrandState.CONFIRMED, confirmed_at=now, confirmed_by_id=actor.holder_id)


@action
def refuse_errand(*, errand: Errand) -> Errand:
    """Give an errand back that was not done after all, or that its volunteer cannot do. Refuses ErrandNotSo."""
    locked = _locked(errand)
    if locked.state not in (ErrandState.TAKEN, ErrandState.DONE):
        raise ErrandNotSo(state=locked.state)
    return _moved(locked, locked.state, ErrandState.ASKED, volunteer=None, taken_at=None, done_at=None)


@action
def cancel_errand(*, errand: Errand) -> Errand:
    """Take an errand back that nobody has taken. Refuses ErrandNotSo."""
    return _moved(errand, ErrandState.ASKED, ErrandState.CANCELLED)


def open_errands(organisation: Organisation) -> "QuerySet[Errand]":
    """Return the errands that are not at an end, the first due first."""
    return visible_errands(organisation).filter(state__in=_OPEN)


def late_errands(organisation: Organisation, *, on: dt.date) -> "QuerySet[Errand]":
    """Return the errands that should have been done before a day, the oldest first."""
    return visible_errands(organisation).filter(state__in=(ErrandState.ASKED, ErrandState.TAKEN), due_on__lt=on)


def get_errand(*, errand_id: uuid.UUID, organisation: Organisation) -> Errand:
    """Return the errand with this id. Refuses ErrandMissing, also for another organisation's."""
    found = visible_errands(organisation).filter(id=errand_id).first()
    if found is None:
        raise ErrandMissing(errand=str(errand_id), pointer="/errand")
    return found


def _locked(errand: Errand) -> Errand:
    return Errand.objects.select_for_update(of=("self",)).get(id=errand.id)


def _moved(errand: Errand, is_now: str, becomes: str, **columns: object) -> Errand:
    locked = _locked(errand)
    if locked.state != is_now:
        raise ErrandNotSo(state=locked.state)
    for name, value in {"state": becomes, **columns}.items():
        setattr(locked, name, value)
    locked.save(update_fields=["state", *columns])
    return locked
