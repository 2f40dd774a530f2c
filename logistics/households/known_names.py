"""Which names the vault knows of a family: what a text about it is looked through for, never shown."""

from logistics.households.collectors import standing_collectors
from logistics.households.family_models import Guardian
from logistics.households.models import Household, Member
from logistics.households.persons import household_ids_as_one


def names_known_of(household: Household) -> list[str]:
    """Return every name that stands for a family: its heads, its members, guardians, who collects for it.

    Also those of households that were merged with it: members join the one that stays, parcels do not.
    """
    as_one = household_ids_as_one([household.id])
    heads = Household.objects.filter(id__in=as_one).order_by("id").values_list("head_name", flat=True)
    members = Member.objects.filter(household__in=as_one).order_by("id").values_list("name", flat=True)
    guardians = Guardian.objects.filter(ward__household__in=as_one, ended_on=None).values_list("name", flat=True)
    collectors = standing_collectors(as_one).values_list("name", flat=True)
    return list(dict.fromkeys(name for name in [*heads, *members, *guardians, *collectors] if name))
