"""Who holds a need: it begins with the body that keeps the family and goes up, by the timer or by hand, or back down.

Every move is a fact of its own with its position; the newest position holds. Two workers at once move a need once.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import Q

from logistics.households.standing import require_unerased
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.kernel.need_states import OPEN, REFERRED
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.needs.models import Need, NeedHolder, Way
from logistics.needs.sealed import leaf_of_holder
from logistics.needs.timetables import Timetables
from logistics.outbox.actions import News, record_events
from logistics.parties.access import organisation_ids_above
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

REASON_LENGTH_MIN, REASON_LENGTH_MAX = 4, 200
# How many needs one transaction of the timer moves.
NEEDS_PER_CHUNK = 100
# More moves than this are a quarrel, and people settle it.
MOVES_MAX = 50


class NeedUnexplained(Unacceptable):
    code = "need_unexplained"
    zh = "请写明理由（{least} 到 {most} 个字）。"
    en = "Say why ({least} to {most} characters)."


class NeedHeldElsewhere(NotAllowed):
    code = "need_held_elsewhere"
    zh = "这个需求现在由 {holder} 负责，由它或上级来处理。"
    en = "{holder} holds this need now; that body or one above it acts."


class NeedAtTop(Conflicting):
    code = "need_at_top"
    zh = "已经没有上级可以上报。"
    en = "There is no body above to hand this need up to."


class NeedAtBottom(Conflicting):
    code = "need_at_bottom"
    zh = "没有可以退回的下级单位。"
    en = "There is no body below to hand this need back to."


class NeedMovesExhausted(Conflicting):
    code = "need_moves_exhausted"
    zh = "这个需求已经转交 {most} 次，请直接联系负责单位。"
    en = "This need has been handed on {most} times; call the body that holds it."


class NeedClosed(Conflicting):
    code = "need_closed"
    zh = "这个需求的状态是 {state}，现在不能这样做。"
    en = "This need is {state}; this cannot be done now."


def required_reason(reason: str) -> str:
    """Return a reason as it is kept. Refuses NeedUnexplained."""
    why = reason.strip()
    if not REASON_LENGTH_MIN <= len(why) <= REASON_LENGTH_MAX:
        raise NeedUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    return why


def hold_first(needs: Sequence[Need]) -> None:
    """Say who holds new needs first, inside the caller's transaction."""
    _add(
        [NeedHolder(need=need, position=0, holder=need.holder, way=Way.FIRST, since=need.held_since) for need in needs]
    )


@action
def escalate_need(*, actor: Actor, need: Need, reason: str, now: dt.datetime, token: uuid.UUID | None = None) -> Need:
    """Hand a need up to the next body above its holder; the same token does so once.

    Refuses NeedUnexplained, NeedHeldElsewhere, NeedClosed, NeedAtTop, NeedMovesExhausted, PersonErased.
    """
    why = required_reason(reason)
    locked = _locked(need)
    if _is_done(token):
        return locked
    _require_held(actor, locked)
    if locked.holder.parent is None:
        raise NeedAtTop
    _move(locked, locked.holder.parent, Way.BY_HAND, now=now, moved_by_id=actor.holder_id, why=why, token=token)
    return locked


@action
def hand_back_need(*, actor: Actor, need: Need, reason: str, now: dt.datetime, token: uuid.UUID | None = None) -> Need:
    """Hand a need back to the body below from which it came; the same token does so once.

    Refuses NeedUnexplained, NeedHeldElsewhere, NeedClosed, NeedAtBottom, NeedMovesExhausted, PersonErased.
    """
    why = required_reason(reason)
    locked = _locked(need)
    if _is_done(token):
        return locked
    _require_held(actor, locked)
    # The tree may have been drawn anew meanwhile: where the holder stands is looked up, not remembered.
    chain = organisation_ids_above(locked.household.organisation)
    holder = locked.holder_id.hex
    place = chain.index(holder) if holder in chain else len(chain) - 1
    if place + 1 >= len(chain):
        raise NeedAtBottom
    below = Organisation.objects.get(id=chain[place + 1])
    _move(locked, below, Way.BACK, now=now, moved_by_id=actor.holder_id, why=why, token=token)
    return locked


def escalate_due_needs(*, now: dt.datetime) -> int:
    """Hand up every need whose holder's days are over, in chunks. Return how many went up."""
    total = 0
    while moved := _escalate_chunk(now=now):
        total += moved
    return total


@action
def _escalate_chunk(*, now: dt.datetime) -> int:
    due = _due(Timetables.now_standing(), now)
    if due is None:
        return 0
    # Evaluated at once: a second worker leaves these alone, and finds them moved afterwards.
    rows = Need.objects.select_for_update(of=("self",), skip_locked=True).filter(
        due, state=OPEN, household__erased_at=None
    )
    chosen = list(
        rows.filter(holder__parent__isnull=False, holder_position__lt=MOVES_MAX)
        .select_related("holder__parent", "household__organisation")
        .order_by("held_since", "id")[:NEEDS_PER_CHUNK]
    )
    for need in chosen:
        assert need.holder.parent is not None
        _move(need, need.holder.parent, Way.TIMER, now=now)
    return len(chosen)


def _due(timetables: Timetables, now: dt.datetime) -> Q | None:
    """Say which needs have been with their holders for as long as each programme gives its level."""
    due = [
        Q(holder__level=level, held_since__lte=now - dt.timedelta(days=days)) & programmes
        for programmes, timetable in timetables.each()
        for level, days in timetable.days_per_level.items()
    ]
    if not due:
        return None
    found = due[0]
    for more in due[1:]:
        found |= more
    return found


def _locked(need: Need) -> Need:
    require_unerased([need.household_id], [need.member_id] if need.member_id else [])
    # Locked alone: PostgreSQL loses a row from a join whose other side changed while it waited.
    Need.objects.select_for_update().get(id=need.id)
    return Need.objects.select_related("holder__parent", "household__organisation").get(id=need.id)


def _is_done(token: uuid.UUID | None) -> bool:
    return token is not None and NeedHolder.objects.filter(id=derived_id(token, 0)).exists()


def _require_held(actor: Actor, need: Need) -> None:
    if need.state not in (OPEN, REFERRED):
        raise NeedClosed(state=need.state)
    if not need.holder.path.startswith(actor.organisation.path):
        raise NeedHeldElsewhere(holder=need.holder.name_zh)
    if need.holder_position >= MOVES_MAX:
        raise NeedMovesExhausted(most=MOVES_MAX)


def _move(
    need: Need,
    to: Organisation,
    way: str,
    *,
    now: dt.datetime,
    moved_by_id: uuid.UUID | None = None,
    why: str = "",
    token: uuid.UUID | None = None,
) -> None:
    row_id = derived_id(token, 0) if token else new_id()
    kept = keep_texts({row_id: {"reason": why}}) if why else {}
    position = need.holder_position + 1
    row = NeedHolder(
        id=row_id,
        need=need,
        position=position,
        holder=to,
        way=way,
        since=now,
        moved_by_id=moved_by_id,
        reason_commitment=kept.get(row_id, {}).get("reason", ""),
    )
    _add([row])
    need.holder, need.held_since, need.holder_position = to, now, position
    Need.objects.filter(id=need.id).update(holder=to, held_since=now, holder_position=position)
    payload = {"need": str(need.id), "kind": need.kind, "holder": to.code, "way": way}
    record_events([News("need.moved", to.id, need.id, now, payload)])


def _add(rows: Sequence[NeedHolder]) -> None:
    NeedHolder.objects.bulk_create(rows)
    append_leaves([leaf_of_holder(row) for row in rows])
