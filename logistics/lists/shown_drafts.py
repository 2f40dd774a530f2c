"""Drafts as they are shown: a long one is kept by the process for a while, so that pages are turned in no time.

What is shown may be some minutes old and says so; whoever approves has everything reckoned anew and the hash compared.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from logistics.kernel.ranking import Move, Place, Weights, moves
from logistics.lists.drafts import Draft, Known, draft_by, known_of, weights_for
from logistics.lists.models import DistributionList

SHOWN_SECONDS, SHOWN_MAX, SHOWN_SHORT_MAX = 600, 4, 2_000


@dataclass(frozen=True)
class Shown:
    """A draft as it was at a moment, its hash, and what it was reckoned from."""

    draft: Draft
    sha256: str
    known: Known
    reckoned_at: dt.datetime


@dataclass(frozen=True)
class WhatIf:
    """What other weights would change: who moves, and who would get something or nothing instead."""

    moves: list[Move]
    would_gain: list[str]
    would_lose: list[str]


_kept: dict[uuid.UUID, Shown] = {}


def shown_draft(row: DistributionList, *, now: dt.datetime, is_anew: bool = False) -> Shown:
    """Return what a draft is, reckoned by this process within the last minutes, or anew."""
    kept = _kept.get(row.id)
    if kept is not None and not is_anew and abs(now - kept.reckoned_at) < dt.timedelta(seconds=SHOWN_SECONDS):
        return kept
    known = known_of(row)
    draft = draft_by(known, weights_for(row))
    found = Shown(draft, draft.sha256(), known, now)
    _kept.pop(row.id, None)
    # A short list is reckoned in no time: what happens is seen at once.
    if len(draft.places) > SHOWN_SHORT_MAX:
        if len(_kept) >= SHOWN_MAX:
            _kept.pop(next(iter(_kept)))
        _kept[row.id] = found
    return found


def what_if(row: DistributionList, weights: Weights, *, now: dt.datetime) -> WhatIf:
    """Say what other weights would change on a draft as it is shown. Nothing is changed."""
    shown = shown_draft(row, now=now)
    before, after = shown.draft, draft_by(shown.known, weights)
    return WhatIf(
        moves=moves(before.places, after.places),
        would_gain=[place.candidate.reference for place in after.places if _gains(before, after, place)],
        would_lose=[place.candidate.reference for place in before.places if _gains(after, before, place)],
    )


def _gains(without: Draft, with_it: Draft, place: Place) -> bool:
    name = place.candidate.reference
    return name in with_it.given and name not in without.given
