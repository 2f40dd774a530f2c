"""Cancel what was booked by mistake: a mirror image in the open period, proposed by one and approved by another."""

import datetime as dt
from dataclasses import replace

from logistics.funds.money_models import Reversal
from logistics.journal.actions import EntryReversedAlready, mirror_of, post_entry
from logistics.journal.balances import UnitsNotThere
from logistics.journal.models import EntryKind, JournalEntry
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.proposals import ProposalState, approved, propose, to_approve
from logistics.storage.transactions import action

# What stands in the books alone. Parcels, purchases, grants and moves have rows of their own that must turn with them.
REVERSIBLE = frozenset({EntryKind.OPENING, EntryKind.DONATION, EntryKind.REFUND, EntryKind.INTEREST, EntryKind.COST})


class EntryNotReversible(Unacceptable):
    code = "entry_not_reversible"
    zh = "{kind} 类分录不能单独冲正，请用其自身的操作更正。"
    en = "An entry of the kind {kind} is not reversed alone; correct it by its own action."


class EntryUsedAlready(Conflicting):
    code = "entry_used_already"
    zh = "这笔分录带来的钱物已被使用，不能冲正；请先更正后面的分录，或只退还尚未使用的部分。"
    en = "What this entry brought has been used. Correct what followed first, or give back only what is unused."


@action
def propose_reversal(
    *,
    actor: Actor,
    entry: JournalEntry,
    reason: str,
    evidence_sha256: str,
    reference: str,
    now: dt.datetime,
) -> tuple[Reversal, bool]:
    """Propose to reverse an entry that was a mistake. Returns (proposal, is new).

    Refuses EntryNotReversible, EntryReversedAlready, EvidenceRequired, ReferenceReused.
    """
    if entry.kind not in REVERSIBLE or entry.reverses_id is not None:
        raise EntryNotReversible(kind=entry.kind, pointer="/entry")
    standing = Reversal.objects.filter(reverses=entry).exclude(state=ProposalState.REJECTED)
    if standing.exclude(partner_id=actor.reference_owner, reference=reference).exists():
        raise EntryReversedAlready(entry=str(entry.id), pointer="/entry")
    return propose(
        Reversal,
        [str(entry.id)],
        actor=actor,
        organisation=Organisation.objects.get(id=entry.organisation_id),
        reference=reference,
        reason=reason,
        evidence_sha256=evidence_sha256,
        # The mistake is found today: the correction belongs to today's period. Sent again, it is still the first.
        happened_at=_found_at(actor, reference, now),
        now=now,
        reverses=entry,
    )


@action
def approve_reversal(*, actor: Actor, reversal: Reversal, now: dt.datetime) -> Reversal:
    """Approve and book a reversal. Refuses ProposalDecided, ProposalApprovedByProposer, EntryReversedAlready,
    EntryUsedAlready.
    """
    row = to_approve(reversal, actor)
    mirror = mirror_of(row.reverses, now=now, reason_key=str(row.id), actor_id=row.proposed_by_id)
    posting = replace(mirror, approver_id=actor.holder_id, evidence_sha256=row.evidence_sha256)
    try:
        entry = post_entry(posting=posting, now=now)
    except UnitsNotThere as refusal:
        raise EntryUsedAlready from refusal
    return approved(row, actor=actor, entry=entry, now=now)


def _found_at(actor: Actor, reference: str, now: dt.datetime) -> dt.datetime:
    standing = Reversal.objects.filter(partner_id=actor.reference_owner, reference=reference)
    return standing.values_list("happened_at", flat=True).first() or now
