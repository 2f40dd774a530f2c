"""Applications for a programme's help: filed, reviewed with reasons, withdrawn."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import (
    ChoiceTextField,
    CodeField,
    DayField,
    IdField,
    MomentField,
    StrictSerializer,
    TextField,
    WholeField,
)
from api.pages import page_of
from api.problems import QueryUnknown
from logistics.households.reads import get_household, get_member
from logistics.kernel.ranking import URGENCY_MAX
from logistics.lists.access import visible_applications
from logistics.lists.applications import (
    accept_application,
    file_application,
    refuse_application,
    withdraw_application,
)
from logistics.lists.models import Application, ApplicationState, Source
from logistics.lists.reads import get_application, steps_of
from logistics.lists.reasons import REFUSAL_REASONS, TEXT_LENGTH_MAX
from logistics.needs.reads import get_need
from logistics.parties.reads import get_programme

NEEDS = ("needs:write",)
PROBLEMS = (409, 413, 415, 422)


class ApplicationInput(StrictSerializer):
    """A household applies, or is proposed; for one member where the programme is for persons."""

    programme = CodeField()
    household = IdField()
    beneficiary = IdField(required=False)
    source = ChoiceTextField(choices=Source.choices)  # type: ignore[assignment]  # -- the field's name in the contract
    urgency = WholeField(least=0, most=URGENCY_MAX, required=False, default=0)
    waiting_since = DayField(required=False)
    need = IdField(required=False, help_text="The need that it answers.")
    text = TextField(length=TEXT_LENGTH_MAX, help_text="Why they need it; kept encrypted.")


class ReviewInput(StrictSerializer):
    """The decision of a review, by another person than filed it."""

    decision = ChoiceTextField(choices=["ACCEPT", "REFUSE"])
    reason = ChoiceTextField(choices=sorted(REFUSAL_REASONS), required=False)
    text = TextField(length=TEXT_LENGTH_MAX)


class WithdrawnApplicationInput(StrictSerializer):
    """Why an application is withdrawn."""

    text = TextField(length=TEXT_LENGTH_MAX)


class ApplicationAnswer(serializers.Serializer):
    """An application, without what was said of the family."""

    id = serializers.UUIDField()
    reference = serializers.CharField(help_text="The number on the family's slip, and on the public notice.")
    programme = serializers.CharField()
    round = serializers.CharField()
    organisation = serializers.CharField()
    household = serializers.UUIDField()
    beneficiary = serializers.UUIDField(allow_null=True)
    need = serializers.UUIDField(allow_null=True)
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]  # -- as it is sent
    urgency = serializers.IntegerField()
    waiting_since = DayField()
    state = serializers.ChoiceField(choices=ApplicationState.choices)
    state_since = MomentField()


class ApplicationStepAnswer(serializers.Serializer):
    """What happened to an application; the text is empty where it was erased."""

    kind = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    author = serializers.UUIDField(allow_null=True)
    taken_at = MomentField()


class OneApplicationAnswer(ApplicationAnswer):
    """An application with everything that happened to it."""

    steps = serializers.ListField(child=ApplicationStepAnswer())


class Applications(Door):
    """Applications."""

    scopes = {"GET": NEEDS, "POST": NEEDS}
    is_list = is_bulk = True
    query = ("state", "programme", "household")

    @documented(
        "List applications",
        "Newest first.",
        answers={200: paged(ApplicationAnswer, "Application")},
        tag="lists",
        query={"state": "A state.", "programme": "A programme's code.", "household": "A household's id.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows, asked = visible_applications(self.actor.organisation), request.query_params
        if "state" in asked and asked["state"] not in ApplicationState.values:
            raise QueryUnknown(parameter="state")
        if "household" in asked:
            rows = rows.filter(household=_id(asked["household"]))
        named = {"programme": "programme__code", "state": "state"}
        rows = rows.filter(**{column: asked[name] for name, column in named.items() if name in asked})
        return page_of(request, rows, _said)

    @documented(
        "File an application",
        "For the programme's present round. Another person reviews it.",
        request=ApplicationInput,
        answers={201: ApplicationAnswer, 200: ApplicationAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
        is_bulk=True,
    )
    def post(self, request: Request) -> Response:
        """File."""
        data, own = self.read(ApplicationInput), self.actor.organisation
        household = get_household(household_id=data["household"], organisation=own)
        member_id = data.get("beneficiary")
        row = file_application(
            actor=self.actor,
            programme=get_programme(code=data["programme"], organisation=own),
            household=household,
            beneficiary=get_member(member_id=member_id, household=household) if member_id else None,
            source=data["source"],
            urgency=data["urgency"],
            waiting_since=data.get("waiting_since"),
            need=get_need(need_id=data["need"], organisation=own) if data.get("need") else None,
            text=data["text"],
            now=timezone.now(),
        )
        return Response(_said(row), status=201)


class OneApplication(Door):
    """One application."""

    scopes = {"GET": NEEDS}

    @documented("Read an application", "With every step.", answers={200: OneApplicationAnswer}, tag="lists")
    def get(self, request: Request, application_id: uuid.UUID) -> Response:
        """Read."""
        row = get_application(application_id=application_id, organisation=self.actor.organisation)
        steps = [
            {
                "kind": step.kind,
                "reason": step.reason,
                "text": step.text,
                "author": str(step.author_id) if step.author_id else None,
                "taken_at": step.taken_at.isoformat(),
            }
            for step in steps_of(row)
        ]
        return Response({**_said(row), "steps": steps})


class ReviewedApplications(Door):
    """Applications reviewed."""

    scopes = {"POST": NEEDS}

    @documented(
        "Review an application",
        "By another than filed it. A refusal names a reason of the list; who proposed it reads both.",
        request=ReviewInput,
        answers={200: ApplicationAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, application_id: uuid.UUID) -> Response:
        """Review."""
        data = self.read(ReviewInput)
        row = get_application(application_id=application_id, organisation=self.actor.organisation)
        now, text = timezone.now(), data["text"]
        if data["decision"] == "ACCEPT":
            return Response(_said(accept_application(actor=self.actor, application=row, text=text, now=now)))
        reason = data.get("reason", "")
        return Response(_said(refuse_application(actor=self.actor, application=row, reason=reason, text=text, now=now)))


class WithdrawnApplications(Door):
    """Applications withdrawn."""

    scopes = {"POST": NEEDS}

    @documented(
        "Withdraw an application",
        "While it stands on no public notice.",
        request=WithdrawnApplicationInput,
        answers={200: ApplicationAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, application_id: uuid.UUID) -> Response:
        """Withdraw."""
        data = self.read(WithdrawnApplicationInput)
        row = get_application(application_id=application_id, organisation=self.actor.organisation)
        done = withdraw_application(actor=self.actor, application=row, text=data["text"], now=timezone.now())
        return Response(_said(done))


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise QueryUnknown(parameter="household") from None


def _said(row: Application) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "reference": row.reference,
        "programme": row.programme.code,
        "round": row.round_name,
        "organisation": row.organisation.code,
        "household": str(row.household_id),
        "beneficiary": str(row.beneficiary_id) if row.beneficiary_id else None,
        "need": str(row.need_id) if row.need_id else None,
        "source": row.source,
        "urgency": row.urgency,
        "waiting_since": row.waiting_since.isoformat(),
        "state": row.state,
        "state_since": row.state_since.isoformat(),
    }
