"""Lots called back: which parcels and families have them, and what lies elsewhere."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.pages import page_of
from api.v1.recall_forms import RecallAnswer, RecallInput, RecallWithGoods
from api.v1.recall_words import said, with_goods
from api.v1.transit_forms import PROBLEMS, READ, WRITE
from logistics.parcels.recalls import lift_recall_of_goods, recall_goods
from logistics.stock.hold_reads import get_lot
from logistics.stock.reads import get_item
from logistics.stock.recall_reads import get_own_recall, get_recall, visible_recalls


class Recalls(Door):
    """Recalls."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = posts_to_books = True

    @documented(
        "List recalls",
        "Those of the caller's organisation, below it and above it, newest first.",
        answers={200: paged(RecallAnswer, "Recall")},
        tag="stock",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_recalls(self.actor.organisation), said)

    @documented(
        "Recall goods",
        "Calls back a lot, or every lot of an item (and batch), and what was made of them, in the organisation "
        "and below: free goods are set aside, parcels are marked, and scans that would hand them on answer RECALLED.",
        request=RecallInput,
        answers={201: RecallWithGoods},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Recall."""
        data, own = self.read(RecallInput), self.actor.organisation
        row = recall_goods(
            actor=self.actor,
            item=get_item(code=data["item"]),
            batch=data["batch"],
            lot=get_lot(lot_id=data["lot"], organisation=own) if data["lot"] else None,
            reason=data["reason"],
            now=timezone.now(),
        )
        return Response(with_goods(row, own), status=201)


class OneRecall(Door):
    """One recall."""

    scopes = {"GET": READ}

    @documented(
        "Read a recall",
        "With every parcel, every family by reference, and every other place that has recalled goods.",
        answers={200: RecallWithGoods},
        tag="stock",
    )
    def get(self, request: Request, recall_id: uuid.UUID) -> Response:
        """Read."""
        own = self.actor.organisation
        return Response(with_goods(get_recall(recall_id=recall_id, organisation=own), own))


class LiftedRecalls(Door):
    """Recalls lifted."""

    scopes, posts_to_books = {"POST": WRITE}, True

    @documented(
        "Lift a recall",
        "Puts what was set aside back and lets the parcels go on; not by who recalled the goods.",
        request=None,
        answers={200: RecallWithGoods},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request, recall_id: uuid.UUID) -> Response:
        """Lift."""
        own = self.actor.organisation
        found = get_own_recall(recall_id=recall_id, organisation=own)
        return Response(with_goods(lift_recall_of_goods(actor=self.actor, recall=found, now=timezone.now()), own))
