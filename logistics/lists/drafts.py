"""Draft a list after its notice: who stands where and why, who gets what, and what other weights would change.

A draft stores how it is reckoned, never the outcome: that is reckoned anew from the facts whenever somebody looks, and
frozen when another person approves it.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from logistics.kernel.admission import ApplicantFacts
from logistics.kernel.canonical import canonical_bytes, sha256_hex
from logistics.kernel.ranking import Candidate, Place, Weights, ranked
from logistics.kernel.refusals import Conflicting
from logistics.lists.facts import facts_of, last_served_on
from logistics.lists.models import Application, ApplicationState, DistributionList, PublicNotice
from logistics.lists.offers import Offer, matched, read_offers
from logistics.lists.rule_reads import get_rules, judged_rules
from logistics.lists.unmet import unmet_by_application
from logistics.lists.weight_reads import PLAIN, weights_in_force, weights_of
from logistics.parties.actors import Actor
from logistics.parties.proposals import ProposalState
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action


class DraftStanding(Conflicting):
    code = "draft_standing"
    zh = "这份公示已有一份待审批的名单。"
    en = "A list of this notice waits for approval already."


class NobodyOnNotice(Conflicting):
    code = "nobody_on_notice"
    zh = "这份公示里已没有待列入名单的申报。"
    en = "Nobody on this notice waits for a list any more."


@dataclass(frozen=True)
class Draft:
    """What a list would be now. `given` says who gets which offer, `unserved` why the others get nothing, by reference;
    `shut_out` names by application the rules that are no longer met.
    """

    places: Sequence[Place]
    given: Mapping[str, int]
    unserved: Mapping[str, str]
    shut_out: Mapping[uuid.UUID, tuple[str, ...]]
    applications: Mapping[str, uuid.UUID]
    offers: Sequence[Offer]

    def sha256(self) -> str:
        """Hash what an approver sees: place, number, points, and what is given or why not."""
        rows = [
            (place.number, name, place.points, self.given.get(name, -1), self.unserved.get(name, ""))
            for place in self.places
            for name in (place.candidate.reference,)
        ]
        return sha256_hex(canonical_bytes([rows, sorted(map(str, self.shut_out))]))


@dataclass(frozen=True)
class Known:
    """From what a draft is reckoned, whatever weighs how much."""

    candidates: Sequence[Candidate]
    facts: Mapping[str, ApplicantFacts]
    shut_out: Mapping[uuid.UUID, tuple[str, ...]]
    applications: Mapping[str, uuid.UUID]
    offers: Sequence[Offer]
    on: dt.date


@action
def draft_list(
    *,
    actor: Actor,
    notice: PublicNotice,
    offers: Sequence[Mapping[str, object]],
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> DistributionList:
    """Draft a list from a notice, for another person to approve when the notice is over; the same token once.

    Refuses DraftStanding, NobodyOnNotice, OffersOutOfBounds, OffersUnreadable.
    """
    list_id = derived_id(token, 0) if token else new_id()
    standing = DistributionList.objects.filter(id=list_id).first()
    if standing is not None:
        return standing
    # Locked, so that of two drafts at once one is refused.
    PublicNotice.objects.select_for_update().get(id=notice.id)
    if DistributionList.objects.filter(notice=notice, state=ProposalState.PROPOSED).exists():
        raise DraftStanding
    if not waiting_on(notice).exists():
        raise NobodyOnNotice
    read = read_offers(offers, organisation=notice.organisation, programme=notice.programme)
    today = timezone.localdate(now)
    return DistributionList.objects.create(
        id=list_id,
        organisation=notice.organisation,
        programme=notice.programme,
        round_name=notice.round_name,
        notice=notice,
        weights=weights_in_force(notice.programme, today),
        ranked_on=today,
        offers=[offer.to_json() for offer in read],
        proposed_at=now,
        proposed_by_id=actor.holder_id,
    )


def waiting_on(notice: PublicNotice) -> "QuerySet[Application]":
    """Return the applications of a notice that no list serves yet."""
    return Application.objects.filter(notice_entry__notice=notice, state=ApplicationState.ON_NOTICE)


def reckoned(row: DistributionList) -> Draft:
    """Reckon what a draft is now, by its own weights."""
    return draft_by(known_of(row), weights_for(row))


def known_of(row: DistributionList) -> Known:
    """Read what a draft is reckoned from, as it is now."""
    applications = waiting_on(row.notice)
    facts = facts_of(applications, on=row.ranked_on)
    rules = judged_rules(get_rules(row.programme))
    shut_out = unmet_by_application(rules, facts, programme=row.programme.code, on=row.ranked_on)
    columns = ("id", "reference", "waiting_since", "urgency")
    known = {name: (key, since, urgency) for key, name, since, urgency in applications.values_list(*columns)}
    return Known(
        candidates=[
            Candidate(name, since, facts[key].hardships, urgency, last_served_on(facts[key]))
            for name, (key, since, urgency) in known.items()
            if key not in shut_out
        ],
        facts={name: facts[key] for name, (key, _, _) in known.items()},
        shut_out=shut_out,
        applications={name: found[0] for name, found in known.items()},
        offers=read_offers(row.offers, organisation=row.organisation, programme=row.programme),
        on=row.ranked_on,
    )


def draft_by(known: Known, weights: Weights) -> Draft:
    """Rank and match what is known by some weights."""
    places = ranked(known.candidates, weights, on=known.on)
    given, unserved = matched(places, known.facts, known.offers, on=known.on)
    return Draft(places, given, unserved, known.shut_out, known.applications, known.offers)


def weights_for(row: DistributionList) -> Weights:
    """Return the weights by which a list is ranked."""
    return weights_of(row.weights.weights) if row.weights else PLAIN
