"""Goods on their way between two warehouses of one organisation."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.pages import page_of
from api.v1.move_forms import MoveAnswer, MoveInput, said
from api.v1.transit_forms import (
    PROBLEMS,
    READ,
    WRITE,
    ArrivalsInput,
    arrivals_of,
    goods_lines,
)
from logistics.funds.reads import get_fund_at_hand
from logistics.stock.moves import receive_move, send_move
from logistics.stock.reads import get_warehouse
from logistics.stock.transit_reads import get_move, visible_moves


class Moves(Door):
    """Moves."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = posts_to_books = True

    @documented("List moves", "Newest first.", answers={200: paged(MoveAnswer, "Move")}, tag="stock", query=PAGING)
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_moves(self.actor.organisation), said)

    @documented(
        "Send a move",
        "Warehouse to in transit, first expired first; the goods lie there until the other warehouse says what came.",
        request=MoveInput,
        answers={201: MoveAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Send."""
        data, own = self.read(MoveInput), self.actor.organisation
        row = send_move(
            actor=self.actor,
            origin=get_warehouse(code=data["from_warehouse"], organisation=own),
            destination=get_warehouse(code=data["to_warehouse"], organisation=own),
            fund=get_fund_at_hand(code=data["fund"], organisation=own),
            lines=goods_lines(data["lines"]),
            note=data["note"],
            now=timezone.now(),
        )
        return Response(said(row), status=201)


class OneMove(Door):
    """One move."""

    scopes = {"GET": READ}

    @documented("Read a move", "With its lines.", answers={200: MoveAnswer}, tag="stock")
    def get(self, request: Request, move_id: uuid.UUID) -> Response:
        """Read."""
        return Response(said(get_move(move_id=move_id, organisation=self.actor.organisation)))


class ReceivedMoves(Door):
    """Moves received."""

    scopes, posts_to_books = {"POST": WRITE}, True

    @documented(
        "Receive a move",
        "Says what came since it was last told, line by line, as often as something comes. What nobody tells stays in "
        "transit; what was lost or damaged is booked as a loss.",
        request=ArrivalsInput,
        answers={200: MoveAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request, move_id: uuid.UUID) -> Response:
        """Receive."""
        data = self.read(ArrivalsInput)
        move = get_move(move_id=move_id, organisation=self.actor.organisation)
        row = receive_move(actor=self.actor, move=move, arrivals=arrivals_of(data), now=timezone.now())
        return Response(said(row))
