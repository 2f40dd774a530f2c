"""What a case needs before it can be replayed: programme, organisation, fund, warehouse, and made-up people.

Nothing of it comes from a report but names of places and of the organisation. Made-up names look made up.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.funds.actions import register_fund
from logistics.funds.models import Fund
from logistics.households.actions import HOUSEHOLDS_PER_CALL_MAX, HouseholdInput, MemberInput, record_households
from logistics.households.models import Household, Member
from logistics.journal.revisions import Cause
from logistics.kernel.eligibility import Terms
from logistics.parcels.actions import Recipient
from logistics.parties.actions import register_donor, register_organisation, register_programme, register_supplier
from logistics.parties.actors import Actor
from logistics.parties.changes import change_organisation
from logistics.parties.models import Donor, Organisation, Programme, Supplier
from logistics.press.cases.form import Case
from logistics.stock.actions import register_warehouse
from logistics.stock.models import Warehouse

DONORS_MAX = 100
# Made-up division codes: 99 is no province.
DIVISION_UNKNOWN = "990000"
ROOT_CODE = "example-federation"
MADE_UP = "演示数据 made-up figures"
_RECORDER = uuid.uuid5(uuid.NAMESPACE_URL, "nuanliu:cases:recorder")
_APPROVER = uuid.uuid5(uuid.NAMESPACE_URL, "nuanliu:cases:approver")


@dataclass(frozen=True)
class KnownProgramme:
    """A programme of the women's federations by its name in both languages, and whom its money is for."""

    zh: str
    en: str
    terms: Terms
    thanks: str = ""


PROGRAMMES = {
    "spring-bud": KnownProgramme(
        "春蕾计划", "Spring Bud Plan", Terms(sexes=("FEMALE",), age_from=6, age_to=18), "春蕾绽放, 感谢有您"
    ),
    "warm-heart-pack": KnownProgramme("宝贝暖心包", "Warm Heart Pack", Terms(), "一份暖心, 一路相伴"),
    "knit-with-love": KnownProgramme("织爱行动", "Knit with Love", Terms(), "一针一线, 织就温暖"),
    "micro-wishes": KnownProgramme("微心愿", "Micro-wishes", Terms()),
}
# How many days a parcel may stay in a state before it is late.
DAYS_PER_STAGE = {"PLANNED": 7, "PACKED": 3, "SEALED": 3, "DISPATCHED": 5, "AT_TRANSFER_POINT": 5}


@dataclass(frozen=True)
class Stage:
    """Everything that stands before the first gift."""

    case: Case
    programme: Programme
    organisation: Organisation
    fund: Fund
    warehouse: Warehouse
    supplier: Supplier
    donors: list[Donor]
    recorder: Actor
    approver: Actor


def code_of(case: Case) -> str:
    """Name the fund of a case, by which the ledgers are narrowed to it."""
    return f"case-{case.key}"


def find_fund(case: Case) -> Fund | None:
    """Find the fund that a case left when it was loaded."""
    return Fund.objects.filter(code=code_of(case)).select_related("programme", "holder").first()


def set_stage(case: Case, now: dt.datetime) -> Stage:
    """Register what the case needs and is not there yet."""
    programme = example_programme(case.programme)
    organisation = _organisation(case, programme)
    code = code_of(case)
    known = PROGRAMMES.get(case.programme)
    fund = register_fund(
        code=code,
        name_zh=case.title[:120] or code,
        programme=programme,
        owner=organisation,
        holder=organisation,
        basis="AGENCY",
        terms=known.terms if known else Terms(),
        now=now,
    )
    return Stage(
        case=case,
        programme=programme,
        organisation=organisation,
        fund=fund,
        warehouse=register_warehouse(organisation=organisation, code=code, name_zh="示例仓库", name_en="Example store"),
        supplier=register_supplier(
            organisation=organisation, code=code, name_zh="示例供应商", name_en="Example supplier"
        ),
        donors=_donors(case, organisation),
        recorder=Actor(organisation, _RECORDER, key_name="import_case"),
        approver=Actor(organisation, _APPROVER, key_name="import_case"),
    )


def example_root() -> Organisation:
    """Return the made-up body above all examples."""
    found = Organisation.objects.filter(code=ROOT_CODE).first() or register_organisation(
        code=ROOT_CODE,
        name_zh="示例妇女联合会",
        name_en="Example Women's Federation",
        kind="FEDERATION",
        level="NATIONAL",
        division_code=DIVISION_UNKNOWN,
    )
    if found.is_demonstration:
        return found
    return change_organisation(organisation=found, changes={"is_demonstration": True}, cause=Cause(reason=MADE_UP))


def example_programme(code: str) -> Programme:
    """Return the programme of this code, registering it where it is not there yet."""
    found = Programme.objects.filter(code=code).select_related("organisation").first()
    known = PROGRAMMES.get(code) or KnownProgramme(code, code, Terms())
    return found or register_programme(
        organisation=example_root(),
        code=code,
        name_zh=known.zh,
        name_en=known.en,
        is_for_persons=known.terms.is_for_persons,
        days_per_stage=DAYS_PER_STAGE,
        thanks=known.thanks,
    )


def _organisation(case: Case, programme: Programme) -> Organisation:
    told = case.organisation
    code = f"fed-{told.division_code}" if told and told.division_code else code_of(case)
    found = Organisation.objects.filter(code=code, path__startswith=programme.organisation.path).first()
    if found is not None:
        return found
    is_taken = Organisation.objects.filter(code=code).exists()
    return register_organisation(
        code=code_of(case) if is_taken else code,
        name_zh=told.name if told else "示例县妇女联合会",
        kind="FEDERATION",
        level=told.level if told else "COUNTY",
        parent=programme.organisation,
        division_code=told.division_code if told else DIVISION_UNKNOWN,
    )


def _donors(case: Case, organisation: Organisation) -> list[Donor]:
    many = min(max(case.gifts[0], 1), DONORS_MAX)
    return [
        register_donor(organisation=organisation, kind="PERSON", name=f"示例捐赠人 {number + 1:02}")
        for number in range(many)
    ]


def families(stage: Stage, places: Sequence[tuple[str, int]], now: dt.datetime) -> list[Recipient]:
    """Make up one family with one girl for each parcel, in the places of the report."""
    division = stage.organisation.division_code or DIVISION_UNKNOWN
    wanted = [
        HouseholdInput(
            township=place,
            division_code=division,
            head_name=f"示例家庭 {number:04}",
            members=(MemberInput(f"示例女童 {number:04}", "FEMALE", _birthday(now), has_consent=True),),
        )
        for number, place in enumerate((name for name, count in places for _ in range(count)), start=1)
    ]
    made: list[Household] = []
    for start in range(0, len(wanted), HOUSEHOLDS_PER_CALL_MAX):
        part = wanted[start : start + HOUSEHOLDS_PER_CALL_MAX]
        made += record_households(organisation=stage.organisation, families=part, now=now)
    girls = {member.household_id: member for member in Member.objects.filter(household__in=made)}
    return [Recipient(household, girls[household.id]) for household in made]


def _birthday(now: dt.datetime) -> dt.date:
    return dt.date(now.year - 10, 1, 1)
