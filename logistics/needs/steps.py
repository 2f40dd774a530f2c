"""Write steps of needs down, and conclude from all steps how each need stands."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.kernel.need_states import WITHDRAWN, NeedFact, Standing, standing_of
from logistics.needs.models import HomeVisit, Need, NeedStep
from logistics.needs.sealed import leaf_of_step
from logistics.storage.rows import new_id

_CONCLUDED = ("state", "state_since", "urgency", "confirmed_at", "has_helped")


@dataclass(frozen=True)
class StepInput:
    """A step about to be written: what, of which need, when, with the texts that only the vault keeps."""

    need_id: uuid.UUID
    step: str
    happened_at: dt.datetime
    texts: Mapping[str, str] = field(default_factory=dict)
    step_id: uuid.UUID = field(default_factory=new_id)
    urgency: int | None = None
    body: str = ""
    answers_id: uuid.UUID | None = None
    answered_on: dt.date | None = None
    by_kind: str = ""
    by_id: uuid.UUID | None = None
    by_code: str = ""


@dataclass(frozen=True)
class Hand:
    """Whose hand writes: which household it is about, which body and who (None: nobody), during which visit, heard of
    when.
    """

    household_id: uuid.UUID
    organisation_id: uuid.UUID
    actor_id: uuid.UUID | None
    received_at: dt.datetime
    visit: HomeVisit | None = None


def add_steps(hand: Hand, steps: Sequence[StepInput]) -> list[NeedStep]:
    """Write steps down and seal them, inside the caller's transaction."""
    kept = keep_texts({step.step_id: {name: text for name, text in step.texts.items() if text} for step in steps})
    rows = [
        NeedStep(
            id=step.step_id,
            need_id=step.need_id,
            household_id=hand.household_id,
            organisation_id=hand.organisation_id,
            visit=hand.visit,
            step=step.step,
            happened_at=step.happened_at,
            received_at=hand.received_at,
            actor_id=hand.actor_id,
            urgency=step.urgency,
            body=step.body,
            answers_id=step.answers_id,
            answered_on=step.answered_on,
            by_kind=step.by_kind,
            by_id=step.by_id,
            by_code=step.by_code,
            commitments=kept.get(step.step_id, {}),
        )
        for step in steps
    ]
    NeedStep.objects.bulk_create(rows)
    append_leaves([leaf_of_step(row) for row in rows])
    return rows


def conclude(need_ids: Collection[uuid.UUID]) -> None:
    """Let needs say what follows from their steps now. The caller holds the household of each."""
    needs = list(Need.objects.filter(id__in=need_ids))
    steps = steps_that_count(needs)
    for need in needs:
        found = standing_of(map(_fact, steps.get(need.id, [])))
        _set(need, found)
    Need.objects.bulk_update(needs, _CONCLUDED)


def steps_that_count(needs: Iterable[Need]) -> dict[uuid.UUID, list[NeedStep]]:
    """Return the steps of needs, oldest first, without those of visits that were taken back.

    A step that a visit to another family made names a need by mistake: it counts for none.
    """
    households = {need.id: need.household_id for need in needs}
    rows = list(NeedStep.objects.filter(need_id__in=households).select_related("visit").order_by("happened_at", "id"))
    gone = visits_taken_back({row.visit for row in rows if row.visit is not None})
    found: dict[uuid.UUID, list[NeedStep]] = defaultdict(list)
    for row in rows:
        if row.visit_id not in gone and row.household_id == households[row.need_id]:
            found[row.need_id].append(row)
    return found


def visits_taken_back(visits: Collection[HomeVisit]) -> set[uuid.UUID]:
    """Return which of these visits their own device has taken back. What takes back is itself taken back by none."""
    known = {visit.id: visit for visit in visits}
    undoing = HomeVisit.objects.filter(undoes_id__in=known).values_list("undoes_id", "device_id", "household_id")
    return {
        visit_id
        for visit_id, device_id, household_id in undoing
        if visit_id
        and (known[visit_id].device_id, known[visit_id].household_id) == (device_id, household_id)
        and known[visit_id].undoes_id is None
    }


def _fact(row: NeedStep) -> NeedFact:
    return NeedFact(row.step, row.happened_at, str(row.id), row.urgency)


def _set(need: Need, standing: Standing | None) -> None:
    if standing is None:
        need.state, need.has_helped = WITHDRAWN, None
        return
    for name in _CONCLUDED:
        setattr(need, name, getattr(standing, name))
