"""What there is to give on a list: kits and goods on hand by fund and warehouse, or grants of one amount.

What fits whom is data of the goods (sex and ages), whom a fund may serve is data of the fund.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.db.models import Q, Sum

from logistics.funds.actions import terms_on
from logistics.funds.models import Fund
from logistics.funds.reads import funds_at_hand
from logistics.households.consents import CONSENT_AGE
from logistics.journal.models import Balance
from logistics.kernel.admission import ApplicantFacts, Person
from logistics.kernel.eligibility import BeneficiaryFacts, Terms, age_on, unmet_terms
from logistics.kernel.matching import Wish, served
from logistics.kernel.ranking import Place
from logistics.kernel.refusals import Unacceptable
from logistics.lists.reasons import ALL_GIVEN, NOTHING_FITS, OUTSIDE_TERMS
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation, Programme
from logistics.stock.models import Item, Warehouse

OFFERS_MAX = 200
QUANTITY_MAX = 1_000_000
AMOUNT_MINOR_MAX = 10**10
NEEDS_CONSENT = "needs_consent"


class OffersUnreadable(Unacceptable):
    code = "offers_unreadable"
    zh = "可发放的物资或款项写法不对：{offer}。"
    en = "What there is to give cannot be read: {offer}."


class OffersOutOfBounds(Unacceptable):
    code = "offers_out_of_bounds"
    zh = "一份名单须有 1 到 {most} 种可发放的物资或款项。"
    en = "A list has 1 to {most} kinds of things to give."


@dataclass(frozen=True)
class Offer:
    """One kind of thing that a list gives: an item of one fund from one warehouse, or an amount of money of one fund.

    A grant has an amount and no item.
    """

    fund: Fund
    quantity: int
    item: Item | None = None
    warehouse: Warehouse | None = None
    amount_minor: int | None = None

    @property
    def kind(self) -> str:
        """Say what it becomes: PARCEL or GRANT."""
        return "PARCEL" if self.item else "GRANT"

    def to_json(self) -> dict[str, object]:
        """Write the offer in its stored form."""
        common: dict[str, object] = {"fund": self.fund.code, "quantity": self.quantity}
        if self.item is None or self.warehouse is None:
            return {**common, "amount_minor": self.amount_minor}
        return {**common, "item": self.item.code, "warehouse": self.warehouse.code}


def offers_at_hand(organisation: Organisation, programme: Programme, *, on: dt.date) -> list[Offer]:
    """List the kits and goods that lie in an organisation's warehouses for a programme, what expires first first."""
    rows = Balance.objects.filter(
        Q(lot__expires_on=None) | Q(lot__expires_on__gte=on),
        account__in=Warehouse.objects.filter(organisation__in=organisation_ids_below(organisation)).values("account"),
        lot__purse__in=Fund.objects.filter(programme=programme).values("purse"),
        lot__item_id__isnull=False,
        quantity__gt=0,
    )
    sums = rows.order_by().values_list("account_id", "lot__item_id", "lot__purse_id").annotate(sum=Sum("quantity"))
    found = list(sums)[:OFFERS_MAX]
    warehouses = {row.account_id: row for row in Warehouse.objects.filter(account__in=[row[0] for row in found])}
    items = Item.objects.select_related("recipe").in_bulk([row[1] for row in found])
    funds = {row.purse_id: row for row in Fund.objects.filter(purse__in=[row[2] for row in found])}
    offers = [Offer(funds[purse], count, items[item], warehouses[account]) for account, item, purse, count in found]
    # What packs are made of is packed first: where kits lie, their parts are no offer.
    whole = [offer for offer in offers if offer.item and offer.item.is_kit]
    return sorted(whole or offers, key=_code_of)


def read_offers(
    values: Sequence[Mapping[str, object]], *, organisation: Organisation, programme: Programme
) -> list[Offer]:
    """Read offers from their stored or sent form. Refuses OffersOutOfBounds, OffersUnreadable."""
    if not 0 < len(values) <= OFFERS_MAX:
        raise OffersOutOfBounds(most=OFFERS_MAX, pointer="/offers")
    funds = {fund.code: fund for fund in funds_at_hand(organisation).filter(programme=programme)}
    items = {row.code: row for row in Item.objects.filter(code__in=_said(values, "item")).select_related("recipe")}
    places = Warehouse.objects.filter(code__in=_said(values, "warehouse"))
    places = places.filter(organisation__in=organisation_ids_below(organisation))
    warehouses = {row.code: row for row in places}
    return [_read(value, number, funds, items, warehouses) for number, value in enumerate(values)]


def matched(
    places: Sequence[Place], facts: Mapping[str, ApplicantFacts], offers: Sequence[Offer], *, on: dt.date
) -> tuple[dict[str, int], dict[str, str]]:
    """Say who gets which offer, in the order of the places, and why the others get nothing.

    Returns (number of the offer by reference, reason by reference).
    """
    judge = _Judge(offers, on)
    fitting = {place.candidate.reference: judge.fitting(facts[place.candidate.reference]) for place in places}
    wishes = [Wish(reference, kinds) for reference, (kinds, _) in fitting.items() if kinds]
    given = served(wishes, {str(number): offer.quantity for number, offer in enumerate(offers)})
    why = {name: reason or ALL_GIVEN for name, (_, reason) in fitting.items() if name not in given}
    return {name: int(kind) for name, kind in given.items()}, why


