"""What weighs how much in a programme's ranking: dated revisions, proposed by one person, approved by another."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import Max

from logistics.journal.leaves import append_leaves, said
from logistics.journal.postings import LeafData
from logistics.journal.revisions import REASON_LENGTH_MAX, REASON_LENGTH_MIN, ChangeUnexplained
from logistics.kernel.canonical import leaf_bytes
from logistics.kernel.ranking import PARTS, Weights, WeightsRefused
from logistics.kernel.refusals import Missing
from logistics.lists.models import WeightsRevision
from logistics.parties.access import require_own_master
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.parties.proposals import ProposalApprovedByProposer, ProposalDecided, ProposalState
from logistics.storage.transactions import action

HARDSHIPS_MAX = 100
# Where nobody has set weights, who has waited longest comes first.
PLAIN = Weights(waiting=1)


class WeightsMissing(Missing):
    code = "weights_missing"
    zh = "没有找到这一版权重。"
    en = "There is no such revision of the weights."


def weights_of(value: Mapping[str, object]) -> Weights:
    """Read weights from their stored or sent form. Refuses WeightsRefused, also for unknown keys."""
    hardships = value.get("hardships", {})
    if set(value) - {"hardships", *PARTS} or not isinstance(hardships, Mapping) or len(hardships) > HARDSHIPS_MAX:
        raise WeightsRefused(weight="hardships", most=10_000, pointer="/weights")
    parts = {name: value.get(name, 0) for name in PARTS}
    return Weights({str(name): points for name, points in hardships.items()}, **parts)  # type: ignore[arg-type]  # -- Weights refuses what is no number


def weights_json(weights: Weights) -> dict[str, object]:
    """Write weights in their stored form."""
    return {"hardships": dict(weights.hardships), **{name: getattr(weights, name) for name in PARTS}}


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


def weights_in_force(programme: Programme, on: dt.date) -> WeightsRevision | None:
    """Return the newest approved revision that has begun on a day; None where there is none."""
    rows = WeightsRevision.objects.filter(programme=programme, state=ProposalState.APPROVED, in_force_from__lte=on)
    return rows.order_by("-in_force_from", "-number").first()


def get_weights(*, programme: Programme, number: int) -> WeightsRevision:
    """Return a numbered revision of a programme's weights. Refuses WeightsMissing."""
    found = WeightsRevision.objects.filter(programme=programme, number=number).first()
    if found is None:
        raise WeightsMissing
    return found


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
