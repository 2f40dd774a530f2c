"""The demonstration: a county federation in the middle of its winter programme, with something in every state.

Everything is made up and looks made up. It goes through the same actions as the API, by a clock that ends now.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from logistics.audits.access import live_mandates
from logistics.audits.mandates import MANDATE_DAYS_MAX, approve_mandate, grant_mandate
from logistics.deliveries.actions import record_scans
from logistics.deliveries.inputs import STEPS_THAT_NEED_A_REASON, ScanInput
from logistics.donations.actions import GiftInput, record_money_donations
from logistics.donations.goods import LineInput, record_goods_donation
from logistics.funds.actions import register_fund
from logistics.funds.models import Fund
from logistics.grants.actions import approve_grant, pay_grant, plan_grant
from logistics.households.actions import HouseholdInput, MemberInput, record_households
from logistics.households.divisions import import_divisions
from logistics.households.models import Household, Member
from logistics.kernel.refusals import Conflicting
from logistics.parcels.actions import Recipient, cancel_parcel, plan_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actions import (
    change_password,
    register_donor,
    register_organisation,
    register_person,
    register_supplier,
)
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Person, Programme, Supplier
from logistics.press.cases.stage import PROGRAMMES, example_programme, example_root
from logistics.press.demo_money import fill_money
from logistics.stock.actions import assemble_kits, register_item, register_kit_recipe, register_warehouse
from logistics.stock.models import Item, KitRecipe, Warehouse
from logistics.stock.purchases import PurchaseLineInput, record_purchase
from logistics.storage.transactions import action

COUNTY = "demo-county"
DIVISION = "990101"
TOWNSHIPS = ("示例镇", "山口乡", "河湾镇", "云顶乡")
ITEMS = (
    ("gloves", "手套", "Gloves", 120),
    ("vest", "棉马甲", "Padded vest", 600),
    ("blanket", "毛毯", "Blanket", 1500),
)
# What the families of the demonstration struggle with, in turn.
HARDSHIPS = (("SINGLE_PARENT",), (), ("DISASTER",), ("SUBSISTENCE_ALLOWANCE", "ACCIDENT"))
KITS, FAMILIES, GIFTS, GIFT_MINOR = 60, 40, 80, 20_000
KIT_VALUES = (2_000, 8_000, 10_000)
# What the parcels of the demonstration went through: steps, how many days ago the last one was, how many parcels.
WALKS: tuple[tuple[tuple[str, ...], int, int], ...] = (
    ((), 0, 6),
    ((), 9, 1),
    (("PACK",), 1, 4),
    (("PACK", "SEAL"), 1, 3),
    (("PACK", "SEAL", "DISPATCH"), 1, 4),
    (("PACK", "SEAL", "DISPATCH"), 8, 2),
    (("PACK", "SEAL", "DISPATCH", "RECEIVE"), 1, 1),
    (("PACK", "SEAL", "DISPATCH", "HAND_OVER"), 2, 12),
    (("PACK", "SEAL", "DISPATCH", "ATTEMPT"), 1, 1),
    (("PACK", "SEAL", "DISPATCH", "REFUSE"), 2, 1),
    (("PACK", "SEAL", "DISPATCH", "REFUSE", "RETURN"), 1, 1),
    (("PACK", "SEAL", "DISPATCH", "DAMAGE"), 3, 1),
    (("PACK", "SEAL", "DISPATCH", "LOSE"), 3, 1),
    # Its PACK never arrived: the books wait for it.
    (("HAND_OVER",), 1, 1),
)
REASONS = {"ATTEMPT": "NOT_HOME", "REFUSE": "REFUSED", "DAMAGE": "DAMAGED", "LOSE": "LOST"}
PEOPLE = (
    ("keeper", "示例仓管员", "KEEPER"),
    ("courier", "示例配送志愿者", "COURIER"),
    ("liaison", "示例网格员", "LIAISON"),
    ("officer", "示例经办人", "OFFICER"),
    ("approver", "示例审批人", "APPROVER"),
    ("auditor", "示例审计员", "AUDITOR"),
    ("administrator", "示例管理员", "ADMINISTRATOR"),
)
_DEVICE, _OTHER_DEVICE = (uuid.uuid5(uuid.NAMESPACE_URL, f"nuanliu:demo:device-{number}") for number in (1, 2))


class NotADemonstration(Conflicting):
    code = "not_a_demonstration"
    zh = "这里已有真实单位的数据，不能再载入演示数据。"
    en = "There are real organisations here; made-up figures never join them."


@action
def load_demonstration(*, now: dt.datetime) -> bool:
    """Load the county and its winter. Returns whether it was not there yet. Refuses NotADemonstration."""
    root = example_root()
    if Organisation.objects.exclude(path__startswith=root.path).exists():
        raise NotADemonstration
    if Organisation.objects.filter(code=COUNTY).exists():
        return False
    county = _county(root, now)
    _fill(county)
    _walk_parcels(county)
    _pay_grants(county)
    approver_id = uuid.uuid5(uuid.NAMESPACE_URL, "nuanliu:demo:approver")
    fill_money(fund=county.fund, officer=county.actor, approver_id=approver_id, now=now)
    return True


@action
def give_passwords(*, make: Callable[[], str]) -> list[tuple[Person, str]]:
    """Give each person of the demonstration a new password, registering who is not there yet."""
    county = Organisation.objects.get(code=COUNTY)
    given = []
    for username, name, role in PEOPLE:
        password = make()
        person = Person.objects.filter(username=username).first()
        if person is None:
            # Who audits and who administers see everything; the others work in their county.
            home = example_root() if role in ("AUDITOR", "ADMINISTRATOR") else county
            person = register_person(organisation=home, username=username, name=name, roles=[role], password=password)
        else:
            change_password(person=person, password=password)
        given.append((person, password))
    return given


@action
def let_audit(*, now: dt.datetime) -> None:
    """Let the demonstration's auditor look at every day of its books, for as long as may be; once is enough."""
    people = Person.objects.filter(username__in=("administrator", "approver", "auditor")).in_bulk(field_name="username")
    if live_mandates(people["auditor"], now).exists():
        return
    administrator, approver = (
        Actor(people[name].organisation, people[name].id, people[name]) for name in ("administrator", "approver")
    )
    mandate = grant_mandate(
        actor=administrator,
        person=people["auditor"],
        organisation=example_root(),
        from_on=dt.date(2000, 1, 1),
        to_on=now.date() + dt.timedelta(days=MANDATE_DAYS_MAX),
        expires_at=now + dt.timedelta(days=MANDATE_DAYS_MAX),
        reason="示例审计委托书",
        now=now,
    )
    approve_mandate(actor=approver, mandate=mandate, now=now)


