"""A book in which every kind of row stands: gifts, purchases, kits, parcels, a grant, a reversal, a closed period."""

import datetime as dt

from logistics.funds.actions import revise_fund
from logistics.grants.actions import approve_grant, pay_grant, plan_grant, return_grant
from logistics.journal.models import Account, Balance, Lot, Period
from logistics.journal.periods import freeze_period, propose_period
from logistics.journal.sealing import seal_leaves
from logistics.kernel.eligibility import Terms
from logistics.parcels.actions import cancel_parcel
from tests.cast import World


def balance_of(*, account: Account, lot: Lot) -> int:
    """Count the units of a lot that an account holds now."""
    row = Balance.objects.filter(account=account, lot=lot).first()
    return row.quantity if row else 0


def fill_book(world: World, *, parcels: int = 3) -> None:
    """Let everything happen that leaves a row in the books."""
    world.stock_kits(parcels + 1)
    planned = world.plan(parcels)
    for parcel in planned[1:]:
        world.walk(parcel)
    cancel_parcel(parcel=planned[0], actor=world.partner, now=world.now)
    pay_a_girl(world, "grant-paid")
    return_grant(grant=pay_a_girl(world, "grant-back"), actor_id=world.partner.holder_id, now=world.now)
    revise_fund(
        fund=world.warm_fund,
        terms=Terms(sexes=("FEMALE",)),
        in_force_from=world.now.date(),
        consent_sha256="a" * 64,
        now=world.now,
    )
    close_books(world, on=world.now.date())
    world.give_money(77_700, at=world.now + dt.timedelta(days=1))


def pay_a_girl(world: World, reference: str):  # type: ignore[no-untyped-def] -- a grant
    """Give to the girls' fund, and pay a grant of it to the girl of the family."""
    world.give_money(50_000, fund=world.girls_fund)
    planned = plan_grant(
        actor=world.partner,
        fund=world.girls_fund,
        household=world.family,
        beneficiary=world.girl,
        amount_minor=30_000,
        reference=reference,
        now=world.now,
    )[0]
    approved = approve_grant(grant=planned, approver_id=world.approver.id, now=world.now)
    return pay_grant(actor=world.partner, grant=approved, now=world.now)


def close_books(world: World, *, on: dt.date) -> Period:
    """Close the county's books through a day: the officer proposes, the approver closes."""
    later = dt.datetime.combine(on, dt.time(), dt.UTC) + dt.timedelta(days=3)
    period = propose_period(organisation_id=world.county.id, ends_on=on, proposed_by_id=world.officer.id, now=later)
    return freeze_period(period=period, closed_by_id=world.approver.id, now=later)


def seal_all(world: World, *, limit: int = 1_000) -> None:
    """Seal what waits, in batches of this size."""
    while seal_leaves(now=world.now, limit=limit):
        pass
