"""Plan, open, close and drop distribution rounds."""

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import IntegrityError

from logistics.deliveries.round_models import DistributionRound, LeftAs, RoundKind, RoundParcel, RoundState
from logistics.journal.revisions import facts_of, note_changed, note_registered
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parcels.models import Parcel
from logistics.parties.access import organisation_ids_above
from logistics.parties.actors import Actor
from logistics.parties.models import Person
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action, apart

ROUND_PARCELS_MAX = 5_000
ROUND_PEOPLE_MAX = 50
NOTE_LENGTH_MAX = 200
PARCELS_NAMED_MAX = 20
# A parcel that may go on a round: somebody waits for it.
TO_HAND_OVER = ("PLANNED", "PACKED", "SEALED", "DISPATCHED", "AT_TRANSFER_POINT")
# What is not over when a round closes: each is named with what becomes of it.
NOT_OVER = (*TO_HAND_OVER, "REFUSED")


class RoundEmpty(Unacceptable):
    code = "round_empty"
    zh = "没有可以发放的包裹：请检查批次、乡镇或包裹码。"
    en = "There is no parcel to hand over: check the batch, the township or the codes."


class RoundTooLong(Unacceptable):
    code = "round_too_long"
    zh = "一次发放活动最多 {most} 件包裹，请分成几次。"
    en = "A round takes at most {most} parcels; make several of it."


class RoundPersonUnknown(Unacceptable):
    code = "round_person_unknown"
    zh = "参加人员须是本单位或上级单位在用的人员，最多 {most} 人。"
    en = "Who goes along is active here or above; at most {most} people."


class ParcelNotForRound(Conflicting):
    code = "parcel_not_for_round"
    zh = "有 {count} 件包裹已不能发放：{parcels}。"
    en = "{count} parcels can no longer be handed over: {parcels}."


class ParcelOnAnotherRound(Conflicting):
    code = "parcel_on_another_round"
    zh = "有包裹已在另一次尚未结束的发放活动里：{parcels}。"
    en = "Parcels are on another round that is not closed: {parcels}."


class RoundNotPlanned(Conflicting):
    code = "round_not_planned"
    zh = "这次发放活动的状态是 {state}，不能这样操作。"
    en = "This round is {state}; this cannot be done now."


class RoundNotOpen(Conflicting):
    code = "round_not_open"
    zh = "这次发放活动的状态是 {state}，没有在进行。"
    en = "This round is {state} and not open."


class LeftOverUnnamed(Conflicting):
    code = "left_over_unnamed"
    zh = "还有 {count} 件没有发放，请写明每件的去向（仍在外 / 待退回）：{parcels}。"
    en = "{count} parcels were not handed over; say of each whether it is still out or to be returned: {parcels}."


class NotLeftOver(Conflicting):
    code = "not_left_over"
    zh = "有包裹不在剩余之列，请刷新后再结束：{parcels}。"
    en = "Some parcels are not left over any more; look again before closing: {parcels}."


