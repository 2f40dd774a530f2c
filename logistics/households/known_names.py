"""Which names the vault knows of a family: what a text about it is looked through for, never shown."""

from logistics.households.collectors import standing_collectors
from logistics.households.models import Household


def names_known_of(household: Household) -> list[str]:
    """Return every name that stands for a family: its head, its members, who collects for it."""
    collectors = standing_collectors([household.id]).values_list("name", flat=True)
    members = household.members.values_list("name", flat=True)
    return list(dict.fromkeys(name for name in [household.head_name, *members, *collectors] if name))
