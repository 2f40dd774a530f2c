"""The set-based writes hand values over as they are: what must be encrypted does not go that way."""

import pytest

from logistics.households.models import Household
from logistics.storage.writes import add_together
from tests.cast import World
from tests.looking import nothing_written


def test_a_table_with_encrypted_columns_is_refused(world: World) -> None:
    with nothing_written(), pytest.raises(TypeError, match="Household has encrypted columns"):
        add_together([Household(head_name="示例家庭")])
