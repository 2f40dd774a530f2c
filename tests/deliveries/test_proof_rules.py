"""What proves a hand-over, by the programme's rule: cards, codes, collectors, two persons; and lots at packing."""

import datetime as dt
from typing import Any

import pytest

from logistics.codes.actions import issue_codes, revoke_code
from logistics.deliveries.models import OneTimeCode, ScanEvent
from logistics.deliveries.one_time_codes import (
    CODE_LIVES,
    COMES_LATE_MAX,
    ISSUES_MAX,
    WRONG_TRIES_MAX,
    OneTimeCodeNeedless,
    OneTimeCodesExhausted,
    issue_one_time_code,
)
from logistics.households.actions import NameMissing
from logistics.households.collectors import (
    COLLECTORS_MAX,
    CollectorMissing,
    CollectorsExhausted,
    authorise_collector,
    standing_collectors,
    withdraw_collector,
)
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actions import ProofKindUnknown, register_programme
from logistics.parties.changes import change_programme
from logistics.parties.models import Programme
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

SHA = "a" * 64


def _parcel(world: World, *kinds: str) -> Parcel:
    """A dispatched parcel of a programme that asks for these proofs."""
    Programme.objects.filter(id=world.warm.id).update(required_proofs=list(kinds))
    return world.walk(world.parcel(), "PACK", "DISPATCH")


def _over(world: World, parcel: Parcel, **more: Any) -> tuple[str, dict[str, Any]]:
    actor = more.pop("actor", None)
    (answer,) = world.record(world.scan(parcel, "HAND_OVER", **more), actor=actor)
    return answer.outcome, {name: answer.facts[name] for name in ("missing", "next") if name in answer.facts}


def _missing(kind: str, hint: str = "") -> tuple[str, dict[str, Any]]:
    return "PROOF_MISSING", {"missing": [kind], **({"next": hint} if hint else {})}


RECORDED: tuple[str, dict[str, Any]] = ("RECORDED", {})


def test_a_household_card_is_proven_by_its_code_alone(world: World) -> None:
    parcel = _parcel(world, "HOUSEHOLD_CARD")
    assert _over(world, parcel) == _missing("HOUSEHOLD_CARD")
    assert _over(world, parcel, proofs=(("HOUSEHOLD_CARD", SHA),)) == _missing("HOUSEHOLD_CARD")
    assert world.family.card_code
    assert _over(world, parcel, household_code=world.family.card_code.text) == RECORDED


def test_several_proofs_are_all_needed(world: World) -> None:
    parcel = _parcel(world, "SIGNATURE", "PHOTO")
    assert _over(world, parcel, proofs=(("SIGNATURE", SHA),)) == _missing("PHOTO")
    assert _over(world, parcel, proofs=(("SIGNATURE", SHA), ("PHOTO", "b" * 64))) == RECORDED


def test_a_one_time_code_opens_its_parcel_and_no_other(world: World) -> None:
    parcel, other = _parcel(world, "ONE_TIME_CODE"), world.parcel()
    world.walk(other, "PACK", "DISPATCH")
    row, digits = issue_one_time_code(actor=world.partner, parcel=parcel, now=world.now)
    assert (len(digits), digits.isdigit()) == (6, True)
    assert digits not in row.code_index
    assert _over(world, parcel) == _missing("ONE_TIME_CODE")
    assert _over(world, other, one_time_code=digits) == _missing("ONE_TIME_CODE", "one_time_code_not_issued")
    assert _over(world, parcel, one_time_code=digits) == RECORDED
    assert not ScanEvent.objects.filter(reason=digits).exists()
    with nothing_written(), pytest.raises(OneTimeCodeNeedless):
        parcel.refresh_from_db()
        issue_one_time_code(actor=world.partner, parcel=parcel, now=world.now)


def test_a_one_time_code_can_be_tried_five_times_and_a_new_one_again(world: World) -> None:
    parcel = _parcel(world, "ONE_TIME_CODE")
    row, digits = issue_one_time_code(actor=world.partner, parcel=parcel, now=world.now)
    wrong = "000000" if digits != "000000" else "111111"
    for _ in range(WRONG_TRIES_MAX - 2):
        assert _over(world, parcel, one_time_code=wrong) == _missing("ONE_TIME_CODE", "one_time_code_wrong")
    # Two in one call count as two.
    world.record(*(world.scan(parcel, "HAND_OVER", one_time_code=wrong) for _ in range(2)))
    row.refresh_from_db()
    assert row.tries == WRONG_TRIES_MAX
    assert _over(world, parcel, one_time_code=digits) == _missing("ONE_TIME_CODE", "one_time_code_locked")
    _, new = issue_one_time_code(actor=world.partner, parcel=parcel, now=world.now + dt.timedelta(minutes=1))
    assert _over(world, parcel, one_time_code=new) == RECORDED
    assert_books_close()


