"""Ask for public notices: which anyone may read, and what waits to be published."""

import datetime as dt

from django.db.models import Count, F, QuerySet

from logistics.lists.models import Application, ApplicationState, PublicNotice
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation, Programme

# A notice that is over stays to be read for a year.
KEPT_DAYS = 365


def notices_for_anyone(today: dt.date) -> "QuerySet[PublicNotice]":
    """Return the notices that run and those that ended within a year, newest first."""
    rows = PublicNotice.objects.filter(ends_on__gte=today - dt.timedelta(days=KEPT_DAYS))
    return rows.select_related("organisation", "programme").order_by("-published_at", "-id")


def programmes_to_publish(organisation: Organisation) -> list[tuple[Programme, int]]:
    """List the programmes in which applications are accepted and wait for a notice, with how many."""
    rows = Application.objects.filter(
        organisation__in=organisation_ids_below(organisation),
        state=ApplicationState.ACCEPTED,
        round_name=F("programme__list_rules__round_name"),
    )
    counts = dict(rows.order_by().values_list("programme").annotate(count=Count("id")))
    return [(row, counts[row.id]) for row in Programme.objects.filter(id__in=counts).order_by("code")]
