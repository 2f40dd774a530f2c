"""Goods set aside and put back."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.pages import page_of
from api.v1.hold_forms import HoldAnswer, HoldInput, said
from api.v1.transit_forms import PROBLEMS, READ, WRITE
from logistics.stock.hold_reads import get_hold, get_lot, visible_holds
from logistics.stock.holds import hold_goods, release_hold
from logistics.stock.reads import get_warehouse


class Holds(Door):
    """Holds."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = posts_to_books = True

    @documented("List holds", "Newest first.", answers={200: paged(HoldAnswer, "Hold")}, tag="stock", query=PAGING)
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_holds(self.actor.organisation), said)

    @documented(
        "Hold goods",
        "Sets units of a lot aside: nobody packs, moves or hands them down until they are released or disposed of.",
        request=HoldInput,
        answers={201: HoldAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Hold."""
        data, own = self.read(HoldInput), self.actor.organisation
        row = hold_goods(
            actor=self.actor,
            warehouse=get_warehouse(code=data["warehouse"], organisation=own),
            lot=get_lot(lot_id=data["lot"], organisation=own),
            quantity=data["quantity"],
            reason=data["reason"],
            note=data["note"],
            now=timezone.now(),
        )
        return Response(said(row), status=201)


class OneHold(Door):
    """One hold."""

    scopes = {"GET": READ}

    @documented("Read a hold", "What is still set aside of it.", answers={200: HoldAnswer}, tag="stock")
    def get(self, request: Request, hold_id: uuid.UUID) -> Response:
        """Read."""
        return Response(said(get_hold(hold_id=hold_id, organisation=self.actor.organisation)))


class ReleasedHolds(Door):
    """Holds released."""

    scopes, posts_to_books = {"POST": WRITE}, True

    @documented(
        "Release a hold",
        "Puts what is left back on the shelf; not what is recalled.",
        request=None,
        answers={200: HoldAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request, hold_id: uuid.UUID) -> Response:
        """Release."""
        found = get_hold(hold_id=hold_id, organisation=self.actor.organisation)
        return Response(said(release_hold(actor=self.actor, hold=found, now=timezone.now())))
