"""Photos that visits name: which have arrived, and which bytes are still waited for."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Q

from logistics.needs.models import VisitPhoto


def note_photo_arrived(*, keeper_id: uuid.UUID, sha256: str, now: dt.datetime) -> bool:
    """Note that the bytes of a photo have come, inside the caller's transaction; tell whether a visit names them."""
    named = VisitPhoto.objects.filter(keeper_id=keeper_id, sha256=sha256)
    named.filter(arrived_at__isnull=True).update(arrived_at=now)
    return named.exists()


def named_by_visits(pairs: Collection[tuple[uuid.UUID, str]]) -> set[tuple[uuid.UUID, str]]:
    """Return which of these (keeper, hash) some visit names."""
    wanted = Q(pk__in=[])
    for keeper_id, sha256 in pairs:
        wanted |= Q(keeper_id=keeper_id, sha256=sha256)
    return set(VisitPhoto.objects.filter(wanted).values_list("keeper_id", "sha256"))
