"""Keep, show and erase the bytes of proofs: signatures, photos, cut-outs of signed sheets."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Iterable

from logistics.households.proof_models import KeptProof, ProofView
from logistics.households.reasons import checked_reason, keep_reasons
from logistics.journal.committed import erase_texts
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.parties.actors import Actor
from logistics.storage.camera_notes import without_camera_notes
from logistics.storage.locked_files import lock_away, throw_away, unlocked
from logistics.storage.photos import Photo, PhotoUnreadable, plain_jpeg, read_photo
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

PROOF_BYTES_MAX = 8 * 1024 * 1024
# A device that sends photos and no scans fills the disk: as many may wait for theirs.
UNCLAIMED_MAX = 2_000
UNCLAIMED_KEPT = dt.timedelta(days=30)
# How many of the oldest are cleared out at once.
AGED_OUT_MAX = 200
# Whoever has said why may look for so long without saying it again.
LOOK_MINUTES = 10
SHOWN_PIXELS_MAX = 1_600
SHOWN_QUALITY = 85


class ProofHashDiffers(Unacceptable):
    code = "proof_hash_differs"
    zh = "收到的内容与声明的哈希不符（收到 {found}），请重新上传。"
    en = "What arrived has another hash ({found}) than was said; send it again."


class ProofNotAnImage(Unacceptable):
    code = "proof_not_an_image"
    zh = "签收凭证须为可以读取的 JPEG 或 PNG 图片。"
    en = "A proof is a JPEG or PNG picture that can be read."


class ProofsUnclaimed(Conflicting):
    code = "proofs_unclaimed"
    zh = "已有 {most} 份凭证没有对应的扫码，请先提交扫码。"
    en = "{most} proofs wait for their scans already; hand in the scans first."


class ProofMissing(Missing):
    code = "proof_bytes_missing"
    zh = "这份凭证还没有上传，或已按规定删除。"
    en = "This proof has not arrived yet, or was erased."


def find_proof(*, organisation_id: uuid.UUID, sha256: str) -> KeptProof | None:
    """Find what an organisation keeps under a hash, also when it was erased, or None."""
    return KeptProof.objects.filter(organisation_id=organisation_id, sha256=sha256).first()


def require_hash(*, sha256: str, data: bytes) -> None:
    """Refuse bytes with another hash than was said, with ProofHashDiffers."""
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ProofHashDiffers(found=found)


def read_proof(data: bytes) -> Photo:
    """Look at the bytes of a proof. Refuses ProofNotAnImage, PhotoTooLarge."""
    try:
        return read_photo(data)
    except PhotoUnreadable:
        raise ProofNotAnImage from None


@action
def keep_bytes(*, actor: Actor, photo: Photo, is_claimed: bool, now: dt.datetime) -> KeptProof:
    """Lock the bytes of a proof away, without what a camera wrote beside the picture: no place reaches the disk.

    Our own devices send none, so that what is kept has the hash that the scan names; of what others send, both hashes
    are kept. Refuses ProofsUnclaimed for one more that no scan names.
    """
    if not is_claimed:
        waiting = KeptProof.objects.filter(organisation_id=actor.organisation.id, claimed_at__isnull=True)
        if waiting.filter(received_from_id=actor.holder_id).count() >= UNCLAIMED_MAX:
            raise ProofsUnclaimed(most=UNCLAIMED_MAX)
    kept = without_camera_notes(photo)
    row_id = new_id()
    path = f"proofs/{row_id.hex[-2:]}/{row_id.hex}"
    try:
        return KeptProof.objects.create(
            id=row_id,
            organisation_id=actor.organisation.id,
            sha256=photo.sha256,
            kept_sha256=None if kept is photo else kept.sha256,
            media_type=photo.media_type,
            size_bytes=len(kept.data),
            path=path,
            file_key=lock_away(kept.data, path),
            received_at=now,
            received_from_id=actor.holder_id,
            claimed_at=now if is_claimed else None,
        )
    except BaseException:
        throw_away(path)
        raise


def claim_proofs(*, organisation_id: uuid.UUID, hashes: Collection[str], now: dt.datetime) -> set[str]:
    """Say that scans name these hashes, inside the caller's transaction; return those whose bytes have arrived."""
    rows = KeptProof.objects.filter(organisation_id=organisation_id, sha256__in=list(hashes))
    found = dict(rows.values_list("sha256", "claimed_at"))
    fresh = [sha256 for sha256, claimed_at in found.items() if claimed_at is None]
    if fresh:
        rows.filter(sha256__in=fresh, claimed_at__isnull=True).update(claimed_at=now)
    return set(found)


