"""Goods that leave our care: written off, or sold as unfit; proposed by one, approved by another."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.pages import page_of
from api.v1.transit_forms import PROBLEMS, READ, WRITE
from api.v1.write_off_forms import WriteOffAnswer, WriteOffInput, said
from logistics.stock.disposal_reads import get_disposal, visible_disposals
from logistics.stock.disposals import approve_disposal, propose_disposal, reject_disposal
from logistics.stock.hold_reads import get_hold, get_lot
from logistics.stock.models import Disposal
from logistics.stock.reads import get_warehouse


class WriteOffs(Door):
    """Write-offs."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = True

    @documented(
        "List write-offs",
        "And sales of unfit goods, newest first.",
        answers={200: paged(WriteOffAnswer, "WriteOff")},
        tag="stock",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_disposals(self.actor.organisation), said)

    @documented(
        "Propose a write-off",
        "Or a sale of unfit goods, whose proceeds join the goods' own fund. Nothing is booked before another key or "
        "person approves.",
        request=WriteOffInput,
        answers={201: WriteOffAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Propose."""
        data, own = self.read(WriteOffInput), self.actor.organisation
        row = propose_disposal(
            actor=self.actor,
            warehouse=get_warehouse(code=data["warehouse"], organisation=own),
            lot=get_lot(lot_id=data["lot"], organisation=own),
            quantity=data["quantity"],
            reason=data["reason"],
            note=data["note"],
            hold=get_hold(hold_id=data["hold"], organisation=own) if data["hold"] else None,
            proceeds_minor=data["proceeds"] or 0,
            buyer=data["buyer"],
            evidence_sha256=data["evidence_sha256"],
            now=timezone.now(),
        )
        return Response(said(row), status=201)


class _Step(Door):
    """One step of a write-off."""

    scopes = {"POST": WRITE}

    def disposal(self, disposal_id: uuid.UUID) -> Disposal:
        """Return the disposal."""
        return get_disposal(disposal_id=disposal_id, organisation=self.actor.organisation)


class OneWriteOff(_Step):
    """One write-off."""

    scopes = {"GET": READ}

    @documented("Read a write-off", "With who proposed and who decided.", answers={200: WriteOffAnswer}, tag="stock")
    def get(self, request: Request, disposal_id: uuid.UUID) -> Response:
        """Read."""
        return Response(said(self.disposal(disposal_id)))


class ApprovedWriteOffs(_Step):
    """Write-offs approved."""

    posts_to_books = True

    @documented(
        "Approve a write-off",
        "Books it: the goods to a loss of its reason, or to sold with the proceeds to their fund. Not by who proposed.",
        request=None,
        answers={200: WriteOffAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request, disposal_id: uuid.UUID) -> Response:
        """Approve."""
        found = self.disposal(disposal_id)
        return Response(said(approve_disposal(actor=self.actor, disposal=found, now=timezone.now())))


class RejectedWriteOffs(_Step):
    """Write-offs rejected."""

    @documented(
        "Reject a write-off",
        "Or take one's own proposal back; nothing is booked.",
        request=None,
        answers={200: WriteOffAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request, disposal_id: uuid.UUID) -> Response:
        """Reject."""
        found = self.disposal(disposal_id)
        return Response(said(reject_disposal(actor=self.actor, disposal=found, now=timezone.now())))
