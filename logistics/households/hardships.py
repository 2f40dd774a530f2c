"""Note hardships of families and members, end them, and ask for them."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from logistics.households.facts import noting
from logistics.households.family_models import Hardship, HardshipKind
from logistics.households.models import Household, Member
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.parties.actors import Actor
from logistics.storage.transactions import action

HARDSHIPS_MAX = 40
EVIDENCE_LENGTH_MAX = 300


class HardshipKindUnknown(Unacceptable):
    code = "hardship_kind_unknown"
    zh = "没有困难类别 {kind}。"
    en = "There is no kind of hardship {kind}."


class HardshipNeedsMember(Unacceptable):
    code = "hardship_needs_member"
    zh = "“{kind}”是个人的困难，请指明是哪位成员。"
    en = "The hardship {kind} is one person's: name the member."


class HardshipDatesWrong(Unacceptable):
    code = "hardship_dates_wrong"
    zh = "困难的起止日期不对：起始不能在将来，结束不能早于起始。"
    en = "The days of the hardship are wrong: it begins no later than today and ends no earlier than it began."


class HardshipsExhausted(Conflicting):
    code = "hardships_exhausted"
    zh = "一个家庭最多登记 {most} 条困难情况。"
    en = "A family has at most {most} hardships on record."


class EvidenceTooLong(Unacceptable):
    code = "hardship_evidence_too_long"
    zh = "证明材料说明最多 {most} 个字。"
    en = "What shows the hardship has at most {most} characters."


class HardshipMissing(Missing):
    code = "hardship_missing"
    zh = "没有找到这条困难情况。"
    en = "There is no such hardship."


@dataclass(frozen=True)
class HardshipFact:
    """A hardship as it is told: whose (None is the whole family's), which kind, from when, until when."""

    hardship_id: uuid.UUID
    member_id: uuid.UUID | None
    kind_code: str
    since_on: dt.date
    until_on: dt.date | None
    evidence: str


@action
def note_hardship(
    *,
    actor: Actor,
    household: Household,
    kind_code: str,
    member: Member | None = None,
    since_on: dt.date | None = None,
    until_on: dt.date | None = None,
    evidence: str = "",
    now: dt.datetime,
) -> Hardship:
    """Note a hardship; the same kind that stands already for the same person changes nothing.

    Refuses HardshipKindUnknown, HardshipNeedsMember, HardshipDatesWrong, EvidenceTooLong, HardshipsExhausted.
    """
    today, shown = timezone.localdate(now), evidence.strip()
    if len(shown) > EVIDENCE_LENGTH_MAX:
        raise EvidenceTooLong(most=EVIDENCE_LENGTH_MAX, pointer="/evidence")
    kind = kinds_by_code([kind_code])[kind_code]
    if kind.is_of_person and member is None:
        raise HardshipNeedsMember(kind=kind_code, pointer="/member")
    if (since_on or today) > today or (until_on and until_on < (since_on or today)):
        raise HardshipDatesWrong(pointer="/since_on")
    if member is not None and member.household_id != household.id:
        raise HardshipNeedsMember(kind=kind_code, pointer="/member")
    with noting(household, actor=actor, now=now) as locked:
        standing = [row for row in locked.hardships.filter(until_on__isnull=True) if row.kind_code == kind_code]
        known = next((row for row in standing if row.member_id == (member.id if member else None)), None)
        if known is not None:
            return known
        if locked.hardships.count() >= HARDSHIPS_MAX:
            raise HardshipsExhausted(most=HARDSHIPS_MAX)
        return Hardship.objects.create(
            household=locked,
            member=member,
            kind_code=kind_code,
            evidence=shown,
            since_on=since_on or today,
            until_on=until_on,
            noted_at=now,
            noted_by_id=actor.holder_id,
        )


@action
def end_hardship(
    *, actor: Actor, household: Household, hardship_id: uuid.UUID, until_on: dt.date | None = None, now: dt.datetime
) -> Hardship:
    """Say that a hardship is over. Refuses HardshipMissing, HardshipDatesWrong."""
    day = until_on or timezone.localdate(now)
    with noting(household, actor=actor, now=now) as locked:
        row = locked.hardships.filter(id=hardship_id, until_on__isnull=True).first()
        if row is None:
            raise HardshipMissing
        if day < row.since_on:
            raise HardshipDatesWrong(pointer="/until_on")
        Hardship.objects.filter(id=row.id).update(until_on=day)
        row.until_on = day
    return row


def kinds_by_code(codes: Collection[str]) -> dict[str, HardshipKind]:
    """Return kinds of hardship by code. Refuses HardshipKindUnknown."""
    found = {kind.code: kind for kind in HardshipKind.objects.filter(code__in=list(codes), is_in_use=True)}
    for code in codes:
        if code not in found:
            raise HardshipKindUnknown(kind=code[:24], pointer="/kind")
    return found


def hardship_kinds() -> list[HardshipKind]:
    """List the kinds of hardship in use, in the order of the table."""
    return list(HardshipKind.objects.filter(is_in_use=True).order_by("position", "code"))


def hardships_of(
    household_ids: Collection[uuid.UUID], *, on: dt.date, member_ids: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, list[HardshipFact]]:
    """Return by family what stands on a day, in one query: the family's own hardships and its members'.

    With `member_ids`, the members' among these and the families' own. No door may show it but by `household_view_for`.
    """
    rows = Hardship.objects.filter(household_id__in=list(household_ids), since_on__lte=on)
    rows = rows.filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
    if member_ids is not None:
        rows = rows.filter(Q(member_id__isnull=True) | Q(member_id__in=list(member_ids)))
    found: dict[uuid.UUID, list[HardshipFact]] = defaultdict(list)
    for row in rows.order_by("since_on", "id"):
        found[row.household_id].append(_fact(row))
    return dict(found)


def hardship_history(household: Household) -> list[HardshipFact]:
    """List all hardships of a family, also those that are over, the oldest first."""
    return [_fact(row) for row in household.hardships.order_by("since_on", "id")]


def _fact(row: Hardship) -> HardshipFact:
    return HardshipFact(row.id, row.member_id, row.kind_code, row.since_on, row.until_on, row.evidence)
