"""Who calls: a key's holder, or a signed-in person."""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.addresses import address_of
from api.liaison_calls import is_call_of_liaisons
from api.problems import DeviceRevoked, KeyNetworkRefused
from logistics.audits.access import actor_for, actor_under
from logistics.audits.mandates import is_bound
from logistics.audits.sessions import chosen_mandate
from logistics.parties.actors import Actor
from logistics.parties.devices import note_seen, note_told
from logistics.parties.models import Person, Role
from logistics.partners.keys import MANDATE_SCOPES, SCOPES
from logistics.partners.known import LAST_USED_SECONDS, find_key, is_over, note_use
from logistics.partners.models import ApiKey
from logistics.partners.networks import is_within

_log = logging.getLogger(__name__)
_READS = frozenset({"donations:read", "parcels:read", "stock:read", "ledgers:read"})
# What a signed-in person may do, by role. A partner's or device's key carries its own scopes.
SCOPES_OF_ROLES: dict[str, frozenset[str]] = {
    Role.KEEPER: frozenset(
        {"stock:read", "stock:write", "parcels:read", "parcels:write", "labels:print", "scans:write"}
    ),
    Role.COURIER: frozenset({"parcels:read", "scans:write"}),
    Role.LIAISON: frozenset({"households:read", "households:write", "needs:write"}),
    Role.OFFICER: frozenset(SCOPES) - {"admin", "webhooks:manage"},
    Role.APPROVER: _READS | {"grants:write", "households:read", "needs:write"},
    # Who audits and does nothing else gets less, see `scopes_of`.
    Role.AUDITOR: _READS,
    Role.ADMINISTRATOR: frozenset(SCOPES),
}


@dataclass(frozen=True)
class KeyHolder:
    """Who calls with a key."""

    key: ApiKey
    is_authenticated: bool = True


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiKey] | None:
        """Return who holds the key; None without the header. Refuses a key that is wrong, expired or revoked.

        Only who holds the right secret is told more: DeviceRevoked, so that the device knows what to do, and
        KeyNetworkRefused outside the networks of the key.
        """
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, text = header.partition(" ")
        if not header:
            return None
        now = timezone.now()
        key = find_key(text.strip()) if scheme.lower() == "bearer" else None
        if key is not None and key.device is not None and key.device.revoked_at is not None:
            # For ever: it must wipe itself.
            note_told(key.device, now=now)
            raise DeviceRevoked
        if key is None or is_over(key, now):
            raise AuthenticationFailed
        if key.networks and not is_within(address_of(request), key.networks):
            # By its id: neither the key nor whose address it was stands in a log.
            _log.warning("key %s was used outside its networks", key.id)
            raise KeyNetworkRefused
        _note_use(key, now)
        return KeyHolder(key), key

    def authenticate_header(self, request: Request) -> str:
        """Say how to authenticate."""
        return 'Bearer realm="nuanliu"'


def _note_use(key: ApiKey, now: dt.datetime) -> None:
    """Note that a key was used, at most once a minute; of a device's key, that the device was seen."""
    device = key.device
    if device is None:
        note_use(key, now=now)
    elif device.last_seen_at is None or (now - device.last_seen_at).total_seconds() > LAST_USED_SECONDS:
        note_seen(device, now=now)


class PersonSession(SessionAuthentication):
    """A signed-in person at a page of ours, with CSRF."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the signed-in person, or None."""
        person = getattr(request._request, "user", None)
        if not isinstance(person, Person) or not person.is_active:
            return None
        self.enforce_csrf(request)
        return person, None


def scopes_of(request: Request) -> frozenset[str]:
    """Return what the caller may do."""
    if isinstance(request.user, KeyHolder):
        return frozenset(request.user.key.scopes)
    if isinstance(request.user, Person) and is_bound(request.user):
        return frozenset(MANDATE_SCOPES)
    if isinstance(request.user, Person):
        roles = [role for role in request.user.roles if role != Role.LIAISON or is_call_of_liaisons(request)]
        return frozenset().union(*(SCOPES_OF_ROLES.get(role, frozenset()) for role in roles))
    return frozenset()


def actor_of(request: Request) -> Actor:
    """Return the caller as the actions know it. Refuses MandateAbsent for an auditor without a mandate, and for a key
    whose mandate is over.
    """
    if isinstance(request.user, KeyHolder):
        key = request.user.key
        if key.mandate is not None:
            return actor_under(key.mandate, holder_id=key.holder_id, key_name=key.name, now=timezone.now())
        # A device is known by itself, whichever key it holds today, and so is a partner.
        return Actor(key.organisation, key.device_id or key.holder_id, key_name=key.name)
    person = request.user
    assert isinstance(person, Person)
    known: Actor | None = vars(request._request).get("_actor")
    if known is None:
        known = actor_for(person, now=timezone.now(), mandate_id=chosen_mandate(request._request))
        request._request._actor = known  # type: ignore[attr-defined]  # -- asked for more than once a request
    return known
