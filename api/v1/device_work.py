"""Work in a warehouse with a device: goods in, kits, counts; each under the name of who signed in on it by a PIN.

A device may be without a network for days, longer than an answer is kept: `request_id` makes each of these facts once
for ever, beside the Idempotency-Key.
"""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import documented
from api.fields import CodeField, DayField, IdField, MomentField, StrictSerializer, TextField, WholeField
from api.v1.device_work_answers import (
    CountedAnswer,
    MadeAnswer,
    ReceivedAnswer,
    WarehouseAnswer,
    said_counted,
    said_received,
    said_warehouse,
)
from api.v1.devices import DeviceDoor
from logistics.donations.goods import LineInput, record_goods_donation
from logistics.funds.reads import get_fund, get_fund_at_hand
from logistics.parties.actions import NewDonor
from logistics.parties.actors import Actor
from logistics.parties.models import DonorKind, Role
from logistics.parties.operators import get_operator
from logistics.stock.actions import KITS_PER_ASSEMBLY_MAX, assemble_kits
from logistics.stock.count_reads import get_stock_take
from logistics.stock.counts import count_lots
from logistics.stock.purchase_reads import get_purchase, lines_to_come
from logistics.stock.reads import get_item, get_kit_recipe, get_warehouse
from logistics.stock.receipts import ReceiptLine, receive_purchase
from logistics.stock.valuation import ValueBasis

RECEIVERS = (Role.KEEPER, Role.ADMINISTRATOR)
COUNTERS = (Role.KEEPER, Role.OFFICER, Role.ADMINISTRATOR)
PROBLEMS = (409, 413, 415, 422)


class WorkInput(StrictSerializer):
    """Who did it, when by the device's corrected clock, and the fact's own id."""

    request_id = IdField()
    operator = IdField()
    done_at = MomentField()


class DonorField(StrictSerializer):
    """Who gave goods that came unannounced."""

    name = TextField(length=120)
    kind = serializers.ChoiceField(choices=DonorKind.choices)


class GoodsInput(WorkInput):
    """Goods of one lot: of a `purchase` that was paid first, or given by a `donor` to a `fund` at a `warehouse`."""

    item = CodeField()
    quantity = WholeField(least=1)
    expires_on = DayField(required=False, allow_null=True, default=None)
    batch = TextField(length=64, required=False, allow_blank=True, default="")
    purchase = IdField(required=False)
    warehouse = CodeField(required=False)
    fund = CodeField(required=False)
    donor = DonorField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse goods from two places, and from none."""
        given = [name for name in ("warehouse", "fund", "donor") if name in attrs]
        if len(given) != (0 if "purchase" in attrs else 3):
            raise serializers.ValidationError({"purchase": ["Name a purchase, or warehouse, fund and donor."]})
        return attrs


class KitsOfDeviceInput(WorkInput):
    """Kits that were packed."""

    kit_recipe = CodeField()
    warehouse = CodeField()
    fund = CodeField()
    quantity = WholeField(least=1, most=KITS_PER_ASSEMBLY_MAX)


class CountInput(WorkInput):
    """How much of a lot lies there."""

    stock_take = IdField()
    lot = IdField()
    quantity = WholeField()


class WorkDoor(DeviceDoor):
    """A fact of the warehouse, made on a device."""

    is_once = True
    posts_to_books = True

    def worker(self, person_id: uuid.UUID, *roles: str) -> Actor:
        """Return who did it, as the actions know them. Refuses OperatorUnknown, OperatorNotAllowed."""
        device = self.device
        person = get_operator(organisation=device.organisation, person_id=person_id, roles=roles)
        return Actor(device.organisation, person.id, person=person, key_name=device.code)


@method_decorator(gzip_page, name="dispatch")
class MyWarehouse(DeviceDoor):
    """What the device carries for work in a warehouse."""

    @documented(
        "Get own warehouse",
        "For a device: warehouses, items with their bar codes, kit recipes, funds, purchases that are still to come and"
        " the lots of open stock-takes (blind), so that it works without a network.",
        answers={200: WarehouseAnswer},
        tag="devices",
    )
    def get(self, request: Request) -> Response:
        """Say."""
        said = said_warehouse(self.device.organisation, timezone.now())
        return Response(said, headers={"Cache-Control": "no-store"})


class MyReceipts(WorkDoor):
    """Goods in."""

    @documented(
        "Receive goods on device",
        "One lot: of a purchase that was paid first, at the ordered price; or a gift without a value, which an officer"
        " adds later. The answer names the code for the lot's label.",
        request=GoodsInput,
        answers={201: ReceivedAnswer, 200: ReceivedAnswer},
        problems=PROBLEMS,
        tag="devices",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Receive."""
        data = self.read(GoodsInput)
        actor = self.worker(data["operator"], *RECEIVERS)
        receive = _of_purchase if data.get("purchase") else _of_donor
        row_id, lot_id, is_new = receive(actor, data, timezone.now())
        return Response(said_received(row_id, lot_id, actor.organisation.id), status=201 if is_new else 200)


