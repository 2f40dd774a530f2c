"""Which names the vault knows of a family: what a text about it is looked through for, never shown."""

from logistics.households.collectors import standing_collectors
from logistics.households.family_models import Guardian
from logistics.households.models import Household


def names_known_of(household: Household) -> list[str]:
    """Return every name that stands for a family: its head, its members, guardians, who collects for it."""
    collectors = standing_collectors([household.id]).values_list("name", flat=True)
    members = household.members.values_list("name", flat=True)
    guardians = Guardian.objects.filter(ward__household=household, ended_on=None).values_list("name", flat=True)
    return list(dict.fromkeys(name for name in [household.head_name, *members, *guardians, *collectors] if name))
