"""Replay a case through the same actions as the API, each step on its day. The clock is the report's own."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TypeVar

from logistics.deliveries.actions import SCANS_PER_CALL_MAX, record_scans
from logistics.deliveries.inputs import ScanInput
from logistics.donations.actions import GIFTS_PER_CALL_MAX, GiftInput, record_money_donations
from logistics.donations.goods import LineInput, record_goods_donation
from logistics.funds.models import Fund
from logistics.grants.actions import approve_grant, pay_grant, plan_grant
from logistics.kernel.refusals import Conflicting
from logistics.parcels.actions import PARCELS_PER_CALL_MAX, Recipient, plan_parcels
from logistics.parcels.models import Parcel
from logistics.press.cases.form import Case, CaseKit, spread
from logistics.press.cases.stage import Stage, code_of, families, find_fund, set_stage
from logistics.stock.actions import assemble_kits, register_item, register_kit_recipe
from logistics.stock.models import Item, KitRecipe
from logistics.stock.purchases import PurchaseLineInput, record_purchase
from logistics.storage.transactions import action

# Steps of a parcel that reached its family, and of one that only left the warehouse.
SENT = ("PACK", "SEAL", "DISPATCH")
HANDED_OVER = (*SENT, "HAND_OVER")
# Days before the reported day on which the step before it was taken.
GIVEN_DAYS, BOUGHT_DAYS, ASSEMBLED_DAYS, SENT_DAYS = 21, 10, 3, 1
Progress = Callable[[int, int], None]
Thing = TypeVar("Thing")


class CaseOutOfTime(Conflicting):
    code = "case_out_of_time"
    zh = "案例的日期 {day} 在将来。"
    en = "The case is dated {day}, which has not come yet."


@action
def import_case(*, case: Case, now: dt.datetime, progress: Progress) -> tuple[Fund, bool]:
    """Replay a case into the books, whole or not at all. Returns (its fund, is new); a second run changes nothing.

    Refuses CaseOutOfTime, and whatever the actions refuse. `progress` hears (steps done, steps in all).
    """
    known = find_fund(case)
    if known is not None:
        return known, False
    if case.day > now.date():
        raise CaseOutOfTime(day=case.day.isoformat())
    replay = _Replay(case, progress)
    replay.run()
    return replay.stage.fund, True


class _Replay:
    """One run through a case, which counts its steps."""

    def __init__(self, case: Case, progress: Progress) -> None:
        self.case = case
        self.stage: Stage = set_stage(case, _moment(case, GIVEN_DAYS + 1))
        scans = case.parcels * len(HANDED_OVER if case.is_handed_over else SENT)
        goods = case.goods.households * len(HANDED_OVER) if case.goods else 0
        self._total = case.gifts[0] + scans + goods + (case.grants.households if case.grants else 0) or 1
        self._done, self._progress = 0, progress
        self._sequence = count(1)

    def run(self) -> None:
        """Gifts, goods, parcels, grants: in the order in which they happened."""
        self._progress(0, self._total)
        self._receive_money()
        if self.case.kit is not None:
            self._give_out_kits(self.case.kit)
        people = self._people()
        if self.case.goods is not None:
            self._give_out_goods(self.case.goods.total_minor, people[: self.case.goods.households])
        if self.case.grants is not None:
            self._pay_grants(spread(self.case.grants.total_minor, self.case.grants.households), people)

    def _advance(self, steps: int) -> None:
        self._done += steps
        self._progress(self._done, self._total)

    def _receive_money(self) -> None:
        stage, (many, each) = self.stage, self.case.gifts
        for start in range(0, many, GIFTS_PER_CALL_MAX):
            part = range(start, min(start + GIFTS_PER_CALL_MAX, many))
            gifts = [
                GiftInput(
                    stage.donors[number % len(stage.donors)],
                    each,
                    _moment(self.case, GIVEN_DAYS),
                    f"{code_of(self.case)}-{number + 1:06}",
                )
                for number in part
            ]
            record_money_donations(
                actor=stage.recorder,
                programme=stage.programme,
                fund=stage.fund,
                gifts=gifts,
                now=_moment(self.case, GIVEN_DAYS),
            )
            self._advance(len(part))

    def _give_out_kits(self, kit: CaseKit) -> None:
        stage, many = self.stage, self.case.parcels
        prefix = code_of(self.case)
        items = [
            (register_item(code=f"{prefix}-{number:02}", name_zh=name), quantity)
            for number, (name, quantity) in enumerate(kit.items, start=1)
        ]
        recipe = register_kit_recipe(code=prefix, name_zh=kit.name, programme=stage.programme, lines=items)
        values = spread(kit.value_minor, len(items))
        lines = [(item, per_kit * many, value * many) for (item, per_kit), value in zip(items, values, strict=True)]
        self._receive_goods(lines)
        assemble_kits(
            actor=stage.recorder,
            recipe=recipe,
            warehouse=stage.warehouse,
            fund=stage.fund,
            quantity=many,
            now=_moment(self.case, ASSEMBLED_DAYS),
        )
        if self.case.is_handed_over:
            whom = families(stage, self.case.places, _moment(self.case, ASSEMBLED_DAYS))
            self._walk(self._plan(recipe, whom), HANDED_OVER)
            return
        for place, parcels in self.case.places:
            self._walk(self._plan_without_families(recipe, place, parcels), SENT)

    def _receive_goods(self, lines: Sequence[tuple[Item, int, int]]) -> None:
        """Take goods in: (item, quantity, value) each, given in kind or bought with the fund's money."""
        stage, when = self.stage, _moment(self.case, BOUGHT_DAYS)
        if self.case.is_in_kind:
            record_goods_donation(
                actor=stage.recorder,
                programme=stage.programme,
                fund=stage.fund,
                donor=stage.donors[0],
                warehouse=stage.warehouse,
                received_at=when,
                reference=f"{code_of(self.case)}-goods",
                lines=[LineInput(item, quantity, "AGREEMENT", value) for item, quantity, value in lines],
                now=when,
            )
            return
        record_purchase(
            actor=stage.recorder,
            fund=stage.fund,
            supplier=stage.supplier,
            warehouse=stage.warehouse,
            purchased_at=when,
            lines=[PurchaseLineInput(item, quantity, value) for item, quantity, value in lines],
            invoice="示例发票",
            reference=f"{code_of(self.case)}-{lines[0][0].code}",
            now=when,
        )

    def _people(self) -> list[Recipient]:
        """Make up the families of grants and of goods; who gets both is one family."""
        grants, goods = self.case.grants, self.case.goods
        most = max(grants.households if grants else 0, goods.households if goods else 0)
        return families(self.stage, [("示例乡镇", most)], _moment(self.case, ASSEMBLED_DAYS)) if most else []

    def _give_out_goods(self, total_minor: int, whom: Sequence[Recipient]) -> None:
        item = register_item(code=f"{code_of(self.case)}-goods", name_zh="示例物资包", name_en="Example goods")
        self._receive_goods([(item, len(whom), total_minor)])
        parcels: list[Parcel] = []
        for part in _parts(whom, PARCELS_PER_CALL_MAX):
            parcels += self._planned(lines=((item, 1),), recipients=part)
        self._walk(parcels, HANDED_OVER)

    def _pay_grants(self, amounts: Sequence[int], people: Sequence[Recipient]) -> None:
        when = _moment(self.case, 0)
        for number, (amount, who) in enumerate(zip(amounts, people, strict=False)):
            grant, _ = plan_grant(
                actor=self.stage.recorder,
                fund=self.stage.fund,
                household=who.household,
                beneficiary=who.beneficiary,
                amount_minor=amount,
                reference=f"{code_of(self.case)}-grant-{number + 1:05}",
                now=when,
            )
            approved = approve_grant(grant=grant, approver_id=self.stage.approver.holder_id, now=when)
            pay_grant(grant=approved, actor=self.stage.recorder, now=when)
            self._advance(1)

    def _plan(self, recipe: KitRecipe, whom: Sequence[Recipient]) -> list[Parcel]:
        parts = _parts(whom, PARCELS_PER_CALL_MAX)
        return [parcel for part in parts for parcel in self._planned(recipe=recipe, recipients=part)]

    def _plan_without_families(self, recipe: KitRecipe, place: str, many: int) -> list[Parcel]:
        sizes = [min(PARCELS_PER_CALL_MAX, many - start) for start in range(0, many, PARCELS_PER_CALL_MAX)]
        return [parcel for size in sizes for parcel in self._planned(recipe=recipe, count=size, township=place)]

    def _planned(self, **what: object) -> list[Parcel]:
        stage = self.stage
        return plan_parcels(
            actor=stage.recorder,
            programme=stage.programme,
            warehouse=stage.warehouse,
            fund=stage.fund,
            now=_moment(self.case, SENT_DAYS),
            **what,  # type: ignore[arg-type]  # -- the action's own words
        )

    def _walk(self, parcels: Sequence[Parcel], steps: Sequence[str]) -> None:
        """Scan each parcel through its steps: one device, one step after the other."""
        for step in steps:
            # The reported day is the day of the hand-over; everything before it happened the day before.
            when = _moment(self.case, 0 if step == "HAND_OVER" else SENT_DAYS)
            for part in _parts(parcels, SCANS_PER_CALL_MAX):
                record_scans(actor=self.stage.recorder, scans=list(self._scans(part, step, when)), now=when)
                self._advance(len(part))

    def _scans(self, parcels: Sequence[Parcel], step: str, when: dt.datetime) -> Iterator[ScanInput]:
        proofs = self.stage.programme.required_proofs if step == "HAND_OVER" else []
        for parcel in parcels:
            sequence = next(self._sequence)
            yield ScanInput(
                scan_id=uuid.uuid4(),
                code=parcel.code.text,
                step=step,
                scanned_at=when + dt.timedelta(milliseconds=sequence),
                sequence=sequence,
                # The bytes of a made-up proof are its parcel's code.
                proofs=tuple((kind, hashlib.sha256(parcel.code.text.encode()).hexdigest()) for kind in proofs),
            )


def _moment(case: Case, days_before: int) -> dt.datetime:
    """Return ten in the morning in China, so many days before the reported day."""
    day = case.day - dt.timedelta(days=days_before)
    return dt.datetime(day.year, day.month, day.day, 2, 0, tzinfo=dt.UTC)


def _parts(rows: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
