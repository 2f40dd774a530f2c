"""Draws of families to visit, announced first and chosen by the log; and how much of a programme was verified."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, documented_step, paged
from api.fields import DayField, MomentField
from api.pages import page_of
from api.v1.visit_draw_forms import (
    VerifiedSharesAnswer,
    VisitDrawAnswer,
    VisitDrawInput,
)
from logistics.parties.reads import get_programme
from logistics.replies.models import VisitDraw, VisitDrawing
from logistics.replies.visit_draws import announce_draw, carry_out_draw, draws_below
from logistics.replies.visit_reads import get_draw, verified_shares
from logistics.storage.rows import new_id

NEEDS = ("needs:write",)
_moment, _day = MomentField().to_representation, DayField().to_representation


class VisitDraws(Door):
    """Draws."""

    scopes, is_list = {"GET": NEEDS, "POST": NEEDS}, True

    @documented(
        "List draws of visits",
        "Newest first.",
        answers={200: paged(VisitDrawAnswer, "VisitDraw")},
        tag="verification",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, draws_below(self.actor.organisation), _said)

    @documented_step(
        "Announce a draw of visits",
        "By a signed-in officer. It is sealed into the log; the same days of a programme are drawn from once.",
        request=VisitDrawInput,
        answer=VisitDrawAnswer,
        status=201,
        tag="verification",
    )
    def post(self, request: Request) -> Response:
        """Announce."""
        data, own = self.read(VisitDrawInput), self.actor.organisation
        programme = get_programme(code=data.pop("programme"), organisation=own)
        self.require_person()
        row = announce_draw(actor=self.actor, programme=programme, now=timezone.now(), token=new_id(), **data)
        return Response(_said(row), status=201)


class CarriedOutDraws(Door):
    """Draws that were carried out."""

    scopes = {"POST": NEEDS}

    @documented_step(
        "Carry out a draw of visits",
        "By a signed-in officer, once a checkpoint covers the announcement: its root chooses. Again, it is the same.",
        answer=VisitDrawAnswer,
        tag="verification",
    )
    def post(self, request: Request, draw_id: uuid.UUID) -> Response:
        """Draw."""
        row = get_draw(draw_id=draw_id, organisation=self.actor.organisation)
        self.require_person()
        carry_out_draw(actor=self.actor, draw=row, now=timezone.now())
        return Response(_said(get_draw(draw_id=draw_id, organisation=self.actor.organisation)))


class VerifiedShares(Door):
    """How much was verified."""

    scopes = {"GET": NEEDS}

    @documented(
        "Read how much was verified",
        "Of what each programme handed over and paid: asked for, made, differing, and made in thousandths.",
        answers={200: VerifiedSharesAnswer},
        tag="verification",
    )
    def get(self, request: Request) -> Response:
        """Read."""
        names = ("delivered", "asked", "made", "differing", "per_mille")
        items = [
            {"programme": share.programme.code, **{name: getattr(share, name) for name in names}}
            for share in verified_shares(self.actor.organisation)
        ]
        return Response({"items": items})


def _said(row: VisitDraw) -> dict[str, Any]:
    drawing: VisitDrawing | None = getattr(row, "drawing", None)
    return {
        "id": str(row.id),
        "organisation": row.organisation.code,
        "programme": row.programme.code,
        "from_on": _day(row.from_on),
        "to_on": _day(row.to_on),
        "size": row.size,
        "days": row.days,
        "announced_at": _moment(row.announced_at),
        "drawing": _drawing(drawing) if drawing else None,
    }


def _drawing(row: VisitDrawing) -> dict[str, Any]:
    return {
        "checkpoint_size": row.checkpoint.size,
        "checkpoint_root": row.checkpoint.root,
        "population": row.population,
        "drawn_at": _moment(row.drawn_at),
    }
