"""Ask for keys and sandboxes."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_above, organisation_ids_below, stands_in_line
from logistics.parties.models import Organisation, OrganisationKind
from logistics.parties.reads import OrganisationMissing, get_organisation
from logistics.partners.models import ApiKey, Sandbox

# For each root of the tree, whether it is a sandbox.
_sides: dict[uuid.UUID, bool] = {}


class KeyAbsent(Missing):
    code = "key_missing"
    zh = "没有这个密钥。"
    en = "There is no such key."


class SandboxMissing(Missing):
    code = "sandbox_missing"
    zh = "还没有沙箱。签发第一个测试密钥时会自动建立。"
    en = "There is no sandbox yet; it is opened with the first key for tests."


class KeyState:
    """What a key opens now; it follows from its dates and is stored nowhere."""

    LIVE = "LIVE"
    # It opens still, and another has taken its place.
    REPLACED = "REPLACED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


def state_of(key: ApiKey, now: dt.datetime) -> str:
    """Say what a key opens at a moment."""
    if key.revoked_at is not None:
        return KeyState.REVOKED
    if key.expires_at <= now:
        return KeyState.EXPIRED
    return KeyState.REPLACED if hasattr(key, "replacement") else KeyState.LIVE


def visible_keys(organisation: Organisation) -> "QuerySet[ApiKey]":
    """Return the keys of partners in a body and below it, those of its sandboxes included, without devices' own."""
    below = organisation_ids_below(organisation)
    sandboxes = Sandbox.objects.filter(owner__in=below, closed_at=None).values("organisation")
    mine = Q(organisation__in=below) | Q(organisation__in=sandboxes)
    rows = ApiKey.objects.filter(mine, device=None)
    return rows.select_related("organisation", "replacement", "mandate__person").order_by("-id")


def get_key(*, key_id: uuid.UUID, organisation: Organisation) -> ApiKey:
    """Return a key of a body or of one below it. Refuses KeyAbsent."""
    found = visible_keys(organisation).filter(id=key_id).first()
    if found is None:
        raise KeyAbsent
    return found


def is_sandbox(organisation: Organisation) -> bool:
    """Tell whether a body is a sandbox, or stands below one. That never changes, so each root is asked for once."""
    root = uuid.UUID(organisation_ids_above(organisation)[0])
    if root not in _sides:
        _sides[root] = Sandbox.objects.filter(organisation_id=root).exists()
    return _sides[root]


def owner_for(code: str, organisation: Organisation) -> Organisation:
    """Return the body that owns a fund held here: one's own, one below or above, or a foundation, which may stand
    beside the tree; none across the border of a sandbox.

    Refuses OrganisationMissing: nobody puts a fund into the books of a neighbour.
    """
    found = get_organisation(code=code)
    is_ours = stands_in_line(found, organisation) or found.kind == OrganisationKind.FOUNDATION
    if not is_ours or is_sandbox(found) != is_sandbox(organisation):
        raise OrganisationMissing(organisation=code)
    return found


def find_sandbox(organisation: Organisation) -> Sandbox | None:
    """Find the open sandbox of a body; for who works in it, that one."""
    rows = Sandbox.objects.select_related("organisation", "owner").filter(closed_at=None)
    root = uuid.UUID(organisation_ids_above(organisation)[0])
    return rows.filter(Q(owner=organisation) | Q(organisation_id=root)).first()


def get_sandbox(organisation: Organisation) -> Sandbox:
    """Return the open sandbox of a body. Refuses SandboxMissing."""
    found = find_sandbox(organisation)
    if found is None:
        raise SandboxMissing
    return found


def federations_for_anyone() -> "QuerySet[Organisation]":
    """Return the federations that strangers may turn to: made-up ones only where there are no others."""
    rows = Organisation.objects.filter(kind=OrganisationKind.FEDERATION, sandbox=None).order_by("name_zh")
    made_up = Q(pk__in=[])
    for path in Organisation.objects.filter(is_demonstration=True).values_list("path", flat=True):
        made_up |= Q(path__startswith=path)
    real = rows.exclude(made_up)
    return real if real.exists() else rows
