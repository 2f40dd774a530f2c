"""What weighs how much in a programme's ranking: dated revisions, proposed by one person, approved by another."""

import datetime as dt

from django.db.models import Max

from logistics.journal.leaves import append_leaves, said
from logistics.journal.postings import LeafData
from logistics.journal.revisions import REASON_LENGTH_MAX, REASON_LENGTH_MIN, ChangeUnexplained
from logistics.kernel.canonical import leaf_bytes
from logistics.kernel.ranking import Weights
from logistics.lists.models import WeightsRevision
from logistics.lists.weight_reads import weights_json
from logistics.parties.access import require_own_master
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.parties.proposals import ProposalApprovedByProposer, ProposalDecided, ProposalState
from logistics.storage.transactions import action


@action
def propose_weights(
    *, actor: Actor, programme: Programme, weights: Weights, in_force_from: dt.date, reason: str, now: dt.datetime
) -> WeightsRevision:
    """Propose other weights from a day on: nothing changes until another person approves them.

    Refuses MasterOfAnother, ChangeUnexplained.
    """
    require_own_master(programme, actor.organisation)
    if not REASON_LENGTH_MIN <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise ChangeUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    # Locked, so that two revisions at once get two numbers.
    Programme.objects.select_for_update().get(id=programme.id)
    last = WeightsRevision.objects.filter(programme=programme).aggregate(last=Max("number"))["last"] or 0
    return WeightsRevision.objects.create(
        programme=programme,
        number=last + 1,
        weights=weights_json(weights),
        in_force_from=in_force_from,
        reason=reason.strip(),
        proposed_at=now,
        proposed_by_id=actor.holder_id,
    )


@action
def approve_weights(*, actor: Actor, revision: WeightsRevision, now: dt.datetime) -> WeightsRevision:
    """Approve proposed weights. Refuses MasterOfAnother, ProposalDecided, ProposalApprovedByProposer."""
    locked = _waiting(actor, revision)
    if locked.proposed_by_id == actor.holder_id:
        raise ProposalApprovedByProposer
    decided = _decided(locked, ProposalState.APPROVED, actor, now)
    append_leaves([leaf_of_weights(decided)])
    return decided


@action
def reject_weights(*, actor: Actor, revision: WeightsRevision, now: dt.datetime) -> WeightsRevision:
    """Reject proposed weights, or take back one's own. Refuses MasterOfAnother, ProposalDecided."""
    return _decided(_waiting(actor, revision), ProposalState.REJECTED, actor, now)


def leaf_of_weights(row: WeightsRevision) -> LeafData:
    """Say approved weights in canonical bytes."""
    data = leaf_bytes("WEIGHTS", {"weights": said(row)})
    return LeafData("WEIGHTS", row.id, data, row.programme.organisation_id)


def _waiting(actor: Actor, revision: WeightsRevision) -> WeightsRevision:
    require_own_master(revision.programme, actor.organisation)
    locked = WeightsRevision.objects.select_for_update(of=("self",)).select_related("programme").get(id=revision.id)
    if locked.state != ProposalState.PROPOSED:
        raise ProposalDecided(state=locked.state)
    return locked


def _decided(row: WeightsRevision, state: str, actor: Actor, now: dt.datetime) -> WeightsRevision:
    row.state, row.decided_at, row.decided_by_id = state, now, actor.holder_id
    row.save(update_fields=["state", "decided_at", "decided_by_id"])
    return row
