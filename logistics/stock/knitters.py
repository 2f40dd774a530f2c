"""Volunteers who knit from our yarn, and how much of it each holds."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from logistics.funds.models import Fund
from logistics.journal.actions import open_account
from logistics.journal.models import AccountKind, Balance
from logistics.journal.revisions import Cause, note_registered
from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.actions import new_reference
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.stock.models import Item, Knitter
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action


class KnitterMissing(Missing):
    code = "knitter_missing"
    zh = "没有找到编织志愿者 {knitter}。"
    en = "There is no knitter {knitter}."


@action
def register_knitter(*, actor: Actor, name: str, token: uuid.UUID | None = None) -> Knitter:
    """Register a volunteer who knits, and the account of the yarn in her hands. The same token registers once."""
    knitter_id = derived_id(token, 0) if token else new_id()
    standing = Knitter.objects.filter(id=knitter_id, organisation=actor.organisation).first()
    if standing is not None:
        return standing
    reference = new_reference("V")
    account = open_account(
        kind=AccountKind.VOLUNTEER,
        subject_id=knitter_id,
        organisation_id=actor.organisation.id,
        reference=reference,
    )
    row = Knitter.objects.create(
        id=knitter_id, organisation=actor.organisation, name=name, reference=reference, account=account
    )
    note_registered([row], cause=Cause(actor.holder_id))
    return row


@dataclass(frozen=True)
class YarnHeld:
    """How much yarn of one fund a knitter holds. No value is said: it is a matter of grams."""

    knitter: Knitter
    item: Item
    fund_code: str
    quantity: int


def visible_knitters(organisation: Organisation) -> "QuerySet[Knitter]":
    """Return the knitters of an organisation and of those below it, by reference."""
    rows = Knitter.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("account", "organisation").order_by("id")


def standing_knitters(organisation: Organisation) -> "QuerySet[Knitter]":
    """Return the knitters who were not erased."""
    return visible_knitters(organisation).filter(erased_at__isnull=True)


def get_knitter(*, reference: str, organisation: Organisation) -> Knitter:
    """Return the knitter with this reference. Refuses KnitterMissing, also for another organisation's."""
    found = standing_knitters(organisation).filter(reference=reference).first()
    if found is None:
        raise KnitterMissing(knitter=reference[:24], pointer="/knitter")
    return found


def require_standing(knitter: Knitter) -> None:
    """Hold a knitter while yarn goes to her. Refuses KnitterMissing for who was erased."""
    rows = Knitter.objects.select_for_update(of=("self",)).filter(id=knitter.id, erased_at__isnull=True)
    if rows.first() is None:
        raise KnitterMissing(knitter=knitter.reference, pointer="/knitter")


def yarn_held(organisation: Organisation) -> Iterator[YarnHeld]:
    """Yield who holds how much yarn now, knitter by knitter."""
    knitters = {row.account_id: row for row in visible_knitters(organisation)}
    rows = Balance.objects.filter(account__in=knitters, quantity__gt=0).select_related("lot")
    summed: dict[tuple[uuid.UUID, uuid.UUID, uuid.UUID], int] = {}
    for row in rows.order_by("account__reference", "lot_id"):
        assert row.lot.item_id is not None
        key = row.account_id, row.lot.item_id, row.lot.purse_id
        summed[key] = summed.get(key, 0) + row.quantity
    items = Item.objects.in_bulk({item for _, item, _ in summed})
    codes = dict(Fund.objects.filter(purse__in={purse for *_, purse in summed}).values_list("purse_id", "code"))
    for (account, item, purse), quantity in summed.items():
        yield YarnHeld(knitters[account], items[item], codes[purse], quantity)
