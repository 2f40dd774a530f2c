"""What a bundle covers: whose books, which days, known at which moment, up to which checkpoint."""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Max, Min, QuerySet

from logistics.journal.log import EVERYBODY, SealedLeaf, SignedCheckpoint, UnsealedLeaf
from logistics.journal.models import JournalEntry
from logistics.journal.sealing import latest_checkpoint
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.kernel.sampling import SAMPLE_SIZE_MAX, SEED_LENGTH_MAX
from logistics.ledgers.scope import LedgerScope
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation

SAMPLE_SIZE = 60


class BundlePeriodWrong(Unacceptable):
    code = "bundle_period_wrong"
    zh = "期间的第一天不能晚于最后一天。"
    en = "The first day of the period cannot lie behind the last."


class SampleOutOfBounds(Unacceptable):
    code = "sample_out_of_bounds"
    zh = "样本为 1 到 {most} 笔，种子为 1 到 {length} 个可见字符。"
    en = "A sample has between 1 and {most} lines, and a seed between 1 and {length} printable characters."


class OldCheckpointUnknown(Unacceptable):
    code = "old_checkpoint_unknown"
    zh = "这不是本日志签署过的校验点。"
    en = "That is no checkpoint which this log has signed."


class EntriesUnsealed(Conflicting):
    code = "entries_unsealed"
    zh = "有分录尚未编入校验点，请几秒后再试。"
    en = "Some entries are not under a checkpoint yet; try again in a few seconds."


@dataclass(frozen=True)
class Asked:
    """What somebody asks a bundle to cover. Days are included at both ends."""

    organisation: Organisation
    from_on: dt.date
    to_on: dt.date
    as_of: dt.date | None = None
    known_at: dt.datetime | None = None
    seed: str = ""
    sample_size: int = SAMPLE_SIZE
    old_checkpoint: str = ""

    def checked(self) -> "Asked":
        """Return it as it is. Refuses BundlePeriodWrong, SampleOutOfBounds, OldCheckpointUnknown."""
        if self.from_on > self.until:
            raise BundlePeriodWrong(pointer="/from")
        is_seed = len(self.seed) <= SEED_LENGTH_MAX and (not self.seed or self.seed.isprintable())
        if not is_seed or not 1 <= self.sample_size <= SAMPLE_SIZE_MAX:
            raise SampleOutOfBounds(most=SAMPLE_SIZE_MAX, length=SEED_LENGTH_MAX, pointer="/seed")
        if self.old_checkpoint and find_checkpoint(self.old_checkpoint) is None:
            raise OldCheckpointUnknown(pointer="/old_checkpoint")
        return self

    @property
    def until(self) -> dt.date:
        """The last day that counts."""
        return min(self.to_on, self.as_of or self.to_on)


def find_checkpoint(note: str) -> SignedCheckpoint | None:
    """Find the checkpoint that this note is, or None."""
    lines = note.split("\n")
    size = int(lines[1]) if len(lines) > 1 and lines[1].isdigit() and len(lines[1]) < 19 else -1
    return SignedCheckpoint.objects.filter(size=size, note=note).first()


class Bundle:
    """A bundle about to be made: what was asked, and the part of the log that answers it."""

    def __init__(self, asked: Asked) -> None:
        """Choose the checkpoint. Refuses CheckpointMissing, EntriesUnsealed."""
        self.asked = asked
        below = Organisation.objects.filter(id__in=organisation_ids_below(asked.organisation)).order_by("path")
        self.organisations = list(below)
        self.own = {organisation.id for organisation in self.organisations}
        # Who sees every body of the installation sees every leaf.
        self.is_whole = Organisation.objects.count() == len(self.own)
        entries = JournalEntry.objects.filter(organisation_id__in=self.own)
        if asked.known_at is None:
            self.checkpoint = latest_checkpoint()
            self.known_at = _settled(entries, self.checkpoint)
        else:
            self.known_at = asked.known_at
            self.checkpoint = _covering(entries.filter(posted_at__lte=asked.known_at))

    @cached_property
    def old(self) -> SignedCheckpoint | None:
        """The checkpoint that the auditor kept."""
        return find_checkpoint(self.asked.old_checkpoint) if self.asked.old_checkpoint else None

    @property
    def scope(self) -> LedgerScope:
        """What its ledgers cover."""
        return LedgerScope(
            organisation=self.asked.organisation,
            from_on=self.asked.from_on,
            to_on=self.asked.to_on,
            as_of=self.asked.as_of,
            known_at=self.known_at,
        )

    def owns(self, *organisation_ids: uuid.UUID) -> bool:
        """Tell whether a fact may be shown: its own body's, or everybody's."""
        return any(found in self.own or found == EVERYBODY for found in organisation_ids)


def _settled(entries: "QuerySet[JournalEntry]", checkpoint: SignedCheckpoint) -> dt.datetime:
    """Return the moment of a checkpoint; where something still waited then, the moment before that was posted."""
    waiting = UnsealedLeaf.objects.filter(leaf__kind="ENTRY").values("leaf__subject_id")
    first = entries.filter(id__in=waiting).aggregate(first=Min("posted_at"))["first"]
    return checkpoint.signed_at if first is None else min(checkpoint.signed_at, first - dt.timedelta(microseconds=1))


def _covering(entries: "QuerySet[JournalEntry]") -> SignedCheckpoint:
    """Choose the first checkpoint over all of these entries: the same one for ever. Refuses EntriesUnsealed."""
    if UnsealedLeaf.objects.filter(leaf__kind="ENTRY", leaf__subject_id__in=entries.values("id")).exists():
        raise EntriesUnsealed
    sealed = SealedLeaf.objects.filter(leaf__kind="ENTRY", leaf__subject_id__in=entries.values("id"))
    last = sealed.aggregate(last=Max("id"))["last"]
    found = SignedCheckpoint.objects.filter(size__gt=-1 if last is None else last).order_by("size").first()
    return found or latest_checkpoint()