@dataclass(frozen=True)
class _County:
    organisation: Organisation
    actor: Actor
    warm: Programme
    spring: Programme
    fund: Fund
    girls_fund: Fund
    warehouse: Warehouse
    supplier: Supplier
    items: list[Item]
    recipe: KitRecipe
    families: list[Household]
    now: dt.datetime

    def days_ago(self, days: int) -> dt.datetime:
        return self.now - dt.timedelta(days=days)


def _county(root: Organisation, now: dt.datetime) -> _County:
    organisation = register_organisation(
        code=COUNTY,
        name_zh="示例县妇女联合会",
        name_en="Example County Women's Federation",
        kind="FEDERATION",
        level="COUNTY",
        parent=root,
        division_code=DIVISION,
        telephone="0990-1234567",
    )
    warm, spring = example_programme("warm-heart-pack"), example_programme("spring-bud")
    items = [register_item(code=code, name_zh=zh, name_en=en, weight_grams=grams) for code, zh, en, grams in ITEMS]
    return _County(
        organisation=organisation,
        actor=Actor(organisation, _DEVICE, key_name="示例设备"),
        warm=warm,
        spring=spring,
        fund=_fund(organisation, warm, "demo-warm", "暖心包专项", "Warm packs", now),
        girls_fund=_fund(organisation, spring, "demo-girls", "春蕾女童专项", "Girls at school", now),
        warehouse=register_warehouse(
            organisation=organisation, code="demo-store", name_zh="示例县仓库", name_en="Example county store"
        ),
        supplier=register_supplier(
            organisation=organisation, code="demo-shop", name_zh="示例百货", name_en="Example shop"
        ),
        items=items,
        recipe=register_kit_recipe(
            code="warm-kit", name_zh="暖心包", name_en="Warm pack", programme=warm, lines=[(item, 1) for item in items]
        ),
        families=_families(organisation, now),
        now=now,
    )


def _fund(organisation: Organisation, programme: Programme, code: str, zh: str, en: str, now: dt.datetime) -> Fund:
    return register_fund(
        code=code,
        name_zh=zh,
        name_en=en,
        programme=programme,
        owner=organisation,
        holder=organisation,
        basis="AGENCY",
        terms=PROGRAMMES[programme.code].terms,
        now=now - dt.timedelta(days=60),
    )


def _families(organisation: Organisation, now: dt.datetime) -> list[Household]:
    codes = [f"{DIVISION}{number:03}" for number in range(1, len(TOWNSHIPS) + 1)]
    import_divisions(edition="demo", lines=map(",".join, zip(codes, TOWNSHIPS, strict=True)))
    girl, boy = dt.date(now.year - 10, 3, 1), dt.date(now.year - 8, 3, 1)
    wanted = [
        HouseholdInput(
            township=TOWNSHIPS[number % len(TOWNSHIPS)],
            division_code=codes[number % len(codes)],
            head_name=f"示例家庭 {number + 1:04}",
            members=(
                MemberInput(
                    f"示例女童 {number + 1:04}",
                    "FEMALE",
                    girl,
                    has_consent=True,
                    relation="女儿",
                    hardships=("LEFT_BEHIND",) if number % 5 == 0 else (),
                ),
                MemberInput(f"示例男童 {number + 1:04}", "MALE", boy, has_consent=True, relation="儿子"),
            ),
            hardships=HARDSHIPS[number % len(HARDSHIPS)],
        )
        for number in range(FAMILIES)
    ]
    return record_households(organisation=organisation, families=wanted, now=now - dt.timedelta(days=40))


