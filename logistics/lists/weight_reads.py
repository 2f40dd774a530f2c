"""Read what weighs how much in a programme's ranking."""

import datetime as dt
from collections.abc import Mapping

from logistics.kernel.ranking import PARTS, Weights, WeightsRefused
from logistics.kernel.refusals import Missing
from logistics.lists.models import WeightsRevision
from logistics.parties.models import Programme
from logistics.parties.proposals import ProposalState

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
