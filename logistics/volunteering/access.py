"""Which wishes, volunteers, errands and orders somebody may see: the own organisation's and those below it."""

from django.db.models import QuerySet

from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.volunteering.companion_models import Companionship
from logistics.volunteering.errand_models import Errand
from logistics.volunteering.knitting_models import KnittingOrder
from logistics.volunteering.models import Volunteer
from logistics.volunteering.wish_models import MicroWish


def visible_volunteers(organisation: Organisation) -> "QuerySet[Volunteer]":
    """Return volunteers, in the order in which they came."""
    return Volunteer.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("id")


def visible_wishes(organisation: Organisation) -> "QuerySet[MicroWish]":
    """Return wishes, the longest waiting first."""
    rows = MicroWish.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("member__household", "organisation").order_by("id")


def visible_companionships(organisation: Organisation) -> "QuerySet[Companionship]":
    """Return who accompanies whom, the oldest first."""
    rows = Companionship.objects.filter(volunteer__organisation__in=organisation_ids_below(organisation))
    return rows.select_related("volunteer", "member__household").order_by("id")


def visible_errands(organisation: Organisation) -> "QuerySet[Errand]":
    """Return errands, the first due first."""
    rows = Errand.objects.filter(household__organisation__in=organisation_ids_below(organisation))
    return rows.select_related("household", "volunteer").order_by("due_on", "id")


def visible_orders(organisation: Organisation) -> "QuerySet[KnittingOrder]":
    """Return orders for knitted clothes, the longest waiting first."""
    rows = KnittingOrder.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("member__household", "garment", "yarn_out__knitter", "garment_in").order_by("id")
