"""The demonstration's rooms for families: needs, a list, wishes, letters, replies and complaints, by its own people."""

import datetime as dt

from logistics.funds.models import Fund
from logistics.households.models import Household, Member
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, Organisation, Person, Programme
from logistics.press.demo import COUNTY
from logistics.press.demo_coats import COATS
from logistics.press.demo_helping import fill_helping
from logistics.press.demo_lists import fill_lists
from logistics.press.demo_needs import fill_needs
from logistics.press.demo_people import Rooms
from logistics.press.demo_told import fill_told
from logistics.storage.transactions import action

USERNAMES = ("courier", "liaison", "officer", "approver", "administrator")
FAMILIES, DELIVERED = 16, 4


@action
def load_rooms(*, now: dt.datetime) -> bool:
    """Fill the rooms for families, once; the county and its sign-ins are there. Returns whether they were empty."""
    county = Organisation.objects.get(code=COUNTY)
    if Programme.objects.filter(code=COATS).exists():
        return False
    rooms = _rooms(county, now)
    fill_needs(rooms)
    fill_lists(rooms)
    fill_helping(rooms)
    fill_told(rooms)
    return True


def _rooms(county: Organisation, now: dt.datetime) -> Rooms:
    people = Person.objects.select_related("organisation").in_bulk(USERNAMES, field_name="username")
    actors = {name: Actor(person.organisation, person.id, person) for name, person in people.items()}
    families = list(Household.objects.filter(organisation=county).order_by("reference")[:FAMILIES])
    girls = Member.objects.filter(household__in=families, sex="FEMALE").select_related("household")
    arrived = Parcel.objects.filter(organisation=county, state="DELIVERED").select_related("code", "programme")
    return Rooms(
        county=county,
        **actors,
        families=families,
        girls=list(girls.order_by("reference")),
        delivered=list(arrived.order_by("id")[:DELIVERED]),
        warm=Fund.objects.select_related("programme").get(code="demo-warm"),
        girls_fund=Fund.objects.select_related("programme").get(code="demo-girls"),
        donor=Donor.objects.filter(organisation=county, kind="PERSON").order_by("id")[0],
        now=now,
    )
