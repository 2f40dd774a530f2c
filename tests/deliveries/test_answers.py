"""What each scan is answered: codes, repeats, strangers, cards, proofs and what is malformed."""

import datetime as dt
import uuid

import pytest

from logistics.codes.actions import revoke_code
from logistics.deliveries.actions import SCANS_PER_CALL_MAX, ScansOutOfBounds, record_scans
from logistics.deliveries.models import ScanEvent
from logistics.journal.models import Balance
from logistics.kernel.codes import make_code
from logistics.parcels.actions import cancel_parcel
from logistics.parties.actions import register_programme
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

QUEUED = 20


def _outcomes(world: World, *scans, **more) -> list[str]:  # type: ignore[no-untyped-def]
    return [answer.outcome for answer in world.record(*scans, **more)]


def _held(kind: str) -> int:
    return sum(Balance.objects.filter(account__kind=kind).values_list("quantity", flat=True))


def test_a_repeat_is_answered_and_changes_nothing(world: World) -> None:
    parcel = world.parcel()
    scan = world.scan(parcel, "PACK")
    world.record(scan)
    with nothing_written():
        (again,) = world.record(scan)
    assert (again.outcome, again.facts) == ("REPEATED", {"first_outcome": "RECORDED"})


def test_the_same_id_with_other_content_is_malformed_with_both_hashes(world: World) -> None:
    parcel = world.parcel()
    scan = world.scan(parcel, "PACK")
    world.record(scan)
    other = world.scan(parcel, "SEAL")
    forged = type(other)(**{**vars(other), "scan_id": scan.scan_id})
    with nothing_written():
        (answer,) = world.record(forged)
    assert answer.outcome == "MALFORMED"
    assert answer.facts == {"stands": scan.content_sha256(), "sent": forged.content_sha256()}


def test_a_repeat_of_an_unknown_code_is_known_too(world: World) -> None:
    scan = world.scan(make_code("PARCEL", "7K", 5), "PACK")
    assert _outcomes(world, scan) == ["UNKNOWN_CODE"]
    with nothing_written():
        assert _outcomes(world, scan) == ["REPEATED"]


def test_each_wrong_code_has_its_own_answer(world: World) -> None:
    parcel = world.parcel()
    code = parcel.code.text
    one_wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    swapped = code[:5] + code[6] + code[5] + code[7:] if code[5] != code[6] else code[:4] + "ZZ" + code[6:]
    codes = [
        one_wrong,
        swapped,
        make_code("PARCEL", "8Z", 1),
        "https://example.org/x",
        make_code("PARCEL", "7K", 1),
        "?",
    ]
    assert _outcomes(world, *(world.scan(text, "PACK") for text in codes)) == [
        "BAD_CHECK",
        "BAD_CHECK",
        "FOREIGN_CODE",
        "FOREIGN_CODE",
        "UNKNOWN_CODE",
        "BAD_CHECK",
    ]
    assert ScanEvent.objects.count() == 6
    parcel.refresh_from_db()
    assert parcel.state == "PLANNED"


def test_a_stranger_finds_no_parcel(world: World) -> None:
    parcel = world.parcel()
    assert _outcomes(world, world.scan(parcel, "PACK"), actor=world.as_actor(world.stranger)) == ["UNKNOWN_CODE"]
    parcel.refresh_from_db()
    assert parcel.state == "PLANNED"


def test_a_stranger_s_card_names_no_household(world: World) -> None:
    from logistics.households.actions import record_household

    foreign = record_household(
        organisation=world.stranger_county,
        township="别处",
        division_code="990102001",
        head_name="示例外县家庭",
        now=world.now,
    )
    world.stock_kits(1)
    (parcel,) = world.plan(with_family=False)
    world.walk(parcel, "PACK", "DISPATCH")
    assert foreign.card_code is not None
    scan = world.scan(parcel, "HAND_OVER", household_code=foreign.card_code.text)
    assert _outcomes(world, scan) == ["WRONG_HOUSEHOLD"]


def test_a_revoked_label_is_told_so(world: World) -> None:
    parcel = world.parcel()
    revoke_code(code=parcel.code, reason="刮坏了", now=world.now)
    assert _outcomes(world, world.scan(parcel, "PACK")) == ["REVOKED_LABEL"]


def test_a_cancelled_parcel_is_told_so(world: World) -> None:
    parcel = world.parcel()
    cancel_parcel(parcel=parcel, actor=world.partner, now=world.now)
    assert _outcomes(world, world.scan(parcel, "PACK")) == ["CANCELLED"]
    assert_books_close()


