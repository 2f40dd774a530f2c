"""What a scan says of who made it and on which round, compared with what is known here.

A scan is a fact: goods that were handed over under a name that does not belong here, or beside the list of a round,
were handed over. So neither changes the outcome: the scan keeps what it said, and the answer tells what is odd.
"""

from logistics.deliveries.desk import Desk, Judged
from logistics.deliveries.round_models import RoundParcel
from logistics.parties.access import organisation_ids_below
from logistics.parties.operators import are_operators


def tell_presence(desk: Desk) -> None:
    """Add to the facts of new scans: `not_on_round`, `operator_unknown`, `operator_inactive`.

    One statement more where scans name a round, one where they name an operator; none where they do not.
    """
    new = [judged for judged in desk.judged if judged.is_new]
    _tell_rounds(desk, [judged for judged in new if judged.scan.round_id and judged.parcel])
    _tell_operators(desk, [judged for judged in new if judged.scan.operator_id])


def _tell_rounds(desk: Desk, judged: list[Judged]) -> None:
    if not judged:
        return
    rows = RoundParcel.objects.filter(
        round__organisation__in=organisation_ids_below(desk.actor.organisation),
        round_id__in={one.scan.round_id for one in judged},
        parcel_id__in={one.parcel.id for one in judged if one.parcel},
    )
    places = set(rows.values_list("round_id", "parcel_id"))
    for one in judged:
        if one.parcel and (one.scan.round_id, one.parcel.id) not in places:
            one.facts["not_on_round"] = True


def _tell_operators(desk: Desk, judged: list[Judged]) -> None:
    if not judged:
        return
    known = are_operators({one.scan.operator_id for one in judged if one.scan.operator_id}, desk.actor.organisation)
    for one in judged:
        is_active = known.get(one.scan.operator_id) if one.scan.operator_id else None
        if not is_active:
            one.facts["operator_unknown" if is_active is None else "operator_inactive"] = True
