"""What one person proposes and another approves; only then is it booked. Decided once, for ever."""

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet

from logistics.journal.models import JournalEntry
from logistics.kernel.canonical import CanonicalValue
from logistics.kernel.refusals import Conflicting, Missing, NotAllowed, Unacceptable
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.references import content_sha256, repeated
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField
from logistics.storage.transactions import action
from logistics.storage.triggers import Trigger, decided_once_erasable

CLOCK_TOLERANCE = dt.timedelta(days=1)
_DECIDED = ("state", "decided_at", "decided_by_id", "entry_id")
_SHA256 = re.compile(r"[0-9a-f]{64}")
P = TypeVar("P", bound="Proposal")


class ProposalMissing(Missing):
    code = "proposal_missing"
    zh = "没有找到这份提议。"
    en = "There is no such proposal."


class ProposalDecided(Conflicting):
    code = "proposal_decided"
    zh = "这份提议的状态已是 {state}。"
    en = "This proposal is {state} already."


class ProposalApprovedByProposer(NotAllowed):
    code = "proposal_approved_by_proposer"
    zh = "提出的人不能自己审批。"
    en = "Who proposed this may not approve it."


class EvidenceRequired(Unacceptable):
    code = "evidence_required"
    zh = "须附证明文件的 SHA-256。"
    en = "The SHA-256 of the document that proves this is needed."


class HappenedInFuture(Unacceptable):
    code = "happened_in_future"
    zh = "发生时间不能在将来。"
    en = "This cannot have happened in the future."


class ProposalState(models.TextChoices):
    """How far a proposal has come."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class Proposal(Row):
    """One person's proposal. Approving it books `entry`; what was proposed never changes."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    # Whose reference this is: the holder of the key, or the organisation for a person at a page.
    partner_id = models.UUIDField()
    reference = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    # May name whoever money went to or came from.
    reason = EncryptedTextField(blank=True, default="")
    evidence_sha256 = models.CharField(max_length=64)
    # When it happened in the world.
    happened_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ProposalState.choices, default=ProposalState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["partner_id", "reference"], name="%(app_label)s_%(class)s_reference_once"),
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | (Q(decided_by_id__isnull=False, entry__isnull=False) & ~Q(decided_by_id=F("proposed_by_id"))),
                name="%(app_label)s_%(class)s_approved_by_another",
            ),
        ]


def proposal_triggers(
    model: type[Proposal], *columns: str, unique_keys: Sequence[Sequence[str] | str] = ()
) -> list[Trigger]:
    """Declare that rows of a kind of proposal are decided once; `columns` and `unique_keys` are those beyond every
    proposal's.
    """
    own = ["organisation_id", "partner_id", "reference", "request_sha256", "evidence_sha256", "happened_at"]
    fixed = [*own, "proposed_at", "proposed_by_id", *columns]
    keys = [("partner_id", "reference"), ("entry_id",), *unique_keys]
    return decided_once_erasable(model._meta.db_table, fixed, _DECIDED, "reason", *keys)


def require_evidence(sha256: str, pointer: str = "/evidence_sha256") -> None:
    """Refuse EvidenceRequired for what is no SHA-256 in lower-case hexadecimal."""
    if not _SHA256.fullmatch(sha256):
        raise EvidenceRequired(pointer=pointer)


def require_past(happened_at: dt.datetime, now: dt.datetime, pointer: str = "/happened_at") -> None:
    """Refuse HappenedInFuture beyond what clocks may differ."""
    if happened_at > now + CLOCK_TOLERANCE:
        raise HappenedInFuture(pointer=pointer)


def propose(
    model: type[P],
    content: list[CanonicalValue],
    *,
    actor: Actor,
    organisation: Organisation,
    reference: str,
    reason: str,
    evidence_sha256: str,
    happened_at: dt.datetime,
    now: dt.datetime,
    **values: Any,
) -> tuple[P, bool]:
    """Store a proposal, or return the one that stands for this reference. Returns (proposal, is new).

    Call it inside an action. Refuses EvidenceRequired, HappenedInFuture, ReferenceReused.
    """
    require_evidence(evidence_sha256)
    require_past(happened_at, now)
    told = [organisation.code, reason, evidence_sha256, happened_at.astimezone(dt.UTC).isoformat(), *content]
    request_sha256 = content_sha256(told)
    standing = model._default_manager.filter(partner_id=actor.reference_owner, reference=reference)
    earlier = repeated(standing, request_sha256)
    if earlier is not None:
        return earlier, False
    row = model._default_manager.create(
        organisation=organisation,
        partner_id=actor.reference_owner,
        reference=reference,
        request_sha256=request_sha256,
        reason=reason,
        evidence_sha256=evidence_sha256,
        happened_at=happened_at,
        proposed_at=now,
        proposed_by_id=actor.holder_id,
        **values,
    )
    return row, True


def to_approve(row: P, actor: Actor) -> P:
    """Lock a proposal that somebody else may approve. Refuses ProposalDecided, ProposalApprovedByProposer."""
    locked = _waiting(row)
    if locked.proposed_by_id == actor.holder_id:
        raise ProposalApprovedByProposer
    return locked


def approved(row: P, *, actor: Actor, entry: JournalEntry, now: dt.datetime) -> P:
    """Note that a locked proposal is approved and booked."""
    row.entry = entry
    return _decided(row, ProposalState.APPROVED, actor, now)


@action
def reject(row: P, *, actor: Actor, now: dt.datetime) -> P:
    """Reject a proposal, or take back one's own; nothing is booked. Refuses ProposalDecided."""
    return _decided(_waiting(row), ProposalState.REJECTED, actor, now)


def visible_proposals(model: type[P], organisation: Organisation) -> "QuerySet[P]":
    """Return the proposals of a kind in an organisation and below it, newest first."""
    rows = model._default_manager.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("organisation", "entry").order_by("-id")


def get_proposal(model: type[P], *, proposal_id: uuid.UUID, organisation: Organisation) -> P:
    """Return the proposal with this id. Refuses ProposalMissing, also for another organisation's."""
    found = visible_proposals(model, organisation).filter(id=proposal_id).first()
    if found is None:
        raise ProposalMissing
    return found


def _waiting(row: P) -> P:
    locked: P = type(row)._default_manager.select_for_update(of=("self",)).get(id=row.id)
    if locked.state != ProposalState.PROPOSED:
        raise ProposalDecided(state=locked.state)
    return locked


def _decided(row: P, state: str, actor: Actor, now: dt.datetime) -> P:
    row.state, row.decided_at, row.decided_by_id = state, now, actor.holder_id
    row.save(update_fields=["state", "decided_at", "decided_by_id", "entry"])
    return row
