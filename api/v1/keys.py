"""Keys of programs: issued, replaced with a time in which both open, bound to networks, revoked."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import scopes_of
from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, CodeField, MomentField, StrictSerializer, TextField, WholeField
from api.pages import page_of
from api.problems import IfMatchStale, QueryUnknown, ScopeMissing
from api.v1.changes import ChangeInput, Master, doors_of, etag_of, matched
from logistics.journal.revisions import RevisionStale
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.reads import get_organisation
from logistics.partners.key_texts import shown_prefix
from logistics.partners.keys import KEY_DAYS_MAX, SCOPES, change_key, issue_key, revoke_key, rotate_key
from logistics.partners.models import NAME_LENGTH_MAX, ApiKey, KeyKind
from logistics.partners.networks import NETWORK_LENGTH_MAX, NETWORKS_MAX
from logistics.partners.reads import KeyAbsent, KeyState, get_key, state_of, visible_keys
from logistics.partners.sandboxes import open_sandbox

ADMIN = ("admin",)
KINDS = (KeyKind.PARTNER.value, KeyKind.TEST.value)
STATES = (KeyState.LIVE, KeyState.REPLACED, KeyState.EXPIRED, KeyState.REVOKED)
NO_STORE = {"Cache-Control": "no-store"}
_MOMENT = MomentField()
_NETWORKS = "Networks that it may be used from, such as 203.0.113.0/24 or 2001:db8::/48; empty for all."


def _networks_field(**more: Any) -> serializers.ListField:
    return serializers.ListField(
        child=TextField(length=NETWORK_LENGTH_MAX), max_length=NETWORKS_MAX, help_text=_NETWORKS, **more
    )


class KeyInput(StrictSerializer):
    """What a key is for. TEST opens a sandbox, PARTNER the real books of `organisation` and what is below it."""

    name = TextField(length=NAME_LENGTH_MAX, help_text="Whose program it is for.")
    organisation = CodeField(required=False, help_text="The caller's own without it.")
    kind = ChoiceTextField(choices=KINDS, required=False, default=KeyKind.PARTNER.value)
    scopes = serializers.ListField(
        child=ChoiceTextField(choices=SCOPES), min_length=1, max_length=len(SCOPES), help_text="No more than one's own."
    )
    days = WholeField(least=1, most=KEY_DAYS_MAX, required=False, default=365)
    networks = _networks_field(required=False, default=list)


class KeyChangeInput(ChangeInput):
    """What may change of a key: its name, and from where it may be used."""

    name = TextField(length=NAME_LENGTH_MAX)
    networks = _networks_field(allow_null=True)


class KeyRotationInput(StrictSerializer):
    """Until when the old key opens too (24 hours without it, 30 days at most), and how long the new one is valid."""

    old_until = MomentField(required=False)
    days = WholeField(least=1, most=KEY_DAYS_MAX, required=False, default=365)


class KeyRevocationInput(StrictSerializer):
    """Why a key is revoked."""

    reason = TextField(length=200)


class KeyAnswer(serializers.Serializer):
    """A key, without what opens."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    begins_with = serializers.CharField(help_text="The beginning of the key, by which its holder knows it again.")
    kind = serializers.ChoiceField(choices=KINDS)
    organisation = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES))
    networks = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=STATES, help_text="REPLACED opens still, until `expires_at`.")
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    replaces = serializers.UUIDField(allow_null=True)


class IssuedKeyAnswer(KeyAnswer):
    """A key with its text, which is shown this once."""

    key = serializers.CharField(help_text="Matches nuanliu_(?:test_)?[0-9a-z]{8}_[0-9a-z]{32}.")


class Keys(Door):
    """Keys."""

    scopes, is_list, query = {"GET": ADMIN, "POST": ADMIN}, True, ("state",)
    # A repeat must not be answered from a table in which the key would stand; it makes one more key.
    is_once = False

    @documented(
        "List keys",
        "Those of the caller's organisation, of those below it and of their sandboxes, newest first; devices' own not.",
        answers={200: paged(KeyAnswer, "Key")},
        query={"state": "LIVE for keys that open now, replaced ones included.", **PAGING},
        tag="keys",
    )
    def get(self, request: Request) -> Response:
        """List."""
        now, rows = timezone.now(), visible_keys(self.actor.organisation)
        state = request.query_params.get("state")
        if state is not None:
            if state != KeyState.LIVE:
                raise QueryUnknown(parameter="state")
            rows = rows.filter(revoked_at=None, expires_at__gt=now)
        return page_of(request, rows, lambda row: said_key(row, now))

    @documented(
        "Issue a key",
        "The answer shows it this once. With `kind` TEST it works on the organisation's sandbox, which the first such"
        " key opens. Nobody issues more scopes than they have.",
        request=KeyInput,
        answers={201: IssuedKeyAnswer},
        problems=(409, 413, 415, 422),
        tag="keys",
    )
    def post(self, request: Request) -> Response:
        """Issue."""
        data, now = self.read(KeyInput), timezone.now()
        require_scopes(request, data["scopes"])
        own, cause = self.actor.organisation, self.actor.cause(now)
        body: Organisation = get_organisation(code=data["organisation"], within=own) if "organisation" in data else own
        if data["kind"] == KeyKind.TEST:
            body = open_sandbox(owner=body, now=now, cause=cause).organisation
        row, text = issue_key(
            organisation=body,
            name=data["name"],
            scopes=data["scopes"],
            days=data["days"],
            networks=data["networks"],
            now=now,
            cause=cause,
        )
        return _shown(row, text, request.path)


