"""Which wishes, volunteers, errands and orders somebody may see: the own organisation's and those below it."""

from django.db.models import QuerySet

from logistics.kernel.refusals import NotAllowed
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Role
from logistics.volunteering.companion_models import Companionship
from logistics.volunteering.errand_models import Errand
from logistics.volunteering.knitting_models import KnittingOrder, KnittingState
from logistics.volunteering.models import Volunteer
from logistics.volunteering.wish_models import MicroWish

OFFICERS = (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)


class HelpingNotYours(NotAllowed):
    code = "helping_not_yours"
    zh = "您的角色不能办理志愿服务、微心愿和编织单。"
    en = "Your role does not look after volunteers, wishes, errands and knitting orders."


def require_officer(actor: Actor) -> None:
    """Refuse HelpingNotYours to a person whose role does not look after these; a key is bound by its scopes."""
    if actor.person is not None and not actor.person.has_role(*OFFICERS):
        raise HelpingNotYours


def visible_volunteers(organisation: Organisation) -> "QuerySet[Volunteer]":
    """Return volunteers, in the order in which they came, without those who were erased."""
    rows = Volunteer.objects.filter(organisation__in=organisation_ids_below(organisation), erased_at__isnull=True)
    return rows.order_by("id")


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
    """Return orders for knitted clothes, the longest waiting first; where the measures went with the child before
    anybody had yarn, there is nothing to knit.
    """
    rows = KnittingOrder.objects.filter(organisation__in=organisation_ids_below(organisation))
    rows = rows.exclude(measures={}, state=KnittingState.ASKED)
    return rows.select_related("member__household", "garment", "yarn_out__knitter", "garment_in").order_by("id")
