"""Addresses and forms with what no database takes are not there: never a page that broke."""

import pytest

from tests.cast import World
from tests.web.conftest import Visitor

ADDRESSES = (
    "/lists/programmes/%00",
    "/volunteering/volunteers/%00",
    "/parcels/%00",
    "/trace/%00",
    "/labels/printers/%00",
    "/labels/papers/%00.pdf",
    "/paper/%00",
    "/Q/%00/sponsor",
    "/parcels?batch=%00",
    "/households?township=a%00b",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_zero_byte_in_an_address_leads_nowhere(world: World, address: str) -> None:
    assert Visitor("administrator").get(address).status_code == 404


def test_a_notice_of_no_programme_is_not_published(world: World) -> None:
    officer = Visitor("officer")
    for code in ("", "\0", "nothing", "x" * 5_000):
        assert officer.client.post("/notices/publish", {"programme": code}).status_code == 404