class OneKey(Door):
    """One key."""

    scopes = {"GET": ADMIN, "PATCH": ADMIN}

    @documented("Get a key", "With its ETag, which a change needs.", answers={200: KeyAnswer}, tag="keys")
    def get(self, request: Request, key_id: uuid.UUID) -> Response:
        """Get."""
        row = get_key(key_id=key_id, organisation=self.actor.organisation)
        return Response(said_key(row, timezone.now()), headers={"ETag": etag_of(row)})

    @documented(
        "Change a key",
        "A JSON merge patch with `If-Match` and a `reason`: its name, and the networks that it may be used from.",
        request=KeyChangeInput,
        answers={200: KeyAnswer},
        problems=(409, 412, 413, 415, 422, 428),
        tag="keys",
    )
    def patch(self, request: Request, key_id: uuid.UUID) -> Response:
        """Change."""
        row = get_key(key_id=key_id, organisation=self.actor.organisation)
        number, data = matched(request, row), self.read(KeyChangeInput, is_patch=True)
        cause = self.actor.cause(timezone.now(), data.pop("reason", ""))
        changes = {name: [] if value is None else value for name, value in data.items()}
        try:
            change_key(key=row, changes=changes, cause=cause, number=number)
        except RevisionStale:
            raise IfMatchStale from None
        changed = get_key(key_id=key_id, organisation=self.actor.organisation)
        return Response(said_key(changed, timezone.now()), headers={"ETag": etag_of(changed)})


class RotatedKeys(Door):
    """Replaced keys."""

    scopes = {"POST": ADMIN}
    is_once = False

    @documented(
        "Rotate a key",
        "Another key of the same holder, which opens the same: references and repeated requests are known again. The"
        " old one opens too until `old_until`. Each key is replaced once.",
        request=KeyRotationInput,
        answers={201: IssuedKeyAnswer},
        problems=(409, 413, 415, 422),
        tag="keys",
    )
    def post(self, request: Request, key_id: uuid.UUID) -> Response:
        """Replace."""
        data, now = self.read(KeyRotationInput), timezone.now()
        key = get_key(key_id=key_id, organisation=self.actor.organisation)
        require_scopes(request, key.scopes)
        row, text = rotate_key(
            key=key, until=data.get("old_until"), days=data["days"], now=now, cause=self.actor.cause(now)
        )
        return _shown(row, text, "/api/v1/keys")


class RevokedKeys(Door):
    """Revoked keys."""

    scopes = {"POST": ADMIN}

    @documented(
        "Revoke a key",
        "It opens nothing from now on, within two seconds everywhere. Repeated, nothing more happens.",
        request=KeyRevocationInput,
        answers={200: KeyAnswer},
        problems=(409, 413, 415, 422),
        tag="keys",
        is_repeatable=True,
    )
    def post(self, request: Request, key_id: uuid.UUID) -> Response:
        """Revoke."""
        reason, now = self.read(KeyRevocationInput)["reason"], timezone.now()
        key = get_key(key_id=key_id, organisation=self.actor.organisation)
        revoke_key(key=key, now=now, cause=self.actor.cause(now, reason))
        return Response(said_key(get_key(key_id=key_id, organisation=self.actor.organisation), now))


def require_scopes(request: Request, wanted: Sequence[str]) -> None:
    """Refuse ScopeMissing where somebody would give away a scope that they lack."""
    lacking = sorted(set(wanted) - scopes_of(request))
    if lacking:
        raise ScopeMissing(needed=lacking)


def said_key(row: ApiKey, now: Any) -> dict[str, Any]:
    """Say a key, without what opens."""
    moments = ("issued_at", "expires_at", "revoked_at", "last_used_at")
    return {
        "id": str(row.id),
        "name": row.name,
        "begins_with": shown_prefix(row),
        "kind": row.kind,
        "organisation": row.organisation.code,
        "scopes": row.scopes,
        "networks": row.networks,
        "state": state_of(row, now),
        **{name: (moment := getattr(row, name)) and _MOMENT.to_representation(moment) for name in moments},
        "replaces": str(row.replaces_id) if row.replaces_id else None,
    }


def _shown(row: ApiKey, text: str, path: str) -> Response:
    said = {**said_key(row, row.issued_at), "key": text}
    return Response(said, status=201, headers={"Location": f"{path}/{row.id}", **NO_STORE})


def _found(actor: Actor, key: str) -> ApiKey:
    try:
        return get_key(key_id=uuid.UUID(key), organisation=actor.organisation)
    except ValueError:
        raise KeyAbsent from None


KeyHistory = doors_of(
    Master("a key", _found, change_key, lambda row: said_key(row, timezone.now()), KeyChangeInput, KeyAnswer, {}, ADMIN)
)[1]
