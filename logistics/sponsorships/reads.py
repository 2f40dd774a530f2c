"""Ask for sponsorships: the officer's view, the sponsor's page, the letters that wait, the children who grew out."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

from logistics.households.consents import has_consent_for
from logistics.households.family_models import ConsentScope
from logistics.journal.committed import texts_of
from logistics.kernel.eligibility import age_on
from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation
from logistics.sponsorships.access import visible_sponsorships
from logistics.sponsorships.actions import YEARS_MAX
from logistics.sponsorships.models import (
    Letter,
    LetterDecision,
    LetterWithdrawal,
    Sponsorship,
    SponsorshipGrant,
    SponsorshipStep,
    Stage,
)

# From this age on somebody looks whether the sponsorship has done what it was for; at university it goes on longer.
GROWN_AGE, GROWN_AGE_AT_UNIVERSITY = 18, 24
R = TypeVar("R", SponsorshipStep, SponsorshipGrant, Letter)


class SponsorshipMissing(Missing):
    code = "sponsorship_missing"
    zh = "没有找到这份结对。"
    en = "There is no such sponsorship."


class LetterMissing(Missing):
    code = "letter_missing"
    zh = "没有找到这封信。"
    en = "There is no such letter."


@dataclass(frozen=True)
class YearView:
    """One year of a sponsorship: when its grant is due, and whether it is DUE, OVERDUE, PLANNED or PAID."""

    year: int
    due_on: dt.date
    state: str
    grant_id: uuid.UUID | None


@dataclass(frozen=True)
class LetterView:
    """A letter for a door: its words as they came and as they were released, or why it was kept or taken back."""

    letter_id: uuid.UUID
    direction: str
    text: str
    decided: str
    state: str
    recorded_by_id: uuid.UUID | None
    recorded_at: dt.datetime
    withdrawn_by_id: uuid.UUID | None = None
    withdrawn_at: dt.datetime | None = None


@dataclass(frozen=True)
class SponsorshipView:
    """A sponsorship for a door. `thanks` and `end_reason` are empty while it goes on."""

    stage: str
    end_reason: str
    ended_on: dt.date | None
    thanks: str
    years: list[YearView]
    letters: list[LetterView]

    @property
    def is_running(self) -> bool:
        """Tell whether it goes on."""
        return not self.end_reason


def get_sponsorship(*, sponsorship_id: uuid.UUID, organisation: Organisation) -> Sponsorship:
    """Return the sponsorship with this id. Refuses SponsorshipMissing, also for another organisation's."""
    found = visible_sponsorships(organisation).filter(id=sponsorship_id).first()
    if found is None:
        raise SponsorshipMissing
    return found


def get_letter(*, letter_id: uuid.UUID, sponsorship: Sponsorship) -> Letter:
    """Return a letter of a sponsorship. Refuses LetterMissing."""
    found = Letter.objects.filter(id=letter_id, sponsorship=sponsorship).first()
    if found is None:
        raise LetterMissing
    return found


def sponsorship_by_code(code_id: uuid.UUID) -> Sponsorship | None:
    """Find the sponsorship whose page a code opens."""
    rows = Sponsorship.objects.select_related("organisation", "fund__programme", "member__household", "donor", "code")
    return rows.filter(code=code_id).first()


def sponsorship_view_for(row: Sponsorship, *, today: dt.date) -> SponsorshipView:
    """Say a sponsorship for those who look after it."""
    return sponsorship_views_for([row], today=today)[row.id]


def sponsorship_views_for(rows: Sequence[Sponsorship], *, today: dt.date) -> dict[uuid.UUID, SponsorshipView]:
    """Say sponsorships for those who look after them, by id, in as many statements for one as for many."""
    keys = [row.id for row in rows]
    steps = _by_sponsorship(SponsorshipStep.objects.filter(sponsorship__in=keys).order_by("position"))
    grants = _by_sponsorship(
        SponsorshipGrant.objects.filter(sponsorship__in=keys).select_related("grant").order_by("grant__planned_at")
    )
    kept = Letter.objects.filter(sponsorship__in=keys).select_related("decision", "withdrawal")
    letters = _by_sponsorship(kept.order_by("id"))
    ends = {key: next((step for step in found if step.end_reason), None) for key, found in steps.items()}
    owners = [owner for found in letters.values() for row in found for owner in _owners(row)]
    texts = texts_of([*(end.id for end in ends.values() if end), *owners])
    views = {}
    for row in rows:
        end = ends.get(row.id)
        views[row.id] = SponsorshipView(
            stage=next((step.stage for step in reversed(steps.get(row.id, [])) if step.stage), ""),
            end_reason=end.end_reason if end else "",
            ended_on=end.on if end else None,
            thanks=texts.get(end.id, {}).get("thanks", "") if end else "",
            years=_years(row, grants.get(row.id, []), end.on if end else today, today),
            letters=[_letter(one, texts) for one in letters.get(row.id, [])],
        )
    return views


