"""The schematic map: every township a tile, neighbours beside each other, with what is late in sight."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from logistics.households.divisions import name_of_division
from logistics.ledgers.townships import TownshipFigures, townships_today
from logistics.web.charts import parcel_bars
from logistics.web.doors import OFFICERS, actor_of, for_roles


@for_roles(*OFFICERS)
def townships(request: HttpRequest) -> HttpResponse:
    """Show the townships of each county as tiles; each leads to its parcels."""
    figures = townships_today(actor_of(request).organisation, timezone.now())
    bars = parcel_bars(figures, [row.township for row in figures])
    counties = [
        (name_of_division(code) or code, list(tiles))
        for code, tiles in groupby(zip(figures, bars, strict=True), key=lambda tile: _county(tile[0]))
    ]
    return render(request, "web/townships.html", {"counties": counties, "bars": bars})


def _county(row: TownshipFigures) -> str:
    return row.county_code
