"""Register who helps, and record what was checked before they meet a child."""

import datetime as dt
import uuid

from django.utils import timezone

from logistics.households.actions import NameMissing
from logistics.households.identity import checked_telephone
from logistics.journal.revisions import note_registered
from logistics.kernel.refusals import Missing, Unacceptable
from logistics.parties.actions import new_reference
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action
from logistics.volunteering.access import visible_volunteers
from logistics.volunteering.models import CheckKind, Volunteer, VolunteerCheck

NAME_LENGTH_MAX, DOCUMENT_LENGTH_MAX = 60, 64
# How long a check counts where the paper says nothing shorter.
CHECK_VALID_DAYS = {CheckKind.IDENTITY: 3_650, CheckKind.NO_RECORD: 365, CheckKind.TRAINING: 730}


class VolunteerMissing(Missing):
    code = "volunteer_missing"
    zh = "没有找到志愿者 {volunteer}。"
    en = "There is no volunteer {volunteer}."


class CheckKindUnknown(Unacceptable):
    code = "volunteer_check_kind_unknown"
    zh = "核查种类须为 IDENTITY、NO_RECORD 或 TRAINING。"
    en = "A check is IDENTITY, NO_RECORD or TRAINING."


class CheckDatesWrong(Unacceptable):
    code = "volunteer_check_dates_wrong"
    zh = "核查日期不能在将来；有效期须在核查日期之后，且不超过 {most} 天。"
    en = "A check lies not in the future; it expires after its day, within {most} days."


class VolunteerTextTooLong(Unacceptable):
    code = "volunteer_text_too_long"
    zh = "最多 {most} 个字。"
    en = "At most {most} characters."


@action
def register_volunteer(
    *, actor: Actor, name: str, telephone: str = "", now: dt.datetime, token: uuid.UUID | None = None
) -> Volunteer:
    """Register somebody who helps. The same token registers once.

    Refuses NameMissing, VolunteerTextTooLong, TelephoneWrong.
    """
    volunteer_id = derived_id(token, 0) if token else new_id()
    standing = Volunteer.objects.filter(id=volunteer_id, organisation=actor.organisation).first()
    if standing is not None:
        return standing
    if not name.strip():
        raise NameMissing(pointer="/name")
    row = Volunteer.objects.create(
        id=volunteer_id,
        organisation=actor.organisation,
        reference=new_reference("U"),
        name=_fitting(name, NAME_LENGTH_MAX, "/name"),
        telephone=checked_telephone(telephone, "/telephone"),
        registered_at=now,
    )
    note_registered([row], cause=actor.cause(now))
    return row


@action
def record_check(
    *,
    actor: Actor,
    volunteer: Volunteer,
    kind: str,
    checked_on: dt.date,
    expires_on: dt.date | None = None,
    document: str = "",
    now: dt.datetime,
) -> VolunteerCheck:
    """Record a check whose paper was seen.

    Refuses CheckKindUnknown, CheckDatesWrong, VolunteerTextTooLong, VolunteerMissing.
    """
    if kind not in CheckKind.values:
        raise CheckKindUnknown(pointer="/kind")
    most = CHECK_VALID_DAYS[CheckKind(kind)]
    wrong = CheckDatesWrong(most=most, pointer="/expires_on" if expires_on else "/checked_on")
    # Before any reckoning: a day at the end of the calendar has none behind it.
    if checked_on > timezone.localdate(now):
        raise wrong
    latest = checked_on + dt.timedelta(days=most)
    until = expires_on or latest
    if not checked_on < until <= latest:
        raise wrong
    return VolunteerCheck.objects.create(
        volunteer=locked_volunteer(volunteer),
        kind=kind,
        checked_on=checked_on,
        expires_on=until,
        document=_fitting(document, DOCUMENT_LENGTH_MAX, "/document"),
        recorded_at=now,
        recorded_by_id=actor.holder_id,
    )


def _fitting(text: str, most: int, pointer: str) -> str:
    told = text.strip()
    if len(told) > most:
        raise VolunteerTextTooLong(most=most, pointer=pointer)
    return told


def locked_volunteer(volunteer: Volunteer) -> Volunteer:
    """Hold a volunteer, so that of two things at once one sees the other. Refuses VolunteerMissing once erased."""
    rows = Volunteer.objects.select_for_update(of=("self",)).filter(erased_at__isnull=True)
    found = rows.filter(id=volunteer.id).first()
    if found is None:
        raise VolunteerMissing(volunteer=volunteer.reference, pointer="/volunteer")
    return found


def checks_absent(volunteer: Volunteer, on: dt.date) -> list[str]:
    """List the kinds of checks of which none counts on a day, in a fixed order; a list fetches `checks` beforehand."""
    standing = {row.kind for row in volunteer.checks.all() if row.checked_on <= on <= row.expires_on}
    return [kind for kind in CheckKind.values if kind not in standing]


def get_volunteer(*, reference: str, organisation: Organisation) -> Volunteer:
    """Return the volunteer with this reference. Refuses VolunteerMissing, also for another organisation's."""
    found = visible_volunteers(organisation).filter(reference=reference.strip().upper()).first()
    if found is None:
        raise VolunteerMissing(volunteer=reference[:24], pointer="/volunteer")
    return found
