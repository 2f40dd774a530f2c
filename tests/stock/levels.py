"""Three organisations one below the other, and how money and goods go down between them."""

import datetime as dt
import uuid
from dataclasses import dataclass

from logistics.funds.actions import register_fund
from logistics.funds.models import Fund
from logistics.households.actions import MemberInput, record_household
from logistics.households.models import Household
from logistics.journal.models import AccountKind, Balance
from logistics.kernel.eligibility import Terms
from logistics.parties.actions import register_organisation
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.stock.actions import register_warehouse
from logistics.stock.arrivals import Arrival
from logistics.stock.hand_downs import (
    confirm_hand_down,
    send_hand_down,
)
from logistics.stock.models import Warehouse
from logistics.stock.transit_models import HandDown
from logistics.storage.rows import new_id
from tests.cast import World


@dataclass
class Levels:
    """Three organisations one below the other; the funds are held by the province."""

    township: Organisation
    warm: Fund
    girls: Fund
    county_store: Warehouse
    township_store: Warehouse
    above: Actor
    middle: Actor
    below: Actor
    family: Household


def raise_levels(world: World) -> Levels:
    """Found a township below the county, and funds that the province holds."""
    township = register_organisation(
        code="示例镇", name_zh="示例镇妇联", kind="FEDERATION", level="TOWNSHIP", parent=world.county
    )
    funds = [
        register_fund(
            code=code,
            name_zh=code,
            programme=programme,
            owner=world.province,
            holder=world.province,
            basis="OWN",
            terms=terms,
            now=world.now,
        )
        for code, programme, terms in (
            ("province-warm", world.warm, Terms()),
            ("province-girls", world.spring, Terms(sexes=("FEMALE",), age_from=6, age_to=18)),
        )
    ]
    family = record_household(
        organisation=township,
        township="示例镇",
        division_code="990101002",
        head_name="镇示例家庭",
        address="二组",
        telephone="13900139000",
        members=[
            MemberInput("女", "FEMALE", dt.date(2014, 6, 1), has_consent=True, relation="女儿"),
            MemberInput("男", "MALE", dt.date(2012, 6, 1), has_consent=True, relation="儿子"),
        ],
        now=world.now,
    )
    return Levels(
        township,
        *funds,
        world.warehouse,
        register_warehouse(organisation=township, code="wh-t", name_zh="镇仓库"),
        Actor(world.province, new_id(), key_name="省"),
        Actor(world.county, new_id(), key_name="县"),
        Actor(township, new_id(), key_name="镇"),
        family,
    )


def send(world: World, actor: Actor, receiver: Organisation, fund: Fund, amount: int = 0, **more) -> HandDown:  # type: ignore[no-untyped-def]
    """Hand money or goods down."""
    return send_hand_down(
        actor=actor,
        fund=fund,
        receiver=receiver,
        amount_minor=amount,
        reference=more.pop("reference", str(uuid.uuid4())),
        now=world.now,
        **more,
    )[0]


def confirm(world: World, actor: Actor, row: HandDown, *arrivals: Arrival, **more) -> HandDown:  # type: ignore[no-untyped-def]
    """Confirm what came."""
    return confirm_hand_down(actor=actor, hand_down=row, arrivals=list(arrivals) or None, now=world.now, **more)


def down(world: World, levels: Levels, fund: Fund, amount: int) -> None:
    """Hand money down two levels."""
    confirm(world, levels.middle, send(world, levels.above, world.county, fund, amount))
    confirm(world, levels.below, send(world, levels.middle, levels.township, fund, amount))


def in_bank(organisation: Organisation) -> int:
    """Count what a body has in the bank."""
    rows = Balance.objects.filter(account__kind=AccountKind.BANK, account__subject_id=organisation.id)
    return sum(row.quantity for row in rows)


def in_transit() -> int:
    """Count what is on its way."""
    return sum(row.quantity for row in Balance.objects.filter(account__kind=AccountKind.IN_TRANSIT))
