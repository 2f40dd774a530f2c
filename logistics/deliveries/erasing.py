"""What scans keep of a person: positions, collectors' names, notes, the bytes of proofs, why a dispute was settled."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from logistics.deliveries.models import ScanEvent, ScanProof, Settlement
from logistics.deliveries.proofs import forget_proofs
from logistics.deliveries.round_models import DistributionRound, RoundState
from logistics.households.models import ScanDetail
from logistics.journal.committed import erase_texts, texts_of
from logistics.parcels.models import Parcel
from logistics.parties.models import Person
from logistics.storage.erasing import (
    Colleague,
    Holding,
    Said,
    Subject,
    declare_colleague_holdings,
    declare_holdings,
)

# A parcel in another state is still on its way, or somebody is still to settle it.
FINISHED = ("DELIVERED", "RETURNED", "DAMAGED", "LOST", "CANCELLED")


def _parcels(subject: Subject) -> "QuerySet[Parcel]":
    whose = Q(beneficiary_id__in=subject.member_ids)
    return Parcel.objects.filter(whose | Q(household_id=subject.household_id) if subject.is_whole else whose)


def _scans(subject: Subject) -> "QuerySet[ScanEvent]":
    whose = Q(parcel__in=_parcels(subject))
    return ScanEvent.objects.filter(whose | Q(household_id=subject.household_id) if subject.is_whole else whose)


def _details(subject: Subject) -> "QuerySet[ScanDetail]":
    return ScanDetail.objects.filter(scan_id__in=_scans(subject).values("id"))


def _proofs(subject: Subject) -> list[ScanProof]:
    return list(ScanProof.objects.filter(scan__in=_scans(subject)).order_by("received_at", "id"))


def _say_details(subject: Subject) -> list[Said]:
    return [{"scan": str(row.scan_id), "detail": row.detail} for row in _details(subject).order_by("id")]


def _erase_details(subject: Subject, now: dt.datetime) -> int:
    # A scan under way holds its parcel: what it says is waited for, and the next one sees who was erased.
    list(_parcels(subject).select_for_update(of=("self",)).order_by("id").values_list("id"))
    return _details(subject).delete()[0]


def _say_proofs(subject: Subject) -> list[Said]:
    return [
        {"kind": row.kind, "sha256": row.sha256, "received_at": row.received_at.isoformat()} for row in _proofs(subject)
    ]


def _erase_proofs(subject: Subject, now: dt.datetime) -> int:
    return forget_proofs(_proofs(subject), now=now)


def _settlements(subject: Subject) -> list[uuid.UUID]:
    whose = Q(parcel__in=_parcels(subject))
    whose |= Q(household_id=subject.household_id) if subject.is_whole else Q(pk__in=[])
    return list(Settlement.objects.filter(whose).order_by("id").values_list("id", flat=True))


def _say_settlements(subject: Subject) -> list[Said]:
    return [{"settled": texts.get("reason", "")} for texts in texts_of(_settlements(subject)).values()]


def _hindering(subject: Subject) -> Sequence[str]:
    rows = _parcels(subject).exclude(state__in=FINISHED).select_related("code").order_by("id")
    return [row.code.text for row in rows]


def _rounds(subject: Colleague) -> list[DistributionRound]:
    """List the rounds on which somebody who signs in goes along, of their body and those above and below it."""
    person = Person.objects.select_related("organisation").get(id=subject.person_id)
    root = person.organisation.path.split("/")[0]
    rows = DistributionRound.objects.filter(organisation__path__startswith=root).order_by("held_on", "id")
    return [row for row in rows.iterator() if str(subject.person_id) in row.people]


def _say_rounds(subject: Colleague) -> list[Said]:
    return [{"round": row.name, "held_on": row.held_on.isoformat()} for row in _rounds(subject)]


def _going(subject: Colleague) -> list[str]:
    return [str(row) for row in _rounds(subject) if row.state in (RoundState.PLANNED, RoundState.OPEN)]


declare_holdings(
    Holding(
        "deliveries.details",
        "扫码附记",
        "What scans say of persons",
        ("households_scandetail", "deliveries_scan"),
        _say_details,
        _erase_details,
        _hindering,
    ),
    Holding(
        "deliveries.proofs",
        "签收凭证",
        "Proofs of delivery",
        ("households_keptproof", "households_proofview"),
        _say_proofs,
        _erase_proofs,
    ),
    Holding(
        "deliveries.settlements",
        "裁定争议的理由",
        "Why disputes were settled so",
        ("deliveries_settlement",),
        _say_settlements,
        lambda subject, now: erase_texts(owner_ids=_settlements(subject)),
    ),
)
declare_colleague_holdings(
    # Who went along stays, by the id.
    Holding("deliveries.rounds", "发放活动", "Rounds", ("deliveries_round",), _say_rounds, lambda s, now: 0, _going)
)
