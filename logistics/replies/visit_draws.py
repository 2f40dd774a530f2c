"""Random visits that nobody can steer: a draw is announced and sealed first, and the log that grows then chooses.

The seed is the root of the first checkpoint that covers the announcement. Whoever has the announcement, that
checkpoint and the list of what was handed over draws the same, by `kernel.sampling` with one for each.
"""

import datetime as dt
import uuid

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from logistics.grants.access import visible_grants
from logistics.grants.models import Grant, GrantState
from logistics.journal.leaves import append_leaves
from logistics.journal.log import SealedLeaf, SignedCheckpoint
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.kernel.sampling import sampled
from logistics.parcels.access import visible_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Programme, Role
from logistics.replies.leaves import leaf_of_draw
from logistics.replies.models import VerificationVisit, VisitDraw, VisitDrawing, VisitKind
from logistics.storage.rows import derived_id
from logistics.storage.transactions import action, apart

DRAW_SIZE_MAX = 500
DRAW_DAYS_MAX = 400
DUE_DAYS_MAX = 180
ASKERS = (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)


class VisitNotYours(NotAllowed):
    code = "visit_not_yours"
    zh = "您的角色不能安排或登记回访。"
    en = "Your role neither asks for visits nor records them."


class VisitDrawOutOfBounds(Unacceptable):
    code = "visit_draw_out_of_bounds"
    zh = "抽 1 到 {size} 户，发放日期最多跨 {days} 天、不晚于今天，期限 1 到 {due} 天。"
    en = "Draw 1 to {size}, over at most {days} days of hand-overs until today, with 1 to {due} days to visit."


class VisitDrawnAlready(Conflicting):
    code = "visit_drawn_already"
    zh = "这个项目的这段日期已经抽过，不能重抽。"
    en = "These days of this programme were drawn from already; nobody draws twice."


class VisitDrawTooEarly(Conflicting):
    code = "visit_draw_too_early"
    zh = "公告还没有被校验点覆盖，请稍后再抽（通常一分钟内）。"
    en = "No checkpoint covers the announcement yet; draw a little later, usually within a minute."


@action
def announce_draw(
    *,
    actor: Actor,
    programme: Programme,
    from_on: dt.date,
    to_on: dt.date,
    size: int,
    days: int,
    now: dt.datetime,
    token: uuid.UUID,
) -> VisitDraw:
    """Announce a draw among what was handed over or paid on some days; the same token announces it once.

    Refuses VisitNotYours, VisitDrawOutOfBounds, VisitDrawnAlready.
    """
    require_asker(actor)
    draw_id = derived_id(token, 0)
    standing = VisitDraw.objects.filter(id=draw_id).first()
    if standing is not None:
        return standing
    in_order = from_on <= to_on <= timezone.localdate(now) and (to_on - from_on).days < DRAW_DAYS_MAX
    if not (in_order and 0 < size <= DRAW_SIZE_MAX and 0 < days <= DUE_DAYS_MAX):
        raise VisitDrawOutOfBounds(size=DRAW_SIZE_MAX, days=DRAW_DAYS_MAX, due=DUE_DAYS_MAX)
    row = VisitDraw(
        id=draw_id,
        organisation=actor.organisation,
        programme=programme,
        from_on=from_on,
        to_on=to_on,
        size=size,
        days=days,
        announced_by_id=actor.holder_id,
        announced_at=now,
    )
    try:
        apart(lambda: VisitDraw.objects.bulk_create([row]))
    except IntegrityError:
        raise VisitDrawnAlready from None
    append_leaves([leaf_of_draw(row)])
    return row


@action
def carry_out_draw(*, actor: Actor, draw: VisitDraw, now: dt.datetime) -> VisitDrawing:
    """Draw what was announced, by the checkpoint that follows it; again, it is the same.

    Refuses VisitNotYours, VisitDrawTooEarly.
    """
    require_asker(actor)
    VisitDraw.objects.select_for_update().get(id=draw.id)
    standing = VisitDrawing.objects.filter(draw=draw).first()
    if standing is not None:
        return standing
    checkpoint = _checkpoint_after(draw)
    things = population_of(draw)
    drawing = VisitDrawing.objects.create(draw=draw, checkpoint=checkpoint, population=len(things), drawn_at=now)
    due_on = timezone.localdate(now) + dt.timedelta(days=draw.days)
    chosen = keys_drawn(draw=draw, root=checkpoint.root, keys=list(things))
    VerificationVisit.objects.bulk_create(
        _visit(things[key], drawing=drawing, programme=draw.programme, due_on=due_on, actor=actor, now=now)
        for key in chosen
    )
    return drawing


def keys_drawn(*, draw: VisitDraw, root: str, keys: list[str]) -> list[str]:
    """Say which keys a root chooses for a draw: each is as likely, and who has the three can say it again."""
    size = min(draw.size, len(keys))
    seed = f"{draw.id}\n{root}"
    return [each.key for each in sampled([(key, 1) for key in keys], seed=seed, size=size)] if size else []


def population_of(draw: VisitDraw) -> dict[str, Parcel | Grant]:
    """List what may be drawn, by the ids in their order: parcels handed over, then grants paid, each to a family."""
    parcels = visible_parcels(draw.organisation).filter(
        programme=draw.programme,
        state="DELIVERED",
        household__isnull=False,
        delivered_at__date__range=(draw.from_on, draw.to_on),
    )
    grants = visible_grants(draw.organisation).filter(
        fund__programme=draw.programme, state=GrantState.PAID, paid_at__date__range=(draw.from_on, draw.to_on)
    )
    things: list[Parcel | Grant] = [*parcels.order_by("id"), *grants.order_by("id")]
    return {str(row.id): row for row in things}


def draws_below(organisation: Organisation) -> "QuerySet[VisitDraw]":
    """Return the draws of an organisation and of those below it, newest first."""
    rows = VisitDraw.objects.filter(organisation__path__startswith=organisation.path)
    return rows.select_related("programme", "organisation", "drawing__checkpoint").order_by("-id")


def visible_draws(organisation: Organisation) -> list[VisitDraw]:
    """List the newest draws of an organisation and of those below it."""
    return list(draws_below(organisation)[:50])


def require_asker(actor: Actor) -> None:
    """Refuse VisitNotYours for whoever may not ask for visits."""
    if actor.person is None or not actor.person.has_role(*ASKERS):
        raise VisitNotYours


def _checkpoint_after(draw: VisitDraw) -> SignedCheckpoint:
    sealed = SealedLeaf.objects.filter(leaf__kind="VISIT_DRAW", leaf__subject_id=draw.id).first()
    rows = SignedCheckpoint.objects.filter(size__gt=sealed.id).order_by("size") if sealed else None
    found = rows.first() if rows is not None else None
    if found is None:
        raise VisitDrawTooEarly
    return found


def _visit(
    thing: Parcel | Grant,
    *,
    drawing: VisitDrawing,
    programme: Programme,
    due_on: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> VerificationVisit:
    return VerificationVisit(
        organisation_id=thing.organisation_id,
        programme=programme,
        household=thing.household,
        parcel=thing if isinstance(thing, Parcel) else None,
        grant=thing if isinstance(thing, Grant) else None,
        kind=VisitKind.RANDOM,
        drawing=drawing,
        due_on=due_on,
        asked_by_id=actor.holder_id,
        asked_at=now,
    )
