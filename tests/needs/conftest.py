"""A village for the tests of needs."""

import pytest

from tests.cast import World
from tests.needs.village import Village, village_below


@pytest.fixture
def village(world: World) -> Village:
    """The village with its family."""
    return village_below(world)