def sponsor_view_for(row: Sponsorship, *, today: dt.date) -> SponsorshipView:
    """Say a sponsorship for its sponsor: only letters that were released, in those words, and their own.

    Where consent to a sponsor no longer stands, there are no letters from the child any more.
    """
    seen = sponsorship_view_for(row, today=today)
    agrees = has_consent_for(row.member, ConsentScope.SPONSOR, today)
    agrees_to_letters = agrees and has_consent_for(row.member, ConsentScope.LETTER, today)
    shown = [
        LetterView(one.letter_id, one.direction, "", one.decided, one.state, None, one.recorded_at)
        for one in seen.letters
        if one.state == "RELEASED" and (one.direction == "TO_CHILD" or agrees_to_letters)
    ]
    return SponsorshipView(seen.stage, seen.end_reason, seen.ended_on, seen.thanks, seen.years, shown)


def letters_waiting(organisation: Organisation) -> "QuerySet[Letter]":
    """Return the letters that nobody has decided about, oldest first; of a child that was erased no word is left."""
    rows = Letter.objects.filter(sponsorship__in=visible_sponsorships(organisation).order_by(), decision__isnull=True)
    rows = rows.filter(sponsorship__member__erased_at=None, sponsorship__member__household__erased_at=None)
    return rows.select_related("sponsorship").order_by("recorded_at", "id")


def running(organisation: Organisation) -> "QuerySet[Sponsorship]":
    """Return the sponsorships that go on, newest first."""
    return visible_sponsorships(organisation).exclude(steps__end_reason__gt="")


def outgrown(organisation: Organisation, today: dt.date) -> list[Sponsorship]:
    """List the sponsorships whose child has grown out of them: somebody ends them with thanks."""
    rows = list(running(organisation).filter(member__born_on__isnull=False))
    stages: dict[uuid.UUID, str] = {}
    for step in SponsorshipStep.objects.filter(sponsorship__in=rows).exclude(stage="").order_by("position"):
        stages[step.sponsorship_id] = step.stage
    grown = []
    for row in rows:
        limit = GROWN_AGE_AT_UNIVERSITY if stages.get(row.id) == Stage.UNIVERSITY else GROWN_AGE
        if row.member.born_on and age_on(row.member.born_on, today) >= limit:
            grown.append(row)
    return grown


def _by_sponsorship(rows: "QuerySet[R]") -> dict[uuid.UUID, list[R]]:
    found: dict[uuid.UUID, list[R]] = defaultdict(list)
    for row in rows:
        found[row.sponsorship_id].append(row)
    return found


def _years(row: Sponsorship, grants: list[SponsorshipGrant], until: dt.date, today: dt.date) -> list[YearView]:
    planned = {one.year: one.grant for one in grants}
    years = []
    for year in range(YEARS_MAX):
        due_on = _anniversary(row.started_on, year)
        if due_on > until and year not in planned and year:
            break
        grant = planned.get(year)
        if grant is None or grant.state == "RETURNED":
            state = "OVERDUE" if due_on < today else "DUE"
        else:
            state = "PAID" if grant.state == "PAID" else "PLANNED"
        years.append(YearView(year, due_on, state, grant.id if grant else None))
    return years


def _anniversary(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _owners(row: Letter) -> list[uuid.UUID]:
    """List what keeps words of a letter: itself, what was decided, why it was taken back."""
    return [one.id for one in (row, getattr(row, "decision", None), getattr(row, "withdrawal", None)) if one]


def _letter(row: Letter, texts: Mapping[uuid.UUID, Mapping[str, str]]) -> LetterView:
    own = texts.get(row.id, {}).get("text", "")
    withdrawal: LetterWithdrawal | None = getattr(row, "withdrawal", None)
    if withdrawal:
        why = texts.get(withdrawal.id, {}).get("reason", "")
        by, at = withdrawal.withdrawn_by_id, withdrawal.withdrawn_at
        return LetterView(row.id, row.direction, own, why, "WITHDRAWN", row.recorded_by_id, row.recorded_at, by, at)
    decision: LetterDecision | None = getattr(row, "decision", None)
    state = "WAITING" if decision is None else "RELEASED" if decision.is_released else "KEPT_BACK"
    decided = texts.get(decision.id, {}).get("text", "") if decision else ""
    return LetterView(row.id, row.direction, own, decided, state, row.recorded_by_id, row.recorded_at)
