"""Issue, find and revoke keys. A key is `nuanliu_<prefix>_<secret>`: the fixed word lets scanners find a leaked one."""

import datetime as dt
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Sequence

from django.conf import settings

from api.models import ApiKey, KeyKind
from api.problems import DeviceRevoked
from logistics.audits.models import AuditMandate, MandateState
from logistics.journal.revisions import Cause, facts_of, note_changed, note_registered
from logistics.kernel.refusals import Unacceptable
from logistics.parties.devices import note_seen, note_told
from logistics.parties.models import Device, Organisation
from logistics.storage.transactions import action

SCOPES = (
    "donations:write",
    "donations:read",
    "parcels:write",
    "parcels:read",
    "scans:write",
    "stock:write",
    "stock:read",
    "households:write",
    "households:read",
    "needs:write",
    "ledgers:read",
    "grants:write",
    "labels:print",
    "webhooks:manage",
    "admin",
)
# What a mandate bounds by days are the ledgers and what hangs on them; lists know no such bounds.
MANDATE_SCOPES = ("ledgers:read",)
KEY_DAYS_MAX = 730
PREFIX_LENGTH = 8
# How long a process may trust what it read of a key: a revocation elsewhere takes hold after this.
KEY_CACHE_SECONDS = 2.0
KEY_CACHE_ROWS_MAX = 2_000
LAST_USED_SECONDS = 60
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_FORM = re.compile(r"nuanliu_([0-9a-z]{8})_([0-9a-z]{32})")
_cache: dict[str, tuple[float, ApiKey]] = {}


class ScopeUnknown(Unacceptable):
    code = "scope_unknown"
    zh = "没有权限范围 {scope}。"
    en = "There is no scope {scope}."


class KeyAgeOutOfBounds(Unacceptable):
    code = "key_age_out_of_bounds"
    zh = "密钥有效期须在 1 到 {most} 天之间。"
    en = "A key is valid for 1 to {most} days."


class KeyBeyondMandate(Unacceptable):
    code = "key_beyond_mandate"
    zh = "审计授权下的密钥只能属于 {organisation}，权限范围只能是 {scopes}，且授权须在有效期内。"
    en = "A key under a mandate in force belongs to {organisation} and has the scopes {scopes} alone."


@action
def issue_key(
    *,
    organisation: Organisation,
    name: str,
    scopes: Sequence[str],
    kind: str = KeyKind.PARTNER,
    device: Device | None = None,
    days: int = 365,
    mandate: AuditMandate | None = None,
    now: dt.datetime,
    cause: Cause | None = None,
) -> tuple[ApiKey, str]:
    """Issue a key; returns its row and the key itself, which is not kept.

    Under an auditor's mandate it reads the ledgers of that organisation and those days, and ends when the mandate does.
    Refuses ScopeUnknown, KeyAgeOutOfBounds, KeyBeyondMandate.
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise ScopeUnknown(scope=scope, pointer="/scopes")
    if not 0 < days <= KEY_DAYS_MAX:
        raise KeyAgeOutOfBounds(most=KEY_DAYS_MAX, pointer="/days")
    if mandate is not None:
        _require_within(mandate, organisation, scopes, now)
    prefix, secret = _random(PREFIX_LENGTH), _random(32)
    row = ApiKey.objects.create(
        prefix=prefix,
        secret_hash=_hashed(secret),
        organisation=organisation,
        kind=kind,
        device=device,
        mandate=mandate,
        name=name,
        scopes=list(scopes),
        issued_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    note_registered([row], cause=cause or Cause(now=now))
    return row, f"nuanliu_{prefix}_{secret}"


def _require_within(mandate: AuditMandate, organisation: Organisation, scopes: Sequence[str], now: dt.datetime) -> None:
    """Refuse KeyBeyondMandate for another body, another scope, and a mandate that is not in force."""
    is_own = organisation.id == mandate.organisation_id and set(scopes) == set(MANDATE_SCOPES)
    if not is_own or mandate.state_at(now) != MandateState.LIVE:
        raise KeyBeyondMandate(scopes=list(MANDATE_SCOPES), organisation=mandate.organisation.code)


@action
def revoke_key(*, key: ApiKey, now: dt.datetime, cause: Cause | None = None) -> None:
    """Revoke a key: at once in this process, within KEY_CACHE_SECONDS in every other."""
    before = {**facts_of(key), "revoked_at": None}
    if ApiKey.objects.filter(id=key.id, revoked_at=None).update(revoked_at=now):
        key.revoked_at = now
        note_changed(key, before=before, cause=cause or Cause(now=now))
    _cache.pop(key.prefix, None)


def find_key(text: str, *, now: dt.datetime) -> ApiKey | None:
    """Find the valid key behind a text, or None. Compares in constant time. Refuses DeviceRevoked."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    row = _row(found[1])
    # An unknown prefix costs the same comparison as a known one.
    is_right = hmac.compare_digest(row.secret_hash if row else "0" * 64, _hashed(found[2]))
    if row is None or not is_right:
        return None
    if row.device is not None and row.device.revoked_at is not None:
        # Only who holds the right secret is told, and told for ever: it must wipe itself.
        note_told(row.device, now=now)
        raise DeviceRevoked
    return None if row.revoked_at is not None or row.expires_at <= now else row


def note_use(key: ApiKey, *, now: dt.datetime) -> None:
    """Note that a key was used, at most once a minute; of a device's key, that the device was seen."""
    device = key.device
    last = device.last_seen_at if device else key.last_used_at
    if last is not None and (now - last).total_seconds() <= LAST_USED_SECONDS:
        return
    if device is not None:
        note_seen(device, now=now)
        return
    key.last_used_at = now
    ApiKey.objects.filter(id=key.id).update(last_used_at=now)


def _row(prefix: str) -> ApiKey | None:
    cached = _cache.get(prefix)
    if cached and time.monotonic() - cached[0] < KEY_CACHE_SECONDS:
        return cached[1]
    row = ApiKey.objects.select_related("organisation", "device", "mandate__organisation").filter(prefix=prefix).first()
    if row is not None:
        if len(_cache) >= KEY_CACHE_ROWS_MAX:
            _cache.clear()
        _cache[prefix] = (time.monotonic(), row)
    return row


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _hashed(secret: str) -> str:
    return hmac.new(settings.KEY_PEPPER.encode(), secret.encode(), hashlib.sha256).hexdigest()