def unclaimed_since(moment: dt.datetime) -> list[KeptProof]:
    """List proofs that no scan has named since before a moment, oldest first, a bounded number."""
    rows = KeptProof.objects.filter(claimed_at__isnull=True, received_at__lt=moment)
    return list(rows.order_by("received_at", "id")[:AGED_OUT_MAX])


@action
def drop_bytes(*, proofs: Iterable[KeptProof]) -> int:
    """Take proofs away that no scan names. Return how many went."""
    gone = list(proofs)
    KeptProof.objects.filter(id__in=[proof.id for proof in gone], claimed_at__isnull=True).delete()
    for proof in gone:
        throw_away(proof.path)
    return len(gone)


@action
def erase_bytes(*, proofs: Iterable[KeptProof], now: dt.datetime) -> int:
    """Destroy the keys of proofs, their files, and why somebody looked; the hashes stay, as sealed scans name them."""
    gone = [proof for proof in proofs if proof.erased_at is None]
    erase_texts(owner_ids=list(ProofView.objects.filter(proof__in=gone).values_list("id", flat=True)))
    KeptProof.objects.filter(id__in=[proof.id for proof in gone]).update(file_key="", erased_at=now)
    for proof in gone:
        throw_away(proof.path)
    return len(gone)


def refuse_bytes(named: Iterable[tuple[uuid.UUID, str]], *, now: dt.datetime) -> None:
    """Let what has not come yet, by keeper and hash, be kept no more when it comes, inside the caller's transaction.

    Whoever sends it then is told that it is here, and forgets it.
    """
    rows = [
        KeptProof(
            organisation_id=keeper_id,
            sha256=sha256,
            media_type="image/jpeg",
            size_bytes=0,
            path=f"proofs/erased/{new_id().hex}",
            received_at=now,
            received_from_id=keeper_id,
            claimed_at=now,
            erased_at=now,
        )
        for keeper_id, sha256 in sorted(set(named))
    ]
    # What came meanwhile stands, and is erased by whoever calls this.
    KeptProof.objects.bulk_create(rows, ignore_conflicts=True)


@action
def look_at_proof(*, proof: KeptProof, actor: Actor, reason: str, now: dt.datetime) -> ProofView:
    """Note who looks at a proof and why. Refuses ReasonMissing, ReasonTooLong."""
    row_id = new_id()
    kept = keep_reasons([row_id], checked_reason(reason))
    return ProofView.objects.create(
        id=row_id, proof=proof, viewer_id=actor.holder_id, reason_commitment=kept[row_id], viewed_at=now
    )


def has_said_why(*, proof: KeptProof, actor: Actor, now: dt.datetime) -> bool:
    """Tell whether somebody has noted a reason for looking a moment ago."""
    since = now - dt.timedelta(minutes=LOOK_MINUTES)
    return ProofView.objects.filter(proof=proof, viewer_id=actor.holder_id, viewed_at__gt=since).exists()


def original_of(proof: KeptProof) -> bytes:
    """Return the bytes of a proof as they are kept. Refuses ProofMissing."""
    if not proof.file_key:
        raise ProofMissing
    try:
        return unlocked(proof.path, proof.file_key)
    except FileNotFoundError:
        raise ProofMissing from None


def original_by_hash(*, organisation_id: uuid.UUID, sha256: str) -> bytes:
    """Return the bytes that an organisation sent under a hash. Refuses ProofMissing, also for another's."""
    proof = find_proof(organisation_id=organisation_id, sha256=sha256)
    if proof is None:
        raise ProofMissing
    return original_of(proof)


def shown_bytes(proof: KeptProof) -> bytes:
    """Return a proof as a JPEG to look at: upright, no larger than a screen, without what the camera wrote into it.

    Refuses ProofMissing.
    """
    return plain_jpeg(original_of(proof), longest=SHOWN_PIXELS_MAX, quality=SHOWN_QUALITY)
