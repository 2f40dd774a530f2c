"""A gift says where it is now, wherever that is."""

from logistics.journal.models import SOURCES, AccountKind, Lot
from logistics.ledgers.traces import STAGES, trace_of_gift
from logistics.stock.holds import hold_goods
from logistics.web.wording import STAGES as WORDS
from tests.cast import World


def _stages(gift: object) -> dict[str, int]:
    return {stage: value for stage, value in trace_of_gift(gift).by_stage().items() if value}  # type: ignore[arg-type]


def test_every_place_has_a_stage_and_every_stage_its_words() -> None:
    from logistics.ledgers.traces import _STAGE_OF

    assert set(AccountKind) - SOURCES <= set(_STAGE_OF)
    assert set(_STAGE_OF.values()) | {"GRANTED", "HANDED_DOWN"} == set(STAGES) == set(WORDS)


def test_what_is_set_aside_is_on_hold(world: World) -> None:
    gift = world.give_money(1_000)
    world.buy((world.gloves, 10, 1_000))
    lot = Lot.objects.get(item_id=world.gloves.id)
    hold_goods(actor=world.partner, warehouse=world.warehouse, lot=lot, quantity=3, reason="DAMAGED", now=world.now)
    assert _stages(gift) == {"IN_STOCK": 700, "ON_HOLD": 300}
