"""Townships today: families, open needs, and parcels on their way, delivered and late. Counts only, no household."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet

from logistics.households.access import standing_households
from logistics.kernel.need_states import OPEN
from logistics.ledgers.figures import UNDER_WAY, all_late_parcels
from logistics.needs.access import visible_needs
from logistics.parcels.access import visible_parcels
from logistics.parties.models import Organisation

# A province has fewer than two thousand; more than a screen takes is nobody's map.
TOWNSHIPS_MAX = 2_000
COUNTY_DIGITS = 6


@dataclass(frozen=True)
class TownshipFigures:
    """One township: `county_code` is six digits of GB/T 2260. What is late is under way, too."""

    county_code: str
    township: str
    families: int
    open_needs: int
    under_way: int
    delivered: int
    late: int


def townships_today(organisation: Organisation, now: dt.datetime) -> list[TownshipFigures]:
    """Count what an organisation sees by township, neighbours beside each other as their GB/T 2260 codes are."""
    homes = standing_households(organisation).order_by().values_list("township")
    rows = homes.annotate(families=Count("id"), code=Min("division_code")).order_by("code", "township")
    parcels = visible_parcels(organisation)
    states = _counted(parcels, "township", "state")
    late = _counted(all_late_parcels(parcels, now), "township")
    needs = _counted(visible_needs(organisation).filter(state=OPEN), "household__township")
    return [
        TownshipFigures(
            county_code=code[:COUNTY_DIGITS],
            township=township,
            families=families,
            open_needs=needs[(township,)],
            under_way=sum(states[township, state] for state in UNDER_WAY),
            delivered=states[township, "DELIVERED"] + states[township, "DISPUTED"],
            late=late[(township,)],
        )
        for township, families, code in rows[:TOWNSHIPS_MAX]
    ]


def _counted(rows: "QuerySet[Any]", *columns: str) -> Counter[tuple[str, ...]]:
    found = rows.order_by().values_list(*columns).annotate(count=Count("id"))
    return Counter({tuple(values): count for *values, count in found})
