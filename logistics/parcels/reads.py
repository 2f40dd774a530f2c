"""Ask for parcels."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from logistics.codes.reads import read_text
from logistics.households.access import standing_households
from logistics.households.models import Household, Member
from logistics.households.persons import standing_household_ids, standing_member_ids
from logistics.kernel.refusals import Missing, Refusal
from logistics.parcels.access import visible_parcels
from logistics.parcels.actions import Recipient
from logistics.parcels.models import Parcel
from logistics.parties.models import Organisation, Programme

# One page of families to choose from.
RECIPIENTS_MAX = 200
# Batches are offered while they are worked on: the newest parcels know them.
PARCELS_LOOKED_AT, BATCHES_MAX = 5_000, 30


class ParcelMissing(Missing):
    code = "parcel_missing"
    zh = "没有找到包裹 {parcel}。"
    en = "There is no parcel {parcel}."


def parcels_with_names(rows: "QuerySet[Parcel]") -> "QuerySet[Parcel]":
    """Fetch with the parcels what every page and answer says of them."""
    return rows.select_related(
        "code", "programme", "fund", "warehouse", "household", "beneficiary", "kit_recipe", "organisation"
    )


def batches_of(organisation: Organisation) -> list[str]:
    """List the batches of the parcels that an organisation planned last, newest first."""
    newest = visible_parcels(organisation).order_by("-id").values_list("batch", flat=True)[:PARCELS_LOOKED_AT]
    return list(dict.fromkeys(newest))[:BATCHES_MAX]


def get_parcel(*, key: str, organisation: Organisation) -> Parcel:
    """Return the parcel with this id or code. Refuses ParcelMissing, also for another organisation's."""
    rows = parcels_with_names(visible_parcels(organisation))
    parcel_id = _as_id(key)
    parcel = (rows.filter(id=parcel_id) if parcel_id else rows.filter(code__text=_as_code(key))).first()
    if parcel is None:
        raise ParcelMissing(parcel=key[:60])
    return parcel


def get_parcels(*, keys: Sequence[str], organisation: Organisation) -> list[Parcel]:
    """Return the parcels with these codes, in this order. Refuses ParcelMissing for the first that is not there."""
    codes = [_as_code(key) for key in keys]
    rows = parcels_with_names(visible_parcels(organisation)).filter(code__text__in=codes)
    found = {parcel.code.text: parcel for parcel in rows}
    for place, (key, code) in enumerate(zip(keys, codes, strict=True)):
        if code not in found:
            raise ParcelMissing(parcel=key[:60], pointer=f"/parcels/{place}")
    return [found[code] for code in codes]


def parcels_to_print(organisation: Organisation) -> "QuerySet[Parcel]":
    """Return the planned parcels whose label has never been printed, oldest first."""
    rows = visible_parcels(organisation).filter(state="PLANNED", code__print_count=0, code__state="ACTIVE")
    return parcels_with_names(rows).order_by("id")


def for_labels(rows: "QuerySet[Parcel]") -> "QuerySet[Parcel]":
    """Fetch of parcels only what decides whether a label may be printed: there may be a hundred thousand."""
    return rows.select_related(None).select_related("code").only("state", "code__text", "code__state")


def recipients_without_parcel(organisation: Organisation, programme: Programme, township: str) -> list[Recipient]:
    """List who has no parcel of a programme yet: households, or their members where it is for persons."""
    ended = ["CANCELLED", "LOST", "DAMAGED", "RETURNED"]
    standing = Parcel.objects.filter(programme=programme).exclude(state__in=ended)
    households = standing_households(organisation).filter(township=township).select_related("account")
    if programme.is_for_persons:
        served = standing.filter(beneficiary__isnull=False).values("beneficiary")
        members = Member.objects.filter(household__in=households.order_by(), merged_into__isnull=True)
        twins = Member.objects.filter(id__in=served, merged_into__isnull=False).values_list("id", flat=True)
        members = members.exclude(id__in=served).exclude(id__in=set(standing_member_ids(twins).values()))
        rows = members.select_related("household__account").order_by("id")[:RECIPIENTS_MAX]
        return [Recipient(member.household, member) for member in rows]
    families = standing.filter(household__isnull=False).values("household")
    gone = Household.objects.filter(id__in=families, merged_into__isnull=False).values_list("id", flat=True)
    unserved = households.exclude(id__in=families).exclude(id__in=set(standing_household_ids(gone).values()))
    return [Recipient(household) for household in unserved[:RECIPIENTS_MAX]]


def _as_id(key: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(key)
    except ValueError:
        return None


def _as_code(key: str) -> str:
    try:
        return read_text(key)
    except Refusal:
        return ""