class MyKits(WorkDoor):
    """Kits made."""

    @documented(
        "Assemble kits on device",
        "Of items of one fund, first expired first.",
        request=KitsOfDeviceInput,
        answers={201: MadeAnswer},
        problems=PROBLEMS,
        tag="devices",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Assemble."""
        data, own = self.read(KitsOfDeviceInput), self.device.organisation
        row = assemble_kits(
            actor=self.worker(data["operator"], *RECEIVERS),
            recipe=get_kit_recipe(code=data["kit_recipe"], organisation=own),
            warehouse=get_warehouse(code=data["warehouse"], organisation=own),
            fund=get_fund_at_hand(code=data["fund"], organisation=own),
            quantity=data["quantity"],
            now=timezone.now(),
            token=data["request_id"],
        )
        return Response({"id": str(row.id), "quantity": row.quantity}, status=201)


class MyCounts(WorkDoor):
    """Lots counted."""

    @documented(
        "Count lot on device",
        "Blind, as at every door of stock-takes: two people in a row who find the same settle the lot.",
        request=CountInput,
        answers={200: CountedAnswer},
        problems=PROBLEMS,
        tag="devices",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Count."""
        data = self.read(CountInput)
        actor = self.worker(data["operator"], *COUNTERS)
        take = count_lots(
            actor=actor,
            stock_take=get_stock_take(stock_take_id=data["stock_take"], organisation=actor.organisation),
            counts={data["lot"]: data["quantity"]},
            now=timezone.now(),
            token=data["request_id"],
        )
        return Response(said_counted(take, data["lot"]))


def _of_donor(actor: Actor, data: dict[str, Any], now: dt.datetime) -> tuple[uuid.UUID, uuid.UUID, bool]:
    fund = get_fund(code=data["fund"], organisation=actor.organisation)
    item = get_item(code=data["item"])
    gift, is_new = record_goods_donation(
        actor=actor,
        programme=fund.programme,
        fund=fund,
        donor=NewDonor(data["donor"]["kind"], data["donor"]["name"]),
        warehouse=get_warehouse(code=data["warehouse"], organisation=actor.organisation),
        # A telephone's clock may be ahead; nothing came in the future.
        received_at=min(data["done_at"], now),
        reference=str(data["request_id"]),
        lines=[LineInput(item, data["quantity"], ValueBasis.NONE, None, data["expires_on"], data["batch"])],
        now=now,
    )
    return gift.id, gift.lines.get().lot_id, is_new


def _of_purchase(actor: Actor, data: dict[str, Any], now: dt.datetime) -> tuple[uuid.UUID, uuid.UUID, bool]:
    purchase = get_purchase(purchase_id=data["purchase"], organisation=actor.organisation)
    (line,) = lines_to_come(purchase, [data["item"]])
    receipt, is_new = receive_purchase(
        actor=actor,
        purchase=purchase,
        lines=[ReceiptLine(line, data["quantity"], None, data["expires_on"], data["batch"])],
        invoice=purchase.invoice,
        received_at=min(data["done_at"], now),
        reference=str(data["request_id"]),
        now=now,
    )
    return receipt.id, uuid.UUID(receipt.lines[0][2]), is_new