def test_a_repeat_of_a_wrong_code_is_no_further_try(world: World) -> None:
    parcel = _parcel(world, "ONE_TIME_CODE")
    row, digits = issue_one_time_code(actor=world.partner, parcel=parcel, now=world.now)
    scan = world.scan(parcel, "HAND_OVER", one_time_code="1" if digits[0] != "1" else "2")
    for outcome in ("PROOF_MISSING", "REPEATED", "REPEATED"):
        assert world.record(scan)[0].outcome == outcome
    row.refresh_from_db()
    assert row.tries == 1


def test_a_code_that_was_taken_down_in_time_may_come_late_but_not_for_ever(world: World) -> None:
    parcel = _parcel(world, "ONE_TIME_CODE")
    row, digits = issue_one_time_code(actor=world.partner, parcel=parcel, now=world.now)
    late = world.now + CODE_LIVES + dt.timedelta(seconds=1)
    expired = _missing("ONE_TIME_CODE", "one_time_code_expired")
    assert _over(world, parcel, one_time_code=digits, at=late) == expired
    issued = row.issued_at - COMES_LATE_MAX - CODE_LIVES
    OneTimeCode.objects.update(issued_at=issued, expires_at=issued + CODE_LIVES)
    assert _over(world, parcel, one_time_code=digits, at=issued) == expired
    OneTimeCode.objects.update(expires_at=world.now - COMES_LATE_MAX + dt.timedelta(hours=1))
    assert _over(world, parcel, one_time_code=digits, at=issued) == RECORDED


def test_codes_are_issued_ten_times_and_no_more(world: World) -> None:
    parcel = _parcel(world, "ONE_TIME_CODE")
    for _ in range(ISSUES_MAX):
        issue_one_time_code(actor=world.partner, parcel=parcel, now=world.now)
    with nothing_written(), pytest.raises(OneTimeCodesExhausted):
        issue_one_time_code(actor=world.partner, parcel=parcel, now=world.now)


def test_an_authorised_collector_is_known_by_name_or_by_card(world: World) -> None:
    row = authorise_collector(actor=world.partner, household=world.family, name="示例代领人", now=world.now)
    for said in ("示例代领人", " 示例 代领人", row.card_code.text, f"HTTPS://EXAMPLE.ORG/Q/{row.card_code.text}"):
        parcel = _parcel(world, "COLLECTOR")
        expected = RECORDED if "EXAMPLE" not in said else _missing("COLLECTOR", "collector_unknown")
        assert _over(world, parcel, detail={"collector": said}) == expected
    parcel = _parcel(world, "COLLECTOR")
    assert _over(world, parcel) == _missing("COLLECTOR")
    unknown = _missing("COLLECTOR", "collector_unknown")
    assert _over(world, parcel, detail={"collector": "示例路人"}) == unknown
    revoke_code(code=row.card_code, reason="丢失", now=world.now)
    assert _over(world, parcel, detail={"collector": row.card_code.text}) == unknown
    withdraw_collector(actor=world.partner, household=world.family, collector_id=row.id, now=world.now)
    assert _over(world, parcel, detail={"collector": "示例代领人"}) == unknown


def test_collectors_are_bounded_named_and_withdrawn_once(world: World) -> None:
    rows = [
        authorise_collector(actor=world.partner, household=world.family, name=f"示例{number}", now=world.now)
        for number in range(COLLECTORS_MAX)
    ]
    with nothing_written(), pytest.raises(CollectorsExhausted):
        authorise_collector(actor=world.partner, household=world.family, name="示例多余", now=world.now)
    with nothing_written(), pytest.raises(NameMissing):
        authorise_collector(actor=world.partner, household=world.family, name=" ", now=world.now)
    withdraw_collector(actor=world.partner, household=world.family, collector_id=rows[0].id, now=world.now)
    with pytest.raises(CollectorMissing):
        withdraw_collector(actor=world.partner, household=world.family, collector_id=rows[0].id, now=world.now)
    assert standing_collectors([world.family.id]).count() == COLLECTORS_MAX - 1


