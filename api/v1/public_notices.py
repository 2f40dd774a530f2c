"""Public notices: read by anyone, objected to, answered before a list is approved."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import CodeField, DayField, MomentField, StrictSerializer, TextField, TruthField
from api.pages import page_of
from api.v1.applications import NEEDS, PROBLEMS
from logistics.lists.models import NoticeEntry, Objection, ObjectionState, PublicNotice
from logistics.lists.notice_reads import notices_for_anyone
from logistics.lists.notices import get_notice, get_public_notice, publish_notice
from logistics.lists.objections import (
    CONTACT_LENGTH_MAX,
    answer_objection,
    get_objection,
    raise_objection,
    texts_of_objections,
)
from logistics.lists.reasons import TEXT_LENGTH_MAX
from logistics.parties.reads import get_organisation, get_programme


class NoticeInput(StrictSerializer):
    """Whose accepted applications are published, in which programme."""

    programme = CodeField()
    organisation = CodeField(required=False, help_text="The caller's own, or one below it.")


class ObjectionInput(StrictSerializer):
    """What somebody objects; nobody need say who they are."""

    number = TextField(length=24, required=False, allow_blank=True, default="")
    text = TextField(length=TEXT_LENGTH_MAX, help_text="Kept encrypted.")
    contact = TextField(length=CONTACT_LENGTH_MAX, required=False, allow_blank=True, default="")


class ObjectionAnswerInput(StrictSerializer):
    """The answer, with its reason; an upheld one takes the application off."""

    is_upheld = TruthField()
    text = TextField(length=TEXT_LENGTH_MAX)


class NoticeAnswer(serializers.Serializer):
    """A notice: programme, count and days. It names nobody."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    organisation = serializers.CharField()
    programme = serializers.CharField()
    round = serializers.CharField()
    count = serializers.IntegerField()
    published_at = MomentField()
    ends_on = DayField()


class NoticeEntryAnswer(serializers.Serializer):
    """One line of a notice: a township, and a number that the family knows."""

    township = serializers.CharField()
    number = serializers.CharField()


class ObjectionAnswer(serializers.Serializer):
    """An objection; what was said is told to who may decide, and nowhere kept in the clear."""

    id = serializers.UUIDField()
    notice = serializers.UUIDField()
    application = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(choices=ObjectionState.choices)
    raised_at = MomentField()
    answered_at = MomentField(allow_null=True)


class OneObjectionAnswer(ObjectionAnswer):
    """An objection with what was said, where it is still kept."""

    text = serializers.CharField(allow_blank=True)
    contact = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)


class PublicNotices(Door):
    """Public notices."""

    scopes = {"POST": NEEDS}
    is_list = True

    @documented(
        "List public notices",
        "Those that run, and those that ended within a year, newest first; of every organisation, as anyone may read.",
        answers={200: paged(NoticeAnswer, "Notice")},
        tag="lists",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, notices_for_anyone(timezone.localdate()).order_by("-id"), _said)

    @documented(
        "Publish a notice",
        "Every accepted application of the round that stands on none yet, for as many days as the programme sets.",
        request=NoticeInput,
        answers={201: NoticeAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Publish."""
        data, own = self.read(NoticeInput), self.actor.organisation
        named = data.get("organisation")
        row = publish_notice(
            actor=self.actor,
            organisation=get_organisation(code=named, within=own) if named else own,
            programme=get_programme(code=data["programme"], organisation=own),
            now=timezone.now(),
        )
        return Response(_said(row), status=201)


class NoticeEntries(Door):
    """What a notice shows."""

    scopes = {}
    is_list = True

    @documented(
        "List a notice's entries",
        "Townships and numbers.",
        answers={200: paged(NoticeEntryAnswer, "NoticeEntry")},
        tag="lists",
        query=PAGING,
    )
    def get(self, request: Request, notice_id: uuid.UUID) -> Response:
        """List."""
        notice = get_public_notice(notice_id=notice_id)
        rows = NoticeEntry.objects.filter(notice=notice).order_by("id")
        return page_of(request, rows, lambda row: {"township": row.township, "number": row.reference})


class Objections(Door):
    """Objections to a notice."""

    scopes = {"GET": NEEDS, "POST": NEEDS}
    is_list = True

    @documented(
        "List objections",
        "Newest first, with what was said, to the body that published and those above it.",
        answers={200: paged(OneObjectionAnswer, "Objection")},
        tag="lists",
        query=PAGING,
    )
    def get(self, request: Request, notice_id: uuid.UUID) -> Response:
        """List."""
        notice = get_notice(notice_id=notice_id, organisation=self.actor.organisation)
        rows = Objection.objects.filter(notice=notice).order_by("-id")
        return page_of(request, rows, _with_texts)

    @documented(
        "Raise an objection",
        "Against a notice that runs, or one number on it. At the page nobody need sign in.",
        request=ObjectionInput,
        answers={201: ObjectionAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, notice_id: uuid.UUID) -> Response:
        """Raise."""
        data = self.read(ObjectionInput)
        row = raise_objection(notice=get_public_notice(notice_id=notice_id), now=timezone.now(), **data)
        return Response(_objection(row), status=201)


class AnsweredObjections(Door):
    """Objections answered."""

    scopes = {"POST": NEEDS}

    @documented(
        "Answer an objection",
        "With a reason, by another than reviewed the application.",
        request=ObjectionAnswerInput,
        answers={200: ObjectionAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, objection_id: uuid.UUID) -> Response:
        """Answer."""
        data = self.read(ObjectionAnswerInput)
        row = get_objection(objection_id=objection_id, organisation=self.actor.organisation)
        return Response(_objection(answer_objection(actor=self.actor, objection=row, now=timezone.now(), **data)))


def _said(row: PublicNotice) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "number": row.reference,
        "organisation": row.organisation.code,
        "programme": row.programme.code,
        "round": row.round_name,
        "count": row.count,
        "published_at": row.published_at.isoformat(),
        "ends_on": row.ends_on.isoformat(),
    }


def _objection(row: Objection) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "notice": str(row.notice_id),
        "application": str(row.application_id) if row.application_id else None,
        "state": row.state,
        "raised_at": row.raised_at.isoformat(),
        "answered_at": row.answered_at.isoformat() if row.answered_at else None,
    }


def _with_texts(row: Objection) -> dict[str, Any]:
    texts = texts_of_objections([row])[row.id]
    return {**_objection(row), **{name: texts.get(name, "") for name in ("text", "contact", "answer")}}
