"""Proofs of delivery: which scan names which, whose bytes arrived, what is late, and what is erased with a family.

A proof counts when its hash is in the scan; the delivery is DELIVERED with proofs pending until the bytes arrive. Bytes
may also come before their scan. Both sides look for the other when they are written; where two transactions miss each
other, `proofs_late` and `age_out_proofs` look again before anything is said or thrown away.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q, QuerySet

from logistics.deliveries.desk import Judged
from logistics.deliveries.models import ScanEvent, ScanProof
from logistics.households.models import Household, ScanDetail
from logistics.households.proof_models import KeptProof
from logistics.households.proofs import (
    UNCLAIMED_KEPT,
    ProofMissing,
    claim_proofs,
    drop_bytes,
    erase_bytes,
    find_proof,
    keep_bytes,
    read_proof,
    refuse_bytes,
    require_hash,
    unclaimed_since,
)
from logistics.households.reasons import checked_reason
from logistics.journal.history import Revision
from logistics.journal.revisions import note_changed, revisions_of
from logistics.kernel.proofs import FILE_KINDS
from logistics.needs.photos import named_by_visits, note_photo_arrived
from logistics.parcels.models import Parcel
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.photos import Photo
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

# What the history of a family says of an erasure: how much went.
ERASED_FIELD = "scans_erased"
# A device that has been on a mountain is back by then.
PROOFS_LATE_AFTER = dt.timedelta(hours=72)


def keep_proof(*, actor: Actor, sha256: str, data: bytes, now: dt.datetime) -> tuple[KeptProof, bool]:
    """Keep the bytes of a proof, and whether they are new here; the same again changes nothing.

    Refuses ProofHashDiffers, ProofNotAnImage, PhotoTooLarge, ProofsUnclaimed. What was erased is not kept again.
    """
    require_hash(sha256=sha256, data=data)
    standing = find_proof(organisation_id=actor.organisation.id, sha256=sha256)
    if standing is not None:
        return standing, False
    try:
        return _keep(actor=actor, photo=read_proof(data), now=now), True
    except IntegrityError:
        # The same bytes came twice at once; the other is kept.
        standing = find_proof(organisation_id=actor.organisation.id, sha256=sha256)
        if standing is None:
            raise
        return standing, False


@action
def _keep(*, actor: Actor, photo: Photo, now: dt.datetime) -> KeptProof:
    named = ScanProof.objects.filter(sha256=photo.sha256, keeper_id=actor.organisation.id)
    is_of_visit = note_photo_arrived(keeper_id=actor.organisation.id, sha256=photo.sha256, now=now)
    row = keep_bytes(actor=actor, photo=photo, is_claimed=is_of_visit or named.exists(), now=now)
    named.filter(arrived_at__isnull=True).update(arrived_at=now)
    return row


def proofs_of_scans(*, actor: Actor, judged: Sequence[Judged], now: dt.datetime) -> list[ScanProof]:
    """Make the rows for the proofs that new scans name, inside the caller's transaction, and tell which are pending."""
    named = [
        (found, found.parcel, kind, sha256)
        for found in judged
        if found.is_new and found.parcel
        for kind, sha256 in found.scan.proofs
        if kind in FILE_KINDS
    ]
    if not named:
        return []
    keeper_id = actor.organisation.id
    arrived = claim_proofs(organisation_id=keeper_id, hashes={sha256 for *_, sha256 in named}, now=now)
    for found, *_ in named:
        pending = [sha256 for kind, sha256 in found.scan.proofs if kind in FILE_KINDS and sha256 not in arrived]
        if pending:
            found.facts["proofs_pending"] = pending
    return [
        ScanProof(
            id=new_id(),
            scan_id=found.scan.scan_id,
            parcel=parcel,
            organisation_id=parcel.organisation_id,
            keeper_id=keeper_id,
            kind=kind,
            sha256=sha256,
            received_at=now,
            arrived_at=now if sha256 in arrived else None,
        )
        for found, parcel, kind, sha256 in named
    ]


