"""Knitting orders: a garment for one child's measures, from the yarn to the parcel; the knitter never learns whose."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, documented, documented_step, paged
from api.fields import MomentField
from api.pages import page_of
from api.v1.helping import NEEDS, HelpingDoor, said_child
from api.v1.knitting_order_forms import (
    ChildOrderAnswer,
    KnittingOrderAnswer,
    KnittingOrderInput,
    OrderParcelInput,
    OrderYarnInput,
    OrderYarnOutInput,
)
from logistics.funds.reads import get_fund_at_hand
from logistics.parcels.reads import get_parcel
from logistics.stock.knitters import get_knitter
from logistics.stock.knitting import YarnInput
from logistics.stock.models import Knitter
from logistics.stock.reads import get_item, get_warehouse
from logistics.volunteering.access import visible_orders
from logistics.volunteering.knitted import (
    get_order,
    issue_yarn,
    knitter_of,
    receive_garment,
    record_garment_packed,
    report_measures,
)
from logistics.volunteering.knitting_models import KnittingOrder, KnittingState

STOCK = ("stock:write",)
_moment = MomentField().to_representation


class KnittingOrders(HelpingDoor):
    """Knitting orders."""

    scopes, is_list, query = {"GET": NEEDS, "POST": NEEDS}, True, ("state",)
    states = tuple(KnittingState.values)

    @documented(
        "List knitting orders",
        "The longest waiting first.",
        answers={200: paged(ChildOrderAnswer, "KnittingOrder")},
        tag="knitting",
        query={"state": f"One of {', '.join(KnittingState.values)}.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_orders(self.own).filter(**self.filters(request)), _of_child)

    @documented_step(
        "Order a garment",
        "By a child's measures; from then on it is known by a number.",
        request=KnittingOrderInput,
        answer=ChildOrderAnswer,
        status=201,
        tag="knitting",
    )
    def post(self, request: Request) -> Response:
        """Order."""
        data, now = self.read(KnittingOrderInput), timezone.now()
        child, garment = self.child(data), get_item(code=data["garment"], pointer="/garment")
        row = report_measures(actor=self.actor, member=child, garment=garment, measures=data["measures"], now=now)
        return Response(_of_child(row), status=201)


class _OrderDoor(HelpingDoor):
    """A door of one order's yarn or garment: what moves is booked under the order's number."""

    scopes = {"POST": STOCK}
    posts_to_books = True

    def order(self, order_id: uuid.UUID) -> KnittingOrder:
        """Return the order. Refuses OrderMissing, also for another organisation's."""
        return get_order(order_id=order_id, organisation=self.actor.organisation)

    def yarn(self, data: dict[str, Any], knitter: Knitter) -> YarnInput:
        """Read what moves."""
        own = self.actor.organisation
        return YarnInput(
            knitter=knitter,
            fund=get_fund_at_hand(code=data["fund"], organisation=own),
            yarn=get_item(code=data["yarn"], pointer="/yarn"),
            quantity=data["quantity"],
            happened_at=data["happened_at"],
            reference="",
            warehouse=get_warehouse(code=data["warehouse"], organisation=own),
        )


class OneKnittingOrder(HelpingDoor):
    """One order."""

    scopes = {"GET": NEEDS}

    @documented("Read a knitting order", "With the child's id.", answers={200: ChildOrderAnswer}, tag="knitting")
    def get(self, request: Request, order_id: uuid.UUID) -> Response:
        """Read."""
        return Response(_of_child(get_order(order_id=order_id, organisation=self.own)))


class OrderYarn(_OrderDoor):
    """Yarn for an order."""

    @documented_step(
        "Give yarn for a knitting order",
        "Off the shelf into the knitter's hands, booked under the order's number.",
        request=OrderYarnOutInput,
        answer=KnittingOrderAnswer,
        tag="knitting",
    )
    def post(self, request: Request, order_id: uuid.UUID) -> Response:
        """Give out."""
        data, row = self.read(OrderYarnOutInput), self.order(order_id)
        yarn = self.yarn(data, get_knitter(reference=data["knitter"], organisation=self.actor.organisation))
        return Response(_said(issue_yarn(actor=self.actor, order=row, yarn=yarn, now=timezone.now())))


class OrderGarments(_OrderDoor):
    """The garment of an order."""

    @documented_step(
        "Receive the garment of a knitting order",
        "One piece from whoever has the yarn, worth the yarn that went into it.",
        request=OrderYarnInput,
        answer=KnittingOrderAnswer,
        tag="knitting",
    )
    def post(self, request: Request, order_id: uuid.UUID) -> Response:
        """Receive."""
        data, row = self.read(OrderYarnInput), self.order(order_id)
        yarn = self.yarn(data, knitter_of(row))
        return Response(_said(receive_garment(actor=self.actor, order=row, yarn=yarn, now=timezone.now())))


class OrderParcels(HelpingDoor):
    """The parcel of an order."""

    scopes = {"POST": NEEDS}

    @documented_step(
        "Note the parcel of a knitting order",
        "The parcel that brings the garment to its child's family, and to no other.",
        request=OrderParcelInput,
        answer=ChildOrderAnswer,
        tag="knitting",
    )
    def post(self, request: Request, order_id: uuid.UUID) -> Response:
        """Note."""
        row = get_order(order_id=order_id, organisation=self.own)
        parcel = get_parcel(key=self.read(OrderParcelInput)["parcel"], organisation=self.own)
        record_garment_packed(order=row, parcel_id=parcel.id, household_id=parcel.household_id)
        return Response(_of_child(get_order(order_id=order_id, organisation=self.own)))


def _said(row: KnittingOrder) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "reference": row.reference,
        "garment": row.garment.code,
        "measures": row.measures,
        "state": row.state,
        "knitter": row.yarn_out.knitter.reference if row.yarn_out else None,
        "asked_at": _moment(row.asked_at),
    }


def _of_child(row: KnittingOrder) -> dict[str, Any]:
    return {**_said(row), **said_child(row.member), "parcel": str(row.parcel_id) if row.parcel_id else None}
