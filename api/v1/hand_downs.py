"""Money and goods handed down to a lower organisation (逐级下拨), confirmed by both."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.pages import page_of
from api.v1.hand_down_answers import HandDownAnswer, said
from api.v1.hand_down_forms import HandDownInput
from api.v1.transit_forms import (
    PROBLEMS,
    READ,
    WRITE,
    ArrivalsInput,
    arrivals_of,
    goods_lines,
)
from logistics.funds.reads import get_fund_at_hand
from logistics.parties.models import Organisation
from logistics.parties.reads import get_organisation
from logistics.stock.hand_downs import Goods, confirm_hand_down, send_hand_down
from logistics.stock.reads import get_warehouse
from logistics.stock.transit_reads import get_hand_down, visible_hand_downs


class HandDowns(Door):
    """Hand-downs."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = posts_to_books = True

    @documented(
        "List hand-downs",
        "What the caller's organisation or one below it sent or receives, newest first.",
        answers={200: paged(HandDownAnswer, "HandDown")},
        tag="stock",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_hand_downs(self.actor.organisation), said)

    @documented(
        "Send a hand-down",
        "Money or goods of one fund to a lower organisation; in transit until it confirms. The fund and its terms go "
        "with them, on every level.",
        request=HandDownInput,
        answers={201: HandDownAnswer, 200: HandDownAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Send."""
        data, own = self.read(HandDownInput), self.actor.organisation
        money = data["money"] or {"amount": 0, "currency": "CNY"}
        row, is_new = send_hand_down(
            actor=self.actor,
            fund=get_fund_at_hand(code=data["fund"], organisation=own),
            receiver=get_organisation(code=data["to"], within=own),
            amount_minor=money["amount"],
            currency=money["currency"],
            goods=_goods(data, own),
            evidence_sha256=data["evidence_sha256"],
            note=data["note"],
            reference=data["reference"],
            now=timezone.now(),
        )
        return Response(said(row), status=201 if is_new else 200)


class OneHandDown(Door):
    """One hand-down."""

    scopes = {"GET": READ}

    @documented("Read a hand-down", "With its lines.", answers={200: HandDownAnswer}, tag="stock")
    def get(self, request: Request, hand_down_id: uuid.UUID) -> Response:
        """Read."""
        return Response(said(get_hand_down(hand_down_id=hand_down_id, organisation=self.actor.organisation)))


class ConfirmedHandDowns(Door):
    """Hand-downs confirmed."""

    scopes, posts_to_books = {"POST": WRITE}, True

    @documented(
        "Confirm a hand-down",
        "The receiver says what came, line by line, as often as something comes; the sender then tells what was lost, "
        "damaged or came back. What nobody tells stays in transit. Nobody confirms for both sides.",
        request=ArrivalsInput,
        answers={200: HandDownAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request, hand_down_id: uuid.UUID) -> Response:
        """Confirm."""
        data = self.read(ArrivalsInput)
        found = get_hand_down(hand_down_id=hand_down_id, organisation=self.actor.organisation)
        row = confirm_hand_down(actor=self.actor, hand_down=found, arrivals=arrivals_of(data), now=timezone.now())
        return Response(said(row))


def _goods(data: dict[str, Any], own: Organisation) -> Goods | None:
    """Take the goods, where both warehouses are named; the action refuses what is neither money nor goods."""
    if not data["from_warehouse"] or not data["to_warehouse"]:
        return None
    return Goods(
        origin=get_warehouse(code=data["from_warehouse"], organisation=own),
        destination=get_warehouse(code=data["to_warehouse"], organisation=own),
        lines=goods_lines(data["lines"]),
    )
