"""A child whom two counties know without an identity number is served once a round; a namesake is another child."""

import pytest

from logistics.lists.marks import ServedByAnother
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.storage.rows import new_id
from tests.lists.conftest import IDENTITY_NUMBER, Listing, girl
from tests.looking import nothing_written

# Another girl of the same birthday; the check digit is right.
NAMESAKE_NUMBER = "411281201706011244"


def _served(listing: Listing, household: object, organisation: object | None = None) -> Parcel:
    world = listing.world
    actor = Actor(organisation, new_id(), key_name="邻县") if organisation else listing.drafter  # type: ignore[arg-type]  # -- a body
    (parcel,) = plan_parcels(
        actor=actor,
        programme=world.warm,
        warehouse=world.warehouse,
        recipe=world.recipe,
        recipients=[Recipient(household)],  # type: ignore[arg-type]  # -- a family
        now=listing.now,
    )
    return parcel


@pytest.mark.parametrize("number", ["", IDENTITY_NUMBER])
def test_a_child_without_a_number_is_served_by_one_county(listing: Listing, number: str) -> None:
    world = listing.world
    listing.rules()
    world.stock_kits(2)
    ours = listing.family(girl(identity_number=number))
    theirs = listing.family(girl(), organisation=world.stranger_county)
    _served(listing, ours)
    with nothing_written(), pytest.raises(ServedByAnother) as refused:
        _served(listing, theirs, world.stranger_county)
    assert ours.reference not in str(refused.value)


def test_a_namesake_with_a_number_of_her_own_is_another(listing: Listing) -> None:
    world = listing.world
    listing.rules()
    world.stock_kits(2)
    _served(listing, listing.family(girl(identity_number=IDENTITY_NUMBER)))
    _served(listing, listing.family(girl(identity_number=NAMESAKE_NUMBER), organisation=world.stranger_county))


def test_two_of_one_county_were_told_apart_by_its_own_people(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(2)
    _served(listing, listing.family(girl()))
    _served(listing, listing.family(girl()))
