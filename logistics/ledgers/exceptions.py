"""What waits for somebody, parcel by parcel: what the page Attention shows, as a list."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from logistics.deliveries.next_tries import parcels_to_try_again
from logistics.deliveries.proofs import proofs_late
from logistics.deliveries.round_reads import parcels_not_returned
from logistics.ledgers.figures import all_late_parcels
from logistics.parcels.access import visible_parcels
from logistics.parcels.models import Parcel
from logistics.parcels.reads import parcels_with_names
from logistics.parties.models import Organisation

DISPUTED, UNPOSTED, LATE, PROOF_LATE, TO_RETURN, TRY_AGAIN = KINDS = (
    *("DISPUTED", "UNPOSTED", "LATE"),
    *("PROOF_LATE", "TO_RETURN", "TRY_AGAIN"),
)
_FOUND: Mapping[str, Callable[[Organisation, dt.datetime], "QuerySet[Any, Any]"]] = {
    DISPUTED: lambda own, now: visible_parcels(own).filter(state="DISPUTED").values("id"),
    UNPOSTED: lambda own, now: visible_parcels(own).exclude(unposted_reason="").values("id"),
    LATE: lambda own, now: all_late_parcels(visible_parcels(own), now).values("id"),
    PROOF_LATE: lambda own, now: proofs_late(own, now).values("parcel"),
    TO_RETURN: lambda own, now: parcels_not_returned(own).values("parcel"),
    TRY_AGAIN: lambda own, now: parcels_to_try_again(own).values("id"),
}


def parcels_with_exceptions(organisation: Organisation, *, kind: str = "", now: dt.datetime) -> "QuerySet[Parcel]":
    """Return the parcels that wait for somebody, newest first: for one reason of KINDS, or for any."""
    wanted = Q(pk__in=[])
    for name in [kind] if kind else KINDS:
        wanted |= Q(pk__in=_FOUND[name](organisation, now).order_by())
    return parcels_with_names(visible_parcels(organisation).filter(wanted).order_by("-id"))


def kinds_of_exceptions(
    parcels: Sequence[Parcel], organisation: Organisation, *, now: dt.datetime
) -> dict[uuid.UUID, list[str]]:
    """Say for each of some parcels why it waits."""
    ids, kinds = [parcel.id for parcel in parcels], defaultdict(list)
    for name in KINDS:
        for parcel_id in Parcel.objects.filter(
            id__in=ids, pk__in=_FOUND[name](organisation, now).order_by()
        ).values_list("id", flat=True):
            kinds[parcel_id].append(name)
    return dict(kinds)
