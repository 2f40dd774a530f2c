"""Photos that visits name: which have arrived, which bytes are still waited for, and whose they are."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import Q

from logistics.households.proof_models import KeptProof
from logistics.households.proofs import ProofMissing
from logistics.needs.models import HomeVisit, VisitPhoto


class PhotoOfVisit(NamedTuple):
    """A photo as a visit names it, and its bytes; None where they have not come, or were erased."""

    photo: VisitPhoto
    kept: KeptProof | None


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


def photos_of(visits: Sequence[HomeVisit]) -> dict[uuid.UUID, list[PhotoOfVisit]]:
    """Return the photos of visits, by visit."""
    named = list(VisitPhoto.objects.filter(visit__in=[visit.id for visit in visits]).order_by("id"))
    kept = {
        (row.organisation_id, row.sha256): row
        for row in KeptProof.objects.filter(sha256__in={one.sha256 for one in named}, erased_at__isnull=True)
    }
    found: dict[uuid.UUID, list[PhotoOfVisit]] = {}
    for one in named:
        found.setdefault(one.visit_id, []).append(PhotoOfVisit(one, kept.get((one.keeper_id, one.sha256))))
    return found


def get_visit_photo(*, visits: Sequence[HomeVisit], photo_id: uuid.UUID) -> KeptProof:
    """Return the bytes that a photo of one of these visits names. Refuses ProofMissing."""
    of_them = (one for photos in photos_of(visits).values() for one in photos)
    found = next((one.kept for one in of_them if one.photo.id == photo_id), None)
    if found is None:
        raise ProofMissing
    return found