@action
def plan_round(
    *,
    actor: Actor,
    name: str,
    place: str,
    held_on: dt.date,
    parcels: Sequence[Parcel],
    kind: str = RoundKind.OUTING,
    people: Sequence[uuid.UUID] = (),
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> DistributionRound:
    """Plan an outing or ceremony with its parcels. The same token plans it once.

    Refuses RoundEmpty, RoundTooLong, RoundPersonUnknown, ParcelNotForRound, ParcelOnAnotherRound.
    """
    round_id = derived_id(token, 0) if token else new_id()
    standing = DistributionRound.objects.filter(id=round_id, organisation=actor.organisation).first()
    if standing is not None:
        return standing
    codes = _require_parcels(parcels)
    _require_people(actor, people)
    row = DistributionRound.objects.create(
        id=round_id,
        organisation=actor.organisation,
        kind=kind,
        name=name,
        place=place,
        held_on=held_on,
        people=[str(person) for person in people],
        parcel_count=len(codes),
        parcels_sha256=_list_sha256(codes),
        planned_at=now,
        planned_by_id=actor.holder_id,
    )
    _place(row, parcels)
    note_registered([row], cause=actor.cause(now))
    return row


@action
def add_to_round(
    *, actor: Actor, distribution: DistributionRound, parcels: Sequence[Parcel], now: dt.datetime
) -> DistributionRound:
    """Put more parcels on a planned round; those that are on it already stay.

    Refuses RoundNotPlanned, RoundEmpty, RoundTooLong, ParcelNotForRound, ParcelOnAnotherRound.
    """
    row = _planned(distribution)
    standing = dict(RoundParcel.objects.filter(round=row).values_list("parcel_id", "parcel__code__text"))
    more = [parcel for parcel in parcels if parcel.id not in standing]
    codes = sorted([*standing.values(), *(_require_parcels(more) if more or not parcels else [])])
    if len(codes) > ROUND_PARCELS_MAX:
        raise RoundTooLong(most=ROUND_PARCELS_MAX, pointer="/parcels")
    if more:
        before = facts_of(row)
        _place(row, more)
        row.parcel_count, row.parcels_sha256 = len(codes), _list_sha256(codes)
        row.save(update_fields=["parcel_count", "parcels_sha256"])
        note_changed(row, before=before, cause=actor.cause(now))
    return row


@action
def open_round(*, actor: Actor, distribution: DistributionRound, now: dt.datetime) -> DistributionRound:
    """Open a planned round: devices load it, and its progress counts. Refuses RoundNotPlanned."""
    return _move(_planned(distribution), RoundState.OPEN, actor=actor, now=now)


@action
def drop_round(*, actor: Actor, distribution: DistributionRound, reason: str, now: dt.datetime) -> DistributionRound:
    """Drop a planned round that is not held; its parcels are free for another. Refuses RoundNotPlanned."""
    row = _planned(distribution)
    RoundParcel.objects.filter(round=row).update(is_live=False)
    return _move(row, RoundState.DROPPED, actor=actor, now=now, note=reason)


@action
def close_round(
    *,
    actor: Actor,
    distribution: DistributionRound,
    left: Mapping[uuid.UUID, str],
    rest: str = "",
    note: str = "",
    now: dt.datetime,
) -> DistributionRound:
    """Close an open round. Each parcel that is not over is named in `left`, or becomes `rest`.

    Refuses RoundNotOpen, LeftOverUnnamed, NotLeftOver.
    """
    row = DistributionRound.objects.select_for_update().get(id=distribution.id)
    if row.state != RoundState.OPEN:
        raise RoundNotOpen(state=row.state)
    places = list(RoundParcel.objects.filter(round=row).select_related("parcel__code").order_by("parcel__code__text"))
    over = [place for place in places if place.parcel.state in NOT_OVER]
    _require_named(over, left, rest)
    told = {place.parcel_id: left.get(place.parcel_id, rest) for place in over}
    listed = [[place.parcel.code.text, told[place.parcel_id], place.parcel.state] for place in over]
    _note_ends(places, told)
    return _move(row, RoundState.CLOSED, actor=actor, now=now, note=note, left_over=listed)


def _note_ends(places: Sequence[RoundParcel], told: Mapping[uuid.UUID, str]) -> None:
    """Write how each parcel ended, one statement for each way of ending."""
    alike: dict[tuple[str, str], list[uuid.UUID]] = defaultdict(list)
    for place in places:
        alike[place.parcel.state, told.get(place.parcel_id, "")].append(place.id)
    for (state, left_as), ids in alike.items():
        RoundParcel.objects.filter(id__in=ids).update(is_live=False, state_at_close=state, left_as=left_as)


def _planned(distribution: DistributionRound) -> DistributionRound:
    # Evaluated at once: of two people who press at the same moment, the second finds it opened.
    row = DistributionRound.objects.select_for_update().get(id=distribution.id)
    if row.state != RoundState.PLANNED:
        raise RoundNotPlanned(state=row.state)
    return row


def _move(
    row: DistributionRound,
    state: str,
    *,
    actor: Actor,
    now: dt.datetime,
    note: str = "",
    left_over: Sequence[Sequence[str]] = (),
) -> DistributionRound:
    before = facts_of(row)
    row.state, row.note = state, note or row.note
    if state == RoundState.OPEN:
        row.opened_at = now
    else:
        row.closed_at = now
    row.save(update_fields=["state", "note", "opened_at", "closed_at"])
    listed = {"left_over": [list(line) for line in left_over]} if left_over else {}
    note_changed(row, before=before, after={**facts_of(row), **listed}, cause=actor.cause(now, note))
    return row


def _require_parcels(parcels: Sequence[Parcel]) -> list[str]:
    """Return the sorted codes of parcels that can go on a round."""
    codes = sorted(parcel.code.text for parcel in parcels)
    if not codes:
        raise RoundEmpty(pointer="/parcels")
    if len(codes) > ROUND_PARCELS_MAX:
        raise RoundTooLong(most=ROUND_PARCELS_MAX, pointer="/parcels")
    gone = [parcel.code.text for parcel in parcels if parcel.state not in TO_HAND_OVER]
    if gone:
        raise ParcelNotForRound(count=len(gone), parcels=gone[:PARCELS_NAMED_MAX], pointer="/parcels")
    return codes


def _list_sha256(codes: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(codes).encode()).hexdigest()


def _require_people(actor: Actor, people: Sequence[uuid.UUID]) -> None:
    rows = Person.objects.filter(organisation_id__in=organisation_ids_above(actor.organisation), is_active=True)
    if len(people) > ROUND_PEOPLE_MAX or rows.filter(id__in=list(people)).count() < len(set(people)):
        raise RoundPersonUnknown(most=ROUND_PEOPLE_MAX, pointer="/people")


def _place(row: DistributionRound, parcels: Sequence[Parcel]) -> None:
    places = [RoundParcel(round=row, parcel=parcel) for parcel in parcels]
    try:
        # The database decides: of two rounds planned at the same moment, one has the parcel.
        apart(lambda: RoundParcel.objects.bulk_create(places, batch_size=1_000))
    except IntegrityError:
        taken = RoundParcel.objects.filter(parcel__in=[parcel.id for parcel in parcels], is_live=True)
        codes = list(taken.values_list("parcel__code__text", flat=True)[:PARCELS_NAMED_MAX])
        raise ParcelOnAnotherRound(parcels=codes, pointer="/parcels") from None


def _require_named(over: Sequence[RoundParcel], left: Mapping[uuid.UUID, str], rest: str) -> None:
    known = {place.parcel_id for place in over}
    strange = [str(parcel_id) for parcel_id in left if parcel_id not in known]
    if strange:
        codes = list(Parcel.objects.filter(id__in=strange).values_list("code__text", flat=True)[:PARCELS_NAMED_MAX])
        raise NotLeftOver(parcels=codes, pointer="/left")
    unnamed = [place.parcel.code.text for place in over if left.get(place.parcel_id, rest) not in LeftAs.values]
    if unnamed:
        raise LeftOverUnnamed(count=len(unnamed), parcels=unnamed[:PARCELS_NAMED_MAX], pointer="/left")
