"""Grievances, for signed-in people alone: what waits, one with its steps; sensitive ones for those who were named."""

import hashlib
import json
import uuid
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, documented_step, paged
from api.fields import MomentField
from api.idempotency import key_of
from api.pages import page_of
from api.v1.grievance_forms import (
    GrievanceAnswer,
    GrievanceAnswerInput,
    GrievanceInput,
    GrievanceKindsAnswer,
    GrievanceTextsAnswer,
    ReaderAnswer,
    ReaderInput,
    ReceivedGrievanceAnswer,
)
from logistics.parcels.reads import get_parcel
from logistics.parties.reads import get_person
from logistics.replies.grievance_kinds import grievance_kinds
from logistics.replies.grievance_reads import OPEN, get_grievance, grievance_view_for, visible_grievances
from logistics.replies.grievances import (
    Told,
    answer_grievance,
    close_grievance,
    name_reader,
    receive_grievance,
    take_up_grievance,
)
from logistics.replies.models import Grievance
from logistics.storage.rows import new_id

NEEDS = ("needs:write",)
_moment = MomentField().to_representation


class GrievanceKinds(Door):
    """Kinds of grievances."""

    scopes = {"GET": NEEDS}

    @documented(
        "List kinds of grievances",
        "In the order in which they are offered.",
        answers={200: GrievanceKindsAnswer},
        tag="grievances",
    )
    def get(self, request: Request) -> Response:
        """List."""
        return Response({"items": [dict(vars(kind)) for kind in grievance_kinds().values()]})


class Grievances(Door):
    """Grievances."""

    scopes, is_list = {"GET": NEEDS, "POST": NEEDS}, True
    # The receipt is shown once: no stored answer may repeat it. The same key and content are received once even so.
    is_once = False

    @documented(
        "List grievances",
        "Newest first, for a signed-in person who answers them: sensitive ones only for who was named to read them, "
        "and never one of themself.",
        answers={200: paged(GrievanceAnswer, "Grievance")},
        tag="grievances",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        self.require_person()
        return page_of(request, visible_grievances(self.actor).order_by("-id"), _said)

    @documented_step(
        "Record a grievance",
        "As a signed-in person took it down, by telephone or at a visit. The complainant is told the receipt number.",
        request=GrievanceInput,
        answer=ReceivedGrievanceAnswer,
        status=201,
        tag="grievances",
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data, own = self.read(GrievanceInput), self.actor.organisation
        told = Told(
            kind=data["kind"],
            text=data["text"],
            contact=data["contact"],
            parcel=get_parcel(key=data["parcel"], organisation=own) if "parcel" in data else None,
            about=get_person(person_id=data["about"], organisation=own) if "about" in data else None,
        )
        self.require_person()
        row, receipt = receive_grievance(
            organisation=own,
            told=told,
            channel=data["channel"],
            actor=self.actor,
            source="",
            now=timezone.now(),
            token=self._token(request),
        )
        said = {"id": str(row.id), "reference": row.reference, "receipt": receipt, "is_sensitive": row.is_sensitive}
        return Response(said, status=201, headers={"Cache-Control": "no-store"})

    def _token(self, request: Request) -> uuid.UUID:
        """Say the same for the same key and content, whoever else sends what."""
        key = key_of(request)
        if key is None:
            return new_id()
        sent = json.dumps(request.data, sort_keys=True, ensure_ascii=False)
        content = hashlib.sha256(sent.encode()).hexdigest()
        return uuid.uuid5(self.actor.holder_id, f"{key}\n{content}")


class _GrievanceDoor(Door):
    """A door of one grievance."""

    scopes = {"POST": NEEDS}

    def grievance(self, grievance_id: uuid.UUID) -> Grievance:
        """Return the grievance. Refuses PersonNeeded, and GrievanceMissing, also where the caller may not see it."""
        self.require_person()
        return get_grievance(grievance_id=grievance_id, actor=self.actor)

    def answer(self, grievance_id: uuid.UUID) -> Response:
        """Answer how a grievance stands after a step."""
        return Response(_said(self.grievance(grievance_id)))


class OneGrievance(_GrievanceDoor):
    """One grievance."""

    scopes = {"GET": NEEDS}

    @documented("Read a grievance", "With its words and steps.", answers={200: GrievanceTextsAnswer}, tag="grievances")
    def get(self, request: Request, grievance_id: uuid.UUID) -> Response:
        """Read."""
        row = self.grievance(grievance_id)
        view = grievance_view_for(row)
        steps = [
            {"kind": one.kind, "text": one.text, "holder": one.holder.code, "noted_at": _moment(one.noted_at)}
            for one in view.steps
        ]
        more = {"text": view.text, "contact": view.contact, "holder": view.holder.code, "steps": steps}
        return Response({**_said(row), **more})


class TakenUpGrievances(_GrievanceDoor):
    """Grievances that somebody looks into."""

    @documented_step("Take up a grievance", "Somebody looks into it.", answer=GrievanceAnswer, tag="grievances")
    def post(self, request: Request, grievance_id: uuid.UUID) -> Response:
        """Take up."""
        take_up_grievance(actor=self.actor, grievance=self.grievance(grievance_id), now=timezone.now())
        return self.answer(grievance_id)


class AnsweredGrievances(_GrievanceDoor):
    """Grievances that were answered."""

    @documented_step(
        "Answer a grievance",
        "The complainant reads it by the receipt number.",
        request=GrievanceAnswerInput,
        answer=GrievanceAnswer,
        tag="grievances",
    )
    def post(self, request: Request, grievance_id: uuid.UUID) -> Response:
        """Answer."""
        row, text = self.grievance(grievance_id), self.read(GrievanceAnswerInput)["text"]
        answer_grievance(actor=self.actor, grievance=row, text=text, now=timezone.now())
        return self.answer(grievance_id)


class ClosedGrievances(_GrievanceDoor):
    """Grievances that are at an end."""

    @documented_step("Close a grievance", "One that was answered.", answer=GrievanceAnswer, tag="grievances")
    def post(self, request: Request, grievance_id: uuid.UUID) -> Response:
        """Close."""
        close_grievance(actor=self.actor, grievance=self.grievance(grievance_id), now=timezone.now())
        return self.answer(grievance_id)


class GrievanceReaders(Door):
    """Who reads sensitive grievances."""

    scopes = {"POST": ("admin",)}

    @documented_step(
        "Name a reader of sensitive grievances",
        "By a signed-in administrator, of another person; with `is_reader` false, no longer.",
        request=ReaderInput,
        answer=ReaderAnswer,
        status=201,
        tag="grievances",
    )
    def post(self, request: Request) -> Response:
        """Name."""
        data = self.read(ReaderInput)
        person = get_person(person_id=data["person"], organisation=self.actor.organisation)
        self.require_person()
        row = name_reader(actor=self.actor, person=person, is_reader=data["is_reader"], now=timezone.now())
        said = {"person": str(person.id), "is_reader": row.is_reader, "named_at": _moment(row.named_at)}
        return Response(said, status=201)


def _said(row: Grievance) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "reference": row.reference,
        "organisation": row.organisation.code,
        "kind": row.kind,
        "is_sensitive": row.is_sensitive,
        "channel": row.channel,
        "parcel": row.parcel.code.text if row.parcel else None,
        "state": row.last_kind or OPEN,  # type: ignore[attr-defined]  # -- an annotation
        "due_at": _moment(row.due_now),  # type: ignore[attr-defined]  # -- an annotation
        "received_at": _moment(row.received_at),
    }
