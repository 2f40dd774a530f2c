"""Stock-takes: counted twice, blind, by two; approved by a third."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.pages import page_of
from api.v1.count_answers import StockTakeAnswer, StockTakeWithLines
from api.v1.count_forms import CountApprovalInput, CountsInput, LotsInput, StockTakeInput
from api.v1.count_words import said, said_with_lines
from api.v1.transit_forms import PROBLEMS, READ, WRITE
from logistics.stock.count_reads import get_stock_take, visible_stock_takes
from logistics.stock.counts import (
    approve_stock_take,
    count_lots,
    drop_stock_take,
    open_stock_take,
    recount_lots,
)
from logistics.stock.models import StockTake
from logistics.stock.reads import get_item, get_warehouse


class StockTakes(Door):
    """Stock-takes."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = True

    @documented(
        "List stock-takes",
        "Newest first, without their lines.",
        answers={200: paged(StockTakeAnswer, "StockTake")},
        tag="stock-takes",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_stock_takes(self.actor.organisation), said)

    @documented(
        "Open a stock-take",
        "A line for every lot on the shelves, free or reserved; one stock-take of a warehouse at a time.",
        request=StockTakeInput,
        answers={201: StockTakeWithLines},
        problems=PROBLEMS,
        tag="stock-takes",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Open."""
        data = self.read(StockTakeInput)
        row = open_stock_take(
            actor=self.actor,
            warehouse=get_warehouse(code=data["warehouse"], organisation=self.actor.organisation),
            item=get_item(code=data["item"]) if data["item"] else None,
            now=timezone.now(),
        )
        return Response(said_with_lines(row, self.actor.holder_id), status=201)


class _Step(Door):
    """One step of a stock-take."""

    scopes = {"POST": WRITE}

    def take(self, stock_take_id: uuid.UUID) -> StockTake:
        """Return the stock-take."""
        return get_stock_take(stock_take_id=stock_take_id, organisation=self.actor.organisation)

    def answer(self, row: StockTake) -> Response:
        """Say it as the caller may see it."""
        return Response(said_with_lines(row, self.actor.holder_id))


class OneStockTake(_Step):
    """One stock-take."""

    scopes = {"GET": READ}

    @documented(
        "Read a stock-take",
        "While it is open, blind: what is still to count, never what the books or another person say.",
        answers={200: StockTakeWithLines},
        tag="stock-takes",
    )
    def get(self, request: Request, stock_take_id: uuid.UUID) -> Response:
        """Read."""
        return self.answer(self.take(stock_take_id))


class CountedLines(_Step):
    """Lots counted."""

    @documented(
        "Count lots",
        "Two people in a row who find the same settle a lot; nobody counts a lot twice in a row. Where goods moved "
        "since the first count, the lot's counting begins anew.",
        request=CountsInput,
        answers={200: StockTakeWithLines},
        problems=PROBLEMS,
        tag="stock-takes",
        is_repeatable=True,
    )
    def post(self, request: Request, stock_take_id: uuid.UUID) -> Response:
        """Count."""
        counts = {line["lot"]: line["quantity"] for line in self.read(CountsInput)["lines"]}
        take = self.take(stock_take_id)
        return self.answer(count_lots(actor=self.actor, stock_take=take, counts=counts, now=timezone.now()))


class RecountedLines(_Step):
    """Lots to be counted anew."""

    @documented(
        "Let lots be counted anew",
        "Because goods moved meanwhile, or somebody doubts; what was counted stays on record.",
        request=LotsInput,
        answers={200: StockTakeWithLines},
        problems=PROBLEMS,
        tag="stock-takes",
        is_repeatable=True,
    )
    def post(self, request: Request, stock_take_id: uuid.UUID) -> Response:
        """Recount."""
        lots = self.read(LotsInput)["lots"]
        return self.answer(recount_lots(stock_take=self.take(stock_take_id), lots=lots))


class ApprovedStockTakes(_Step):
    """Stock-takes approved."""

    posts_to_books = True

    @documented(
        "Approve a stock-take",
        "Books what differs, each lot with a coded reason: shortages as losses, surplus as new lots. Not by who "
        "counted, and not where goods moved since they were counted.",
        request=CountApprovalInput,
        answers={200: StockTakeWithLines},
        problems=PROBLEMS,
        tag="stock-takes",
        is_repeatable=True,
    )
    def post(self, request: Request, stock_take_id: uuid.UUID) -> Response:
        """Approve."""
        reasons = {row["lot"]: row["reason"] for row in self.read(CountApprovalInput)["reasons"]}
        take = self.take(stock_take_id)
        return self.answer(approve_stock_take(actor=self.actor, stock_take=take, reasons=reasons, now=timezone.now()))


class DroppedStockTakes(_Step):
    """Stock-takes given up."""

    @documented(
        "Drop a stock-take",
        "Nothing is booked; what was counted stays on record.",
        request=None,
        answers={200: StockTakeWithLines},
        problems=PROBLEMS,
        tag="stock-takes",
        is_repeatable=True,
    )
    def post(self, request: Request, stock_take_id: uuid.UUID) -> Response:
        """Drop."""
        take = self.take(stock_take_id)
        return self.answer(drop_stock_take(actor=self.actor, stock_take=take, now=timezone.now()))