@dataclass
class _Judge:
    """Which offers fit whom on a day; alike people are judged once."""

    offers: Sequence[Offer]
    on: dt.date
    _terms: list[Terms] = field(init=False)
    _fits: list[Terms] = field(init=False)

    def __post_init__(self) -> None:
        by_fund = {offer.fund.id: terms_on(offer.fund, self.on)[1] for offer in self.offers}
        self._terms = [by_fund[offer.fund.id] for offer in self.offers]
        self._fits = [Terms.from_json(offer.item.fits if offer.item else {}) for offer in self.offers]
        self._may = cache(self._judged)
        self._suits = cache(self._judged_size)

    def fitting(self, facts: ApplicantFacts) -> tuple[tuple[str, ...], str]:
        """List the numbers of the offers that fit, as texts, or say why none does."""
        is_for_persons = any(offer.fund.programme.is_for_persons for offer in self.offers)
        someone = facts.persons[0] if is_for_persons and facts.persons else None
        if someone is not None and _lacks_consent(someone, self.on):
            return (), NEEDS_CONSENT
        allowed = self._may(_sign(someone, self.on), facts.division_code)
        if not allowed:
            return (), OUTSIDE_TERMS
        sized = {number for person in facts.persons for number in self._suits(_sign(person, self.on))}
        free = {number for number, fits in enumerate(self._fits) if not fits.is_for_persons}
        kinds = tuple(str(number) for number in allowed if number in sized | free)
        return kinds, "" if kinds else NOTHING_FITS

    def _judged(self, sign: tuple[str | None, int | None] | None, division_code: str) -> tuple[int, ...]:
        sex, age = sign or (None, None)
        facts = BeneficiaryFacts(sex, _born(age, self.on), division_code)
        return tuple(number for number, terms in enumerate(self._terms) if self._meets(number, terms, facts, sign))

    def _meets(
        self, number: int, terms: Terms, facts: BeneficiaryFacts, sign: tuple[str | None, int | None] | None
    ) -> bool:
        if terms.is_for_persons and sign is None:
            return False
        item = self.offers[number].item
        return not unmet_terms(terms, facts, on=self.on, items=(item.code,) if item else ())

    def _judged_size(self, sign: tuple[str | None, int | None]) -> frozenset[int]:
        facts = BeneficiaryFacts(sign[0], _born(sign[1], self.on), "")
        return frozenset(number for number, fits in enumerate(self._fits) if not unmet_terms(fits, facts, on=self.on))


def _sign(person: Person | None, on: dt.date) -> tuple[str | None, int | None]:
    """Say of a person what goods and funds ask: sex and completed years."""
    if person is None:
        return None, None
    return person.sex, age_on(person.born_on, on) if person.born_on else None


def _born(age: int | None, on: dt.date) -> dt.date | None:
    """Return a birth date that makes somebody so old on a day."""
    return None if age is None else dt.date(on.year - age, 1, 1)


def _lacks_consent(person: Person, on: dt.date) -> bool:
    return person.born_on is not None and age_on(person.born_on, on) < CONSENT_AGE and not person.has_consent


def _read(
    value: Mapping[str, object],
    number: int,
    funds: Mapping[str, Fund],
    items: Mapping[str, Item],
    warehouses: Mapping[str, Warehouse],
) -> Offer:
    fund, quantity = funds.get(str(value.get("fund"))), value.get("quantity")
    if fund is None or not _is_number(quantity, QUANTITY_MAX):
        raise _unreadable(number, "fund" if fund is None else "quantity")
    assert isinstance(quantity, int)
    if "amount_minor" in value and value["amount_minor"] is not None:
        amount = value["amount_minor"]
        if not _is_number(amount, AMOUNT_MINOR_MAX) or value.get("item"):
            raise _unreadable(number, "amount_minor")
        assert isinstance(amount, int)
        return Offer(fund, quantity, amount_minor=amount)
    item, warehouse = items.get(str(value.get("item"))), warehouses.get(str(value.get("warehouse")))
    if item is None or warehouse is None:
        raise _unreadable(number, "item" if item is None else "warehouse")
    return Offer(fund, quantity, item, warehouse)


def _said(values: Iterable[Mapping[str, object]], name: str) -> set[str]:
    return {str(value[name]) for value in values if value.get(name)}


def _is_number(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most


def _unreadable(number: int, name: str) -> OffersUnreadable:
    return OffersUnreadable(offer=f"{number + 1} {name}", pointer=f"/offers/{number}/{name}")


def _code_of(offer: Offer) -> tuple[str, str, uuid.UUID]:
    return (offer.item.code if offer.item else "", offer.fund.code, offer.fund.id)
