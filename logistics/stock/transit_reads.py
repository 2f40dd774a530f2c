"""Ask for moves and hand-downs."""

import uuid

from django.db.models import Q, QuerySet

from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.stock.transit_models import HandDown, Move


class MoveMissing(Missing):
    code = "move_missing"
    zh = "没有找到这次调拨。"
    en = "There is no such move."


class HandDownMissing(Missing):
    code = "hand_down_missing"
    zh = "没有找到这次下拨。"
    en = "There is no such hand-down."


def visible_moves(organisation: Organisation) -> "QuerySet[Move]":
    """Return the moves of an organisation and of those below it, newest first."""
    rows = Move.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("origin", "destination", "fund").prefetch_related("lines__item").order_by("-id")


def get_move(*, move_id: uuid.UUID, organisation: Organisation) -> Move:
    """Return the move with this id. Refuses MoveMissing, also for another organisation's."""
    found = visible_moves(organisation).filter(id=move_id).first()
    if found is None:
        raise MoveMissing
    return found


def visible_hand_downs(organisation: Organisation) -> "QuerySet[HandDown]":
    """Return what an organisation or one below it sent or receives, newest first."""
    below = organisation_ids_below(organisation)
    rows = HandDown.objects.filter(Q(organisation__in=below) | Q(receiver__in=below))
    with_names = rows.select_related("organisation", "receiver", "fund", "origin", "destination")
    return with_names.prefetch_related("lines__item").order_by("-id")


def get_hand_down(*, hand_down_id: uuid.UUID, organisation: Organisation) -> HandDown:
    """Return a hand-down that an organisation or one below it sent or receives. Refuses HandDownMissing."""
    found = visible_hand_downs(organisation).filter(id=hand_down_id).first()
    if found is None:
        raise HandDownMissing
    return found


def is_receivers_side(hand_down: HandDown, organisation: Organisation) -> bool:
    """Tell whether an organisation confirms as the receiver: it stands below the sender, at the receiver or above."""
    sender, receiver = hand_down.organisation, hand_down.receiver
    return (
        organisation.path != sender.path
        and organisation.path.startswith(sender.path)
        and receiver.path.startswith(organisation.path)
    )
