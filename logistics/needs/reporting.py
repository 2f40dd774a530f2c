"""Report what families lack: the need, its first step and its first holder."""

import datetime as dt
from collections.abc import Sequence

from logistics.households.models import Household
from logistics.households.reads import get_member
from logistics.households.standing import require_unerased
from logistics.kernel.canonical import canonical_bytes
from logistics.kernel.refusals import Unacceptable
from logistics.needs.catalogue import require_kind
from logistics.needs.holders import hold_first
from logistics.needs.inputs import NeedInput
from logistics.needs.models import URGENCY_MAX, Need
from logistics.needs.steps import Hand, StepInput, add_steps, conclude
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.storage.transactions import action

TEXT_LENGTH_MAX = 500
SIZE_LENGTH_MAX = 20
QUANTITY_MAX = 100
AGE_MAX = 120


class NeedUnsound(Unacceptable):
    code = "need_unsound"
    zh = "需求的 {field} 不符合要求。"
    en = "The {field} of the need cannot be accepted."


@action
def report_need(
    *, actor: Actor, household: Household, need: NeedInput, programme: Programme | None = None, now: dt.datetime
) -> Need:
    """Report what a household lacks, without a visit; the same `need_id` for the same household changes nothing.

    Refuses NeedKindUnknown, NeedUnsound (also an id that stands for another household's need), MemberMissing,
    PersonErased.
    """
    Household.objects.select_for_update(no_key=True).get(id=household.id)
    require_unerased([household.id], [need.member_id] if need.member_id else [])
    standing = Need.objects.filter(id=need.need_id).first()
    if standing is not None:
        if standing.household_id != household.id:
            raise NeedUnsound(field="need_id", pointer="/need_id")
        return standing
    checked_need(need, "")
    if need.member_id is not None:
        get_member(member_id=need.member_id, household=household)
    hand = Hand(household.id, actor.organisation.id, actor.holder_id, now)
    (row,) = add_needs(hand, household, [need], happened_at=now, programme=programme)
    conclude([row.id])
    row.refresh_from_db()
    return row


def checked_need(need: NeedInput, pointer: str) -> None:
    """Refuse NeedKindUnknown and NeedUnsound."""
    require_kind(need.kind, f"{pointer}/kind")
    for field, is_sound in (
        ("urgency", 0 <= need.urgency <= URGENCY_MAX),
        ("quantity", 0 < need.quantity <= QUANTITY_MAX),
        ("age_years", need.age_years is None or 0 <= need.age_years <= AGE_MAX),
        ("size", len(need.size) <= SIZE_LENGTH_MAX),
        ("text", len(need.text) <= TEXT_LENGTH_MAX),
    ):
        if not is_sound:
            raise NeedUnsound(field=field, pointer=f"{pointer}/{field}")


def add_needs(
    hand: Hand,
    household: Household,
    needs: Sequence[NeedInput],
    *,
    happened_at: dt.datetime,
    programme: Programme | None = None,
) -> list[Need]:
    """Write new needs down with their first step and holder, inside the caller's transaction."""
    rows = [_row(hand, household, need, happened_at, programme) for need in needs]
    Need.objects.bulk_create(rows)
    steps = [
        StepInput(
            need.need_id,
            "REPORTED",
            happened_at,
            {"text": need.text, "facts": canonical_bytes(need.as_fields()).decode()},
            urgency=need.urgency,
        )
        for need in needs
    ]
    add_steps(hand, steps)
    hold_first(rows)
    return rows


def _row(
    hand: Hand, household: Household, need: NeedInput, happened_at: dt.datetime, programme: Programme | None
) -> Need:
    assert hand.actor_id is not None, "somebody reports a need"
    return Need(
        id=need.need_id,
        household=household,
        member_id=need.member_id,
        visit=hand.visit,
        programme=programme or (hand.visit.programme if hand.visit else None),
        kind=need.kind,
        size=need.size,
        age_years=need.age_years,
        quantity=need.quantity,
        reported_at=happened_at,
        reported_by_id=hand.actor_id,
        received_at=hand.received_at,
        urgency=need.urgency,
        confirmed_at=happened_at,
        state_since=happened_at,
        holder=household.organisation,
        held_since=happened_at,
    )