def proofs_late(organisation: Organisation, now: dt.datetime) -> "QuerySet[ScanProof]":
    """Return the proofs whose bytes have not come within 72 hours of their scan, oldest first."""
    rows = ScanProof.objects.filter(organisation_id__in=organisation_ids_below(organisation))
    kept = KeptProof.objects.filter(sha256=OuterRef("sha256"), organisation_id=OuterRef("keeper_id"))
    late = rows.filter(~Exists(kept), arrived_at__isnull=True, received_at__lte=now - PROOFS_LATE_AFTER)
    return late.select_related("parcel__code", "parcel__programme").order_by("received_at", "id")


def proofs_of(parcel: Parcel) -> list[tuple[ScanProof, KeptProof | None]]:
    """List the proofs of a parcel with their bytes, as far as these have arrived."""
    rows = list(ScanProof.objects.filter(parcel=parcel).order_by("received_at", "id"))
    kept = {(row.organisation_id, row.sha256): row for row in kept_of_proofs(rows)}
    return [(row, kept.get((row.keeper_id, row.sha256))) for row in rows]


def get_kept(*, parcel: Parcel, proof_id: uuid.UUID) -> tuple[ScanProof, KeptProof]:
    """Return a proof of a parcel with its bytes. Refuses ProofMissing."""
    for row, kept in proofs_of(parcel):
        if row.id == proof_id and kept is not None:
            return row, kept
    raise ProofMissing


@action
def age_out_proofs(*, now: dt.datetime) -> int:
    """Take away bytes whose scan has not come for 30 days, a bounded number at once. Return how many went."""
    old = unclaimed_since(now - UNCLAIMED_KEPT)
    named = set(ScanProof.objects.filter(_same(old)).values_list("keeper_id", "sha256")) if old else set()
    named |= named_by_visits([(row.organisation_id, row.sha256) for row in old])
    for organisation_id, sha256 in named:
        claim_proofs(organisation_id=organisation_id, hashes=[sha256], now=now)
        ScanProof.objects.filter(keeper_id=organisation_id, sha256=sha256, arrived_at=None).update(arrived_at=now)
        note_photo_arrived(keeper_id=organisation_id, sha256=sha256, now=now)
    return drop_bytes(proofs=[row for row in old if (row.organisation_id, row.sha256) not in named])


@action
def erase_scans_of(*, actor: Actor, household: Household, reason: str, now: dt.datetime, erased_above: int = 0) -> int:
    """Erase what scans keep of a family: the bytes of proofs, positions, collectors, notes. Return how many went.

    The scans stand, with hashes and commitments that say nothing any more; who erased, when, why and how much stands in
    the family's history, sealed. `erased_above` is what a room above erased with it.
    Refuses ReasonMissing, ReasonTooLong.
    """
    why = checked_reason(reason)
    scans = ScanEvent.objects.filter(Q(parcel__household=household) | Q(household_id=household.id))
    rows = list(ScanProof.objects.filter(scan__in=scans))
    details, _ = ScanDetail.objects.filter(scan_id__in=scans.values("id")).delete()
    count = erased_above + details + erase_bytes(proofs=kept_of_proofs(rows), now=now)
    note_changed(household, before={}, after={ERASED_FIELD: count}, cause=actor.cause(now, why))
    return count


def erasures_of(household: Household) -> list[Revision]:
    """List the times when what scans keep of a family was erased, newest first."""
    return [row for row in revisions_of(household) if ERASED_FIELD in row.after]


def kept_of_proofs(rows: Sequence[ScanProof]) -> "QuerySet[KeptProof] | list[KeptProof]":
    """Return the bytes that are kept for proofs which scans name."""
    if not rows:
        return []
    pairs = Q()
    for row in rows:
        pairs |= Q(organisation_id=row.keeper_id, sha256=row.sha256)
    return KeptProof.objects.filter(pairs)


def forget_proofs(rows: Sequence[ScanProof], *, now: dt.datetime) -> int:
    """Erase the bytes that proofs name, also those which have not come yet; returns how many were there."""
    refuse_bytes(((row.keeper_id, row.sha256) for row in rows if row.arrived_at is None), now=now)
    return erase_bytes(proofs=kept_of_proofs(rows), now=now)


def _same(proofs: Collection[KeptProof]) -> Q:
    pairs = Q()
    for proof in proofs:
        pairs |= Q(keeper_id=proof.organisation_id, sha256=proof.sha256)
    return pairs
