"""Issue keys, replace them with a time in which both open, revoke them, bound them to networks."""

import datetime as dt
import uuid
from collections.abc import Sequence

from logistics.audits.models import AuditMandate, MandateState
from logistics.journal.revisions import Cause, change_master, facts_of, note_changed, note_registered
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.models import Device, Organisation
from logistics.partners.key_texts import hashed, new_text
from logistics.partners.known import forget_key
from logistics.partners.models import ApiKey, KeyKind
from logistics.partners.networks import networks_in
from logistics.partners.reads import is_sandbox
from logistics.storage.rows import new_id
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
# How long a key may still open beside the one that replaces it; without a word, a day.
OVERLAP_HOURS, OVERLAP_DAYS_MAX = 24, 30
CHANGEABLE = ("name", "networks")


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


class OverlapOutOfBounds(Unacceptable):
    code = "key_overlap_out_of_bounds"
    zh = "旧密钥最多再用 {most} 天，且不能早于现在。"
    en = "The old key opens for at most {most} days more, and never until a moment that is over."


class KeyIssuedAlready(Conflicting):
    code = "key_issued_already"
    zh = "这个密钥已经签发，只显示一次。没有记下的话，请停用它再签发一个。"
    en = "This key was issued already and is shown once. If you did not note it, revoke it and issue another."


class KeyOver(Conflicting):
    code = "key_over"
    zh = "这个密钥已过期或已停用，请另外签发。"
    en = "This key has expired or was revoked; issue another one."


class KeyReplaced(Conflicting):
    code = "key_replaced"
    zh = "这个密钥已换过一次，请更换新的那个。"
    en = "This key was replaced already; replace the new one."


class KeyOfDevice(Conflicting):
    code = "key_of_device"
    zh = "设备自己更换密钥；停用请在“设备”页面操作。"
    en = "A device replaces its own key; revoke the device itself."


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
    networks: Sequence[str] = (),
    token: uuid.UUID | None = None,
    now: dt.datetime,
    cause: Cause | None = None,
) -> tuple[ApiKey, str]:
    """Issue a key; returns its row and the key itself, which is not kept. The same token issues it once.

    A key of a sandbox is one for tests, whatever was asked for.
    Under an auditor's mandate it reads the ledgers of that organisation and those days, and ends when the mandate does.
    Refuses ScopeUnknown, KeyAgeOutOfBounds, KeyBeyondMandate, NetworkUnreadable, TooManyNetworks, KeyIssuedAlready.
    """
    if token is not None and ApiKey.objects.filter(id=token).exists():
        raise KeyIssuedAlready
    for scope in scopes:
        if scope not in SCOPES:
            raise ScopeUnknown(scope=scope, pointer="/scopes")
    _require_days(days)
    if mandate is not None:
        _require_within(mandate, organisation, scopes, now)
    row = ApiKey(
        id=token or new_id(),
        holder_id=new_id(),
        organisation=organisation,
        kind=KeyKind.TEST if is_sandbox(organisation) else kind,
        device=device,
        mandate=mandate,
        name=name,
        scopes=[scope for scope in SCOPES if scope in scopes],
        networks=networks_in(networks),
        issued_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    return _issued(row, cause or Cause(now=now))


@action
def rotate_key(
    *, key: ApiKey, until: dt.datetime | None = None, days: int = 365, now: dt.datetime, cause: Cause | None = None
) -> tuple[ApiKey, str]:
    """Replace a key by another of the same holder, which opens the same; the old one opens until a moment.

    Without `until` that is OVERLAP_HOURS from now; it never lengthens the life of a key.
    Refuses KeyOver, KeyReplaced, KeyOfDevice, OverlapOutOfBounds, KeyAgeOutOfBounds, KeyBeyondMandate.
    """
    old = _locked(key)
    if old.revoked_at is not None or old.expires_at <= now:
        raise KeyOver
    if ApiKey.objects.filter(replaces=old).exists():
        raise KeyReplaced
    until = until or now + dt.timedelta(hours=OVERLAP_HOURS)
    if not now <= until <= now + dt.timedelta(days=OVERLAP_DAYS_MAX):
        raise OverlapOutOfBounds(most=OVERLAP_DAYS_MAX, pointer="/old_until")
    _require_days(days)
    if old.mandate is not None:
        _require_within(old.mandate, old.organisation, old.scopes, now)
    row = ApiKey(
        holder_id=old.holder_id,
        replaces=old,
        organisation=old.organisation,
        kind=old.kind,
        mandate=old.mandate,
        name=old.name,
        scopes=old.scopes,
        networks=old.networks,
        issued_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    issued = _issued(row, cause or Cause(now=now))
    before = facts_of(old)
    old.expires_at = min(old.expires_at, until)
    old.save(update_fields=["expires_at"])
    note_changed(old, before=before, cause=cause or Cause(now=now))
    forget_key(old.prefix)
    return issued


@action
def revoke_key(*, key: ApiKey, now: dt.datetime, cause: Cause | None = None) -> None:
    """Revoke a key: at once in this process, within KEY_CACHE_SECONDS in every other. Twice is once."""
    before = {**facts_of(key), "revoked_at": None}
    if ApiKey.objects.filter(id=key.id, revoked_at=None).update(revoked_at=now):
        key.revoked_at = now
        note_changed(key, before=before, cause=cause or Cause(now=now))
    forget_key(key.prefix)


@action
def change_key(*, key: ApiKey, changes: dict[str, object], cause: Cause, number: int | None = None) -> ApiKey:
    """Rename a key, or bound it to other networks.

    Refuses KeyOfDevice, NetworkUnreadable, TooManyNetworks, and what `change_master` refuses.
    """
    require_partner_key(key)
    networks = changes.get("networks")
    if isinstance(networks, list):
        changes = {**changes, "networks": networks_in(networks)}
    changed = change_master(key, changes=changes, changeable=CHANGEABLE, cause=cause, number=number)
    forget_key(key.prefix)
    return changed


def require_partner_key(key: ApiKey) -> None:
    """Refuse KeyOfDevice for the key of an enrolled device."""
    if key.device_id is not None:
        raise KeyOfDevice


def _locked(key: ApiKey) -> ApiKey:
    require_partner_key(key)
    # Locks the key alone, then reads what hangs on it: PostgreSQL locks no outer join.
    ApiKey.objects.select_for_update().get(id=key.id)
    return ApiKey.objects.select_related("organisation", "mandate__organisation").get(id=key.id)


def _issued(row: ApiKey, cause: Cause) -> tuple[ApiKey, str]:
    text = new_text(is_test=row.kind == KeyKind.TEST)
    row.prefix, row.secret_hash = text.prefix, hashed(text.secret)
    row.save(force_insert=True)
    note_registered([row], cause=cause)
    return row, str(text)


def _require_days(days: int) -> None:
    if not 0 < days <= KEY_DAYS_MAX:
        raise KeyAgeOutOfBounds(most=KEY_DAYS_MAX, pointer="/days")


def _require_within(mandate: AuditMandate, organisation: Organisation, scopes: Sequence[str], now: dt.datetime) -> None:
    """Refuse KeyBeyondMandate for another body, another scope, and a mandate that is not in force."""
    is_own = organisation.id == mandate.organisation_id and set(scopes) == set(MANDATE_SCOPES)
    if not is_own or mandate.state_at(now) != MandateState.LIVE:
        raise KeyBeyondMandate(scopes=list(MANDATE_SCOPES), organisation=mandate.organisation.code)
