"""Change master data by merge patch, and read its history: the same three calls for every kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import StrictSerializer, TextField
from api.pages import page_of
from api.problems import IfMatchMissing, IfMatchStale
from logistics.journal.history import MasterRow, Revision
from logistics.journal.revision_views import revision_views
from logistics.journal.revisions import REASON_LENGTH_MAX, RevisionStale, revision_number, revisions_of
from logistics.parties.access import require_own_master
from logistics.parties.actors import Actor

READS_HISTORY = ("admin", "ledgers:read")


class ChangeInput(StrictSerializer):
    """What changes (RFC 7396: what is left out stays, null empties), and why."""

    reason = TextField(length=REASON_LENGTH_MAX)


class NamesPatch(StrictSerializer):
    """The name in one language or both."""

    zh = TextField(length=120, required=False)
    en = TextField(length=120, required=False, allow_blank=True, allow_null=True)


class FieldChangeAnswer(serializers.Serializer):
    """One field before and after; what speaks of a person is masked."""

    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    is_personal = serializers.BooleanField()


class RevisionOfMasterAnswer(serializers.Serializer):
    """One registration (number 1) or change: who, when, before, after and why."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    actor = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    noted_at = serializers.DateTimeField()
    changes = serializers.ListField(child=FieldChangeAnswer())
    leaf = serializers.IntegerField(allow_null=True, help_text="Its number in the log; null until it is sealed.")


@dataclass(frozen=True)
class Master:
    """What the doors need to know of one kind of master data."""

    name: str  # "an organisation"
    find: Callable[[Actor, str], MasterRow]
    change: Callable[..., MasterRow]
    say: Callable[[Any], Mapping[str, Any]]
    form: type[ChangeInput]
    answer: type[serializers.Serializer]
    # What a null in the patch leaves behind, where that is not an empty text.
    empty: Mapping[str, Any]
    scopes: tuple[str, ...] = ()


def doors_of(master: Master) -> tuple[type[Door], type[Door]]:
    """Make the door of one row (GET, PATCH) and the door of its history."""

    class One(Door):
        """One row."""

        scopes = {"GET": master.scopes, "PATCH": ("admin",)}

        @documented(
            f"Get {master.name}",
            "With its ETag, which a change needs.",
            answers={200: master.answer},
            tag="master data",
        )
        def get(self, request: Request, key: str) -> Response:
            """Get."""
            row = master.find(self.actor, key)
            return Response(master.say(row), headers={"ETag": etag_of(row)})

        @documented(
            f"Change {master.name}",
            "A JSON merge patch with `If-Match` and a `reason`; the history keeps who, when, before, after and why.",
            request=master.form,
            answers={200: master.answer},
            problems=(412, 413, 415, 422, 428),
            tag="master data",
        )
        def patch(self, request: Request, key: str) -> Response:
            """Change."""
            row = master.find(self.actor, key)
            require_own_master(row, self.actor.organisation)
            number = matched(request, row)
            data = self.read(master.form, is_patch=True)
            cause = self.actor.cause(timezone.now(), data.pop("reason", ""))
            try:
                changed = master.change(row, changes=_columns(data, master.empty), cause=cause, number=number)
            except RevisionStale:
                raise IfMatchStale from None
            return Response(master.say(changed), headers={"ETag": etag_of(changed)})

    class History(Door):
        """Its history."""

        scopes, is_list = {"GET": READS_HISTORY}, True

        @documented(
            f"List the history of {master.name}",
            "Newest first: every registration and change, with its number in the log.",
            answers={200: paged(RevisionOfMasterAnswer, "RevisionOfMaster")},
            tag="master data",
            query=PAGING,
        )
        def get(self, request: Request, key: str) -> Response:
            """List."""
            row = master.find(self.actor, key)
            return page_of(request, revisions_of(row).order_by("-id"), _said)

    return One, History


def _said(row: Revision) -> dict[str, Any]:
    view = revision_views([row])[0]
    return {
        "id": str(view.id),
        "number": view.number,
        "actor": str(view.actor_id) if view.actor_id else None,
        "reason": view.reason,
        "noted_at": view.noted_at.isoformat(),
        "changes": [vars(change) for change in view.changes],
        "leaf": view.leaf_number,
    }


def etag_of(row: MasterRow) -> str:
    """Say which revision of a row was read."""
    return f'"{revision_number(row)}"'


def matched(request: Request, row: MasterRow) -> int | None:
    """Return the revision that the caller saw; None for `*`. Refuses IfMatchMissing, IfMatchStale."""
    told = request.headers.get("If-Match", "").strip()
    if not told:
        raise IfMatchMissing
    if told == "*":
        return None
    if told != etag_of(row):
        raise IfMatchStale
    return int(told.strip('"'))


def _columns(data: Mapping[str, Any], empty: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a patch into columns: the name's two languages are columns of their own, null is what is empty there."""
    flat = {key: value for key, value in data.items() if key != "name" or not isinstance(value, Mapping)}
    if isinstance(data.get("name"), Mapping):
        flat |= {f"name_{language}": text for language, text in data["name"].items()}
    return {key: empty.get(key, "") if value is None else value for key, value in flat.items()}
