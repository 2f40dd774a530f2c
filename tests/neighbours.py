"""Two bodies that share nothing: each with programmes, goods, families and people of its own."""

import datetime as dt
from dataclasses import replace

from logistics.funds.actions import register_fund
from logistics.funds.models import Fund
from logistics.households.actions import MemberInput, record_household
from logistics.kernel.eligibility import Terms
from logistics.parties.actions import (
    register_donor,
    register_organisation,
    register_person,
    register_programme,
    register_supplier,
)
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Programme, Role
from logistics.stock.actions import register_kit_recipe, register_warehouse
from logistics.storage.rows import new_id
from tests.cast import PASSWORD, World


def far_away() -> Organisation:
    """Register a province of another tree."""
    return register_organisation(
        code="另省", name_zh="另省妇女联合会", kind="FEDERATION", level="PROVINCE", division_code="980000"
    )


def below(county: Organisation) -> Organisation:
    """Register a township below a county."""
    return register_organisation(
        code="示例镇",
        name_zh="示例镇妇女联合会",
        kind="FEDERATION",
        level="TOWNSHIP",
        parent=county,
        division_code="990101001",
    )


def at_home(world: World, organisation: Organisation, name: str) -> World:
    """Return the play at a body with programmes, funds, goods, families and people that are its own alone."""
    warm = register_programme(organisation=organisation, code=f"warm-{name}", name_zh=f"{name}暖心包")
    spring = register_programme(organisation=organisation, code=f"spring-{name}", name_zh=name, is_for_persons=True)
    every = [role for role in Role.values if role != Role.AUDITOR]
    person = register_person(
        organisation=organisation, username=name, name=f"{name}干事", roles=every, password=PASSWORD
    )
    family = record_household(
        organisation=organisation,
        township=f"{name}镇",
        division_code="990102001",
        head_name=f"{name}家",
        address=f"{name}巷七号",
        members=[
            MemberInput(f"{name}女童", "FEMALE", dt.date(2014, 6, 1), has_consent=True, relation="女儿"),
            MemberInput(f"{name}男童", "MALE", dt.date(2012, 6, 1), has_consent=True, relation="儿子"),
        ],
        now=world.now,
    )
    people = dict.fromkeys(("keeper", "courier", "officer", "approver", "auditor", "administrator"), person)
    lines = [(item, 1) for item in (world.gloves, world.vest, world.blanket)]
    girls = Terms(sexes=("FEMALE",), age_from=6, age_to=18)
    return replace(
        world,
        county=organisation,
        partner=Actor(organisation, new_id(), key_name=f"{name}设备"),
        **people,
        warm=warm,
        spring=spring,
        warm_fund=_fund(world, f"warm-fund-{name}", warm, Terms()),
        girls_fund=_fund(world, f"girls-{name}", spring, girls),
        warehouse=register_warehouse(organisation=organisation, code=f"wh-{name}", name_zh=f"{name}仓库"),
        supplier=register_supplier(organisation=organisation, code=f"sup-{name}", name_zh=f"{name}供应商"),
        donor=register_donor(organisation=organisation, kind="PERSON", name=f"{name}捐赠人"),
        recipe=register_kit_recipe(code=f"kit-{name}", name_zh=f"{name}包", name_en=name, programme=warm, lines=lines),
        family=family,
        girl=family.members.get(sex="FEMALE"),
        boy=family.members.get(sex="MALE"),
    )


def _fund(world: World, code: str, programme: Programme, terms: Terms) -> Fund:
    body = programme.organisation
    return register_fund(
        code=code,
        name_zh=code,
        programme=programme,
        owner=body,
        holder=body,
        basis="AGENCY",
        terms=terms,
        now=world.now,
    )
