"""The cast: one small set of named roles, and an outsider who must see nothing."""

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass, field

from django.utils import timezone

from logistics.audits.access import actor_for
from logistics.audits.mandates import approve_mandate, grant_mandate
from logistics.audits.models import AuditMandate
from logistics.deliveries.actions import record_scans
from logistics.deliveries.inputs import ScanAnswer, ScanInput
from logistics.donations.actions import record_money_donation
from logistics.donations.models import Donation
from logistics.funds.actions import register_fund
from logistics.funds.models import Fund
from logistics.households.actions import MemberInput, record_household
from logistics.households.models import Household, Member
from logistics.kernel.eligibility import Terms
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actions import (
    register_donor,
    register_organisation,
    register_person,
    register_programme,
    register_supplier,
)
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, Organisation, Person, Programme, Supplier
from logistics.stock.actions import (
    assemble_kits,
    register_item,
    register_kit_recipe,
    register_warehouse,
)
from logistics.stock.models import Item, KitRecipe, Warehouse
from logistics.stock.purchases import PurchaseLineInput, record_purchase
from logistics.storage.rows import new_id

NOW = dt.datetime(2026, 1, 12, 2, 0, tzinfo=dt.UTC)
PASSWORD = "示例-口令-2026"
_numbers = itertools.count(1)


@dataclass
class World:
    """A county federation with its people and goods, a province above it and a stranger beside it."""

    province: Organisation
    county: Organisation
    stranger_county: Organisation
    partner: Actor
    keeper: Person
    courier: Person
    officer: Person
    approver: Person
    auditor: Person
    administrator: Person
    mandate: AuditMandate
    stranger: Person
    warm: Programme
    spring: Programme
    warm_fund: Fund
    girls_fund: Fund
    warehouse: Warehouse
    supplier: Supplier
    donor: Donor
    gloves: Item
    vest: Item
    blanket: Item
    recipe: KitRecipe
    family: Household
    girl: Member
    boy: Member
    now: dt.datetime = NOW
    clock: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def give_money(
        self, amount_minor: int = 100_000, *, fund: Fund | None = None, at: dt.datetime | None = None
    ) -> Donation:
        """Give money to a fund, the warm one by default."""
        chosen = fund or self.warm_fund
        return record_money_donation(
            actor=self.partner,
            programme=chosen.programme,
            fund=chosen,
            donor=self.donor,
            amount_minor=amount_minor,
            received_at=at or self.now,
            reference=f"gift-{next(_numbers)}",
            now=self.now,
        )[0]

    def buy(self, *lines: tuple[Item, int, int], fund: Fund | None = None, expires_on: dt.date | None = None) -> None:
        """Buy items: (item, quantity, line total in fen) each."""
        record_purchase(
            actor=self.partner,
            fund=fund or self.warm_fund,
            supplier=self.supplier,
            warehouse=self.warehouse,
            purchased_at=self.now,
            lines=[PurchaseLineInput(item, quantity, total, expires_on) for item, quantity, total in lines],
            invoice="示例发票-001",
            reference=f"purchase-{next(_numbers)}",
            now=self.now,
        )

    def stock_kits(self, quantity: int = 10) -> None:
        """Give, buy and assemble kits at 200 yuan each."""
        self.give_money(20_000 * quantity)
        self.buy(
            (self.gloves, quantity, 2_000 * quantity),
            (self.vest, quantity, 8_000 * quantity),
            (self.blanket, quantity, 10_000 * quantity),
        )
        assemble_kits(
            actor=self.partner,
            recipe=self.recipe,
            warehouse=self.warehouse,
            fund=self.warm_fund,
            quantity=quantity,
            now=self.now,
        )

    def plan(self, count: int = 1, *, with_family: bool = True, batch: str = "") -> list[Parcel]:
        """Plan parcels of one kit each."""
        return plan_parcels(
            actor=self.partner,
            programme=self.warm,
            warehouse=self.warehouse,
            recipe=self.recipe,
            recipients=[Recipient(self.family)] * count if with_family else None,
            count=count,
            batch=batch,
            now=self.now,
        )

    def parcel(self) -> Parcel:
        """Plan one parcel for the family, with the kits that it needs."""
        self.stock_kits(1)
        return self.plan()[0]

    def scan(self, parcel: Parcel | str, step: str, *, at: dt.datetime | None = None, **more: object) -> ScanInput:
        """Make a scan, each a second after the last."""
        tick = next(self.clock)
        return ScanInput(
            scan_id=uuid.uuid4(),
            code=parcel if isinstance(parcel, str) else parcel.code.text,
            step=step,
            scanned_at=at or self.now + dt.timedelta(seconds=tick),
            sequence=tick,
            **more,  # type: ignore[arg-type] -- the test's own words
        )

    def record(self, *scans: ScanInput, actor: Actor | None = None) -> list[ScanAnswer]:
        """Hand scans in, as the partner's device by default."""
        return record_scans(actor=actor or self.partner, scans=list(scans), now=self.now + dt.timedelta(hours=1))

    def walk(self, parcel: Parcel, *steps: str) -> Parcel:
        """Scan a parcel through steps, all of them down to the door by default."""
        for step in steps or ("PACK", "SEAL", "DISPATCH", "HAND_OVER"):
            self.record(self.scan(parcel, step))
        parcel.refresh_from_db()
        return parcel

    def other_device(self) -> Actor:
        """Another device of the same federation."""
        return Actor(self.county, new_id(), key_name="另一台设备")

    def as_actor(self, person: Person) -> Actor:
        """A person as the actor at a page."""
        return actor_for(person, now=timezone.now())