def test_two_persons_are_two_who_are_known(world: World) -> None:
    parcel, courier, keeper = _parcel(world, "TWO_PERSONS"), world.courier.id, world.keeper.id
    cases = [
        ({}, ""),
        ({"operator_id": courier}, ""),
        ({"witness_id": keeper}, ""),
        ({"operator_id": courier, "witness_id": courier}, "witness_is_operator"),
        ({"operator_id": courier, "witness_id": world.stranger.id}, "witness_unknown"),
        ({"operator_id": world.family.id, "witness_id": keeper}, "witness_unknown"),
    ]
    for said, hint in cases:
        assert _over(world, parcel, **said) == _missing("TWO_PERSONS", hint)
    type(world.keeper).objects.filter(id=keeper).update(is_active=False)
    assert _over(world, parcel, operator_id=courier, witness_id=keeper) == _missing("TWO_PERSONS", "witness_unknown")
    assert _over(world, parcel, operator_id=courier, witness_id=world.officer.id) == RECORDED


def test_who_is_signed_in_is_the_operator_where_none_is_named(world: World) -> None:
    parcel, actor = _parcel(world, "TWO_PERSONS"), world.as_actor(world.courier)
    own = _over(world, parcel, witness_id=world.courier.id, actor=actor)
    assert own == _missing("TWO_PERSONS", "witness_is_operator")
    assert _over(world, parcel, witness_id=world.keeper.id, actor=actor) == RECORDED


def _dated(world: World, *kinds: str) -> Parcel:
    Programme.objects.filter(id=world.warm.id).update(required_proofs=list(kinds))
    world.give_money(20_000)
    world.buy((world.gloves, 1, 100), expires_on=dt.date(2027, 1, 13))
    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        recipients=[Recipient(world.family)],
        now=world.now,
    )
    return parcel


def _label(world: World, lot: str) -> str:
    return issue_codes(kind="LOT", subjects=[lot], organisation_id=world.county.id, now=world.now)[0].text


def test_a_dated_lot_is_packed_with_its_own_label(world: World) -> None:
    parcel, other = _dated(world, "LOT_LABEL"), _dated(world, "LOT_LABEL")
    right, wrong = (_label(world, found.contents[0][0]) for found in (parcel, other))
    answers = world.record(
        world.scan(parcel, "PACK"),
        world.scan(parcel, "PACK", lot_code=wrong),
        world.scan(parcel, "PACK", lot_code=parcel.code.text),
        world.scan(parcel, "PACK", lot_code=right),
    )
    assert [answer.outcome for answer in answers] == ["PROOF_MISSING", "WRONG_LOT", "WRONG_LOT", "RECORDED"]
    assert answers[0].facts == {"missing": ["LOT_LABEL"]}
    assert answers[1].facts == {"expected_lot": [parcel.contents[0][0]]}
    parcel.refresh_from_db()
    assert parcel.state == "PACKED"
    # The label is asked for at packing, not at the door.
    world.walk(parcel, "DISPATCH", "HAND_OVER")
    assert parcel.state == "DELIVERED"


def test_goods_without_a_date_need_no_label_but_a_wrong_one_is_told(world: World) -> None:
    parcel, dated = world.parcel(), _dated(world, "LOT_LABEL")
    assert (
        world.record(world.scan(parcel, "PACK", lot_code=_label(world, dated.contents[0][0])))[0].outcome == "WRONG_LOT"
    )
    assert world.record(world.scan(parcel, "PACK"))[0].outcome == "RECORDED"


@pytest.mark.parametrize("kind", ["FACE", "signature", ""])
def test_a_programme_asks_for_nothing_that_cannot_be_proven(world: World, kind: str) -> None:
    with nothing_written(), pytest.raises(ProofKindUnknown):
        register_programme(organisation=world.county, code="x", name_zh="示例", required_proofs=["PHOTO", kind])
    with nothing_written(), pytest.raises(ProofKindUnknown):
        change_programme(
            programme=world.warm,
            changes={"required_proofs": [kind]},
            cause=world.partner.cause(world.now, "示例理由"),
        )