def _fill(county: _County) -> None:
    """Gifts of money to both funds, a gift of blankets, a purchase, and kits."""
    donors = [
        register_donor(organisation=county.organisation, kind=kind, name=name)
        for kind, name in (("ORGANISATION", "示例爱心企业"), ("PERSON", "示例捐赠人 01"), ("PERSON", "示例捐赠人 02"))
    ]
    for fund, programme in ((county.fund, county.warm), (county.girls_fund, county.spring)):
        gifts = [
            GiftInput(
                donors[number % 3],
                GIFT_MINOR,
                county.days_ago(40 - number // 4),
                f"demo-{fund.code}-{number:03}",
                channel="WECHAT",
            )
            for number in range(GIFTS)
        ]
        record_money_donations(actor=county.actor, programme=programme, fund=fund, gifts=gifts, now=county.days_ago(20))
    record_goods_donation(
        actor=county.actor,
        programme=county.warm,
        fund=county.fund,
        donor=donors[0],
        warehouse=county.warehouse,
        received_at=county.days_ago(12),
        reference="demo-goods-1",
        lines=[LineInput(county.items[2], 20, "AGREEMENT", 20 * KIT_VALUES[2])],
        counted_by=["示例仓管员", "示例经办人"],
        now=county.days_ago(12),
    )
    record_purchase(
        actor=county.actor,
        fund=county.fund,
        supplier=county.supplier,
        warehouse=county.warehouse,
        purchased_at=county.days_ago(11),
        lines=[
            PurchaseLineInput(item, KITS, KITS * value) for item, value in zip(county.items, KIT_VALUES, strict=True)
        ],
        invoice="示例发票 0001",
        reference="demo-purchase-1",
        now=county.days_ago(11),
    )
    assemble_kits(
        actor=county.actor,
        recipe=county.recipe,
        warehouse=county.warehouse,
        fund=county.fund,
        quantity=KITS - 5,
        now=county.days_ago(10),
    )


def _walk_parcels(county: _County) -> None:
    families, sequence = iter(county.families), count(1)
    for steps, days, many in WALKS:
        parcels = _planned(county, [next(families) for _ in range(many)], days + 1)
        for step in steps:
            _scan(county, parcels, step, days, sequence)
    _dispute(county, _planned(county, [next(families)], 3)[0], sequence)
    (cancelled,) = _planned(county, [county.families[-1]], 2)
    cancel_parcel(parcel=cancelled, actor=county.actor, now=county.days_ago(1))


def _planned(county: _County, families: list[Household], days: int) -> list[Parcel]:
    return plan_parcels(
        actor=county.actor,
        programme=county.warm,
        warehouse=county.warehouse,
        recipe=county.recipe,
        fund=county.fund,
        recipients=[Recipient(family) for family in families],
        now=county.days_ago(min(days, 10)),
    )


def _scan(
    county: _County, parcels: list[Parcel], step: str, days: int, sequence: "count[int]", actor: Actor | None = None
) -> None:
    # Each step a little after the one before it.
    scans = [_scan_of(parcel, step, county.days_ago(days), next(sequence)) for parcel in parcels]
    record_scans(actor=actor or county.actor, scans=scans, now=county.days_ago(days) + dt.timedelta(minutes=30))


def _scan_of(parcel: Parcel, step: str, day: dt.datetime, sequence: int) -> ScanInput:
    return ScanInput(
        scan_id=uuid.uuid4(),
        code=parcel.code.text,
        step=step,
        scanned_at=day + dt.timedelta(seconds=sequence),
        sequence=sequence,
        reason=REASONS[step] if step in STEPS_THAT_NEED_A_REASON else "",
    )


def _dispute(county: _County, parcel: Parcel, sequence: "count[int]") -> None:
    """Let two devices hand over one parcel."""
    for step in ("PACK", "SEAL", "DISPATCH", "HAND_OVER"):
        _scan(county, [parcel], step, 2, sequence)
    _scan(county, [parcel], "HAND_OVER", 2, sequence, Actor(county.organisation, _OTHER_DEVICE, key_name="示例设备二"))


def _pay_grants(county: _County) -> None:
    """Stipends for girls: paid, approved, and planned."""
    girls = Member.objects.filter(household__in=county.families[:5], sex="FEMALE").select_related("household__account")
    approver = uuid.uuid5(uuid.NAMESPACE_URL, "nuanliu:demo:approver")
    for number, girl in enumerate(girls.order_by("id")):
        grant, _ = plan_grant(
            actor=county.actor,
            fund=county.girls_fund,
            household=girl.household,
            beneficiary=girl,
            amount_minor=60_000,
            reference=f"demo-grant-{number}",
            purpose="春季学期助学金",
            now=county.days_ago(8),
        )
        if number > 0:
            grant = approve_grant(grant=grant, approver_id=approver, now=county.days_ago(7))
        if number > 1:
            pay_grant(grant=grant, actor=county.actor, now=county.days_ago(6))