def test_what_has_expired_is_not_packed(world: World) -> None:
    world.give_money(20_000)
    world.buy((world.gloves, 1, 100), expires_on=dt.date(2026, 1, 13))
    from logistics.parcels.actions import Recipient, plan_parcels

    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        recipients=[Recipient(world.family)],
        now=world.now,
    )
    late = world.scan(parcel, "PACK", at=dt.datetime(2026, 1, 14, 4, tzinfo=dt.UTC))
    assert _outcomes(world, late) == ["EXPIRED"]
    in_time = world.scan(parcel, "PACK", at=dt.datetime(2026, 1, 13, 4, tzinfo=dt.UTC))
    assert _outcomes(world, in_time) == ["RECORDED"]


def test_the_card_of_another_family_is_refused(world: World) -> None:
    from logistics.households.actions import record_household

    other = record_household(
        organisation=world.county, township="少云镇", division_code="990101001", head_name="示例邻居", now=world.now
    )
    parcel = world.parcel()
    world.walk(parcel, "PACK", "DISPATCH")
    assert other.card_code is not None
    assert world.family.card_code is not None
    wrong = world.scan(parcel, "HAND_OVER", household_code=other.card_code.text)
    right = world.scan(parcel, "HAND_OVER", household_code=world.family.card_code.text)
    assert _outcomes(world, wrong, right) == ["WRONG_HOUSEHOLD", "RECORDED"]


def test_a_required_proof_must_be_named_by_its_hash(world: World) -> None:
    world.warm = register_programme(
        organisation=world.county, code="signed", name_zh="须签收", required_proofs=["SIGNATURE"]
    )
    from logistics.funds.actions import register_fund
    from logistics.kernel.eligibility import Terms
    from logistics.parcels.actions import Recipient, plan_parcels

    fund = register_fund(
        code="signed",
        name_zh="须签收",
        programme=world.warm,
        owner=world.county,
        holder=world.county,
        basis="OWN",
        terms=Terms(),
        now=world.now,
    )
    world.give_money(1_000, fund=fund)
    world.buy((world.gloves, 1, 1_000), fund=fund)
    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        recipients=[Recipient(world.family)],
        now=world.now,
    )
    world.walk(parcel, "PACK", "DISPATCH")
    (answer,) = world.record(world.scan(parcel, "HAND_OVER"))
    assert (answer.outcome, answer.facts) == ("PROOF_MISSING", {"missing": ["SIGNATURE"]})
    signed = world.scan(parcel, "HAND_OVER", proofs=(("SIGNATURE", "a" * 64),))
    assert _outcomes(world, signed) == ["RECORDED"]


def test_one_bad_scan_never_sinks_the_rest(world: World) -> None:
    world.stock_kits(3)
    parcels = world.plan(3)
    scans = [world.scan(parcels[0], "PACK"), world.scan("nonsense", "PACK"), world.scan(parcels[1], "FLY")]
    scans += [world.scan(parcels[2], "PACK"), world.scan(parcels[2], "SEAL")]
    assert _outcomes(world, *scans) == ["RECORDED", "BAD_CHECK", "MALFORMED", "RECORDED", "RECORDED"]
    assert_books_close()


@pytest.mark.parametrize("count", [0, SCANS_PER_CALL_MAX + 1])
def test_none_and_too_many_scans_are_refused(world: World, count: int) -> None:
    scan = world.scan("x", "PACK")
    with nothing_written(), pytest.raises(ScansOutOfBounds):
        record_scans(actor=world.partner, scans=[scan] * count, now=world.now)


def test_a_scan_id_can_be_any_uuid_of_any_device(world: World) -> None:
    parcel = world.parcel()
    scan = world.scan(parcel, "PACK")
    one = type(scan)(**{**vars(scan), "scan_id": uuid.UUID(int=0)})
    assert _outcomes(world, one) == ["RECORDED"]
    assert _outcomes(world, one, actor=world.other_device()) == ["REPEATED"]


def test_a_long_queue_sent_again_gets_its_first_answers_and_changes_nothing(world: World) -> None:
    world.stock_kits(QUEUED)
    scans = [world.scan(parcel, step) for parcel in world.plan(QUEUED) for step in ("PACK", "SEAL", "DISPATCH", "SEAL")]
    first = [answer.outcome for answer in world.record(*scans)]
    assert set(first) == {"RECORDED", "ALREADY_DONE"}
    with nothing_written():
        again = world.record(*scans)
        assert world.record(*scans) == again
    assert {answer.outcome for answer in again} == {"REPEATED"}
    assert [answer.facts["first_outcome"] for answer in again] == first