def raise_curtain() -> World:
    """Put the cast on stage, through the same actions as every door."""
    province = register_organisation(
        code="示例省",
        name_zh="示例省妇女联合会",
        name_en="Example Province Federation",
        kind="FEDERATION",
        level="PROVINCE",
        division_code="990000",
    )
    county = register_organisation(
        code="示例县",
        name_zh="示例县妇女联合会",
        name_en="Example County Federation",
        kind="FEDERATION",
        level="COUNTY",
        parent=province,
        division_code="990101",
        telephone="0990-000000",
    )
    beside = register_organisation(
        code="邻县",
        name_zh="邻县妇女联合会",
        kind="FEDERATION",
        level="COUNTY",
        parent=province,
        division_code="990102",
    )
    warm = register_programme(
        organisation=province,
        code="warm-heart-pack",
        name_zh="宝贝暖心包",
        name_en="Warm Heart Pack",
        days_per_stage={"PACKED": 3, "DISPATCHED": 5},
    )
    spring = register_programme(
        organisation=province, code="spring-bud", name_zh="春蕾计划", name_en="Spring Bud", is_for_persons=True
    )
    funds = [
        register_fund(
            code=code,
            name_zh=name,
            programme=programme,
            owner=county,
            holder=county,
            basis="AGENCY",
            terms=terms,
            now=NOW,
        )
        for code, name, programme, terms in (
            ("warm-2026", "暖心包专项", warm, Terms()),
            ("girls-2026", "春蕾女童专项", spring, Terms(sexes=("FEMALE",), age_from=6, age_to=18)),
        )
    ]
    items = [
        register_item(code=code, name_zh=name, name_en=code, weight_grams=grams)
        for code, name, grams in (("gloves", "手套", 120), ("vest", "棉马甲", 600), ("blanket", "毛毯", 1500))
    ]
    recipe = register_kit_recipe(
        code="warm-kit", name_zh="暖心包", name_en="Warm pack", programme=warm, lines=[(item, 1) for item in items]
    )
    family = record_household(
        organisation=county,
        township="少云镇",
        division_code="990101001",
        head_name="示例家庭",
        address="示例村一组",
        telephone="13800138000",
        members=[
            MemberInput("示例女童", "FEMALE", dt.date(2014, 6, 1), has_consent=True, relation="女儿"),
            MemberInput("示例男童", "MALE", dt.date(2012, 6, 1), has_consent=True, relation="儿子"),
        ],
        now=NOW,
    )
    people = {
        role: _person(county, role.lower(), role)
        for role in ("KEEPER", "COURIER", "OFFICER", "APPROVER", "AUDITOR", "ADMINISTRATOR")
    }
    mandate = _mandate(people, county)
    return World(
        province=province,
        county=county,
        stranger_county=beside,
        partner=Actor(county, new_id(), key_name="示例设备"),
        keeper=people["KEEPER"],
        courier=people["COURIER"],
        officer=people["OFFICER"],
        approver=people["APPROVER"],
        auditor=people["AUDITOR"],
        administrator=people["ADMINISTRATOR"],
        mandate=mandate,
        stranger=_person(beside, "stranger", "OFFICER", "KEEPER", "AUDITOR"),
        warm=warm,
        spring=spring,
        warm_fund=funds[0],
        girls_fund=funds[1],
        warehouse=register_warehouse(organisation=county, code="wh-1", name_zh="示例仓库", name_en="Example warehouse"),
        supplier=register_supplier(organisation=county, code="sup-1", name_zh="示例供应商"),
        donor=register_donor(organisation=county, kind="PERSON", name="示例捐赠人"),
        gloves=items[0],
        vest=items[1],
        blanket=items[2],
        recipe=recipe,
        family=family,
        girl=family.members.get(sex="FEMALE"),
        boy=family.members.get(sex="MALE"),
    )


def _person(organisation: Organisation, username: str, *roles: str) -> Person:
    return register_person(
        organisation=organisation, username=username, name=f"示例{username}", roles=list(roles), password=PASSWORD
    )


def _mandate(people: dict[str, Person], county: Organisation) -> AuditMandate:
    """Let the auditor look at every day of the county's books: from today on, whenever that is."""
    now = timezone.now()
    administrator, approver = (Actor(county, people[role].id, people[role]) for role in ("ADMINISTRATOR", "APPROVER"))
    mandate = grant_mandate(
        actor=administrator,
        person=people["AUDITOR"],
        organisation=county,
        from_on=dt.date(2000, 1, 1),
        to_on=dt.date(2099, 12, 31),
        expires_at=now + dt.timedelta(days=300),
        reason="示例审计委托书",
        now=now,
    )
    return approve_mandate(actor=approver, mandate=mandate, now=now)
