"""Scans end to end: outcomes, what the books make of them, disputes, and what waits as Unposted."""

import datetime as dt
import itertools
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.codes.actions import revoke_code
from logistics.deliveries.actions import SCANS_PER_CALL_MAX, ScansOutOfBounds, record_scans
from logistics.deliveries.models import ScanEvent, Unposted
from logistics.households.models import ScanDetail
from logistics.journal.models import AccountKind, Balance, JournalEntry, Leaf
from logistics.kernel.codes import make_code
from logistics.outbox.models import Event
from logistics.parcels.actions import cancel_parcel
from logistics.parties.actions import register_programme
from tests.cast import World
from tests.looking import assert_books_close, nothing_written, rows_everywhere, statements


def _outcomes(world: World, *scans, **more) -> list[str]:  # type: ignore[no-untyped-def]
    return [answer.outcome for answer in world.record(*scans, **more)]


def _held(kind: str) -> int:
    return sum(Balance.objects.filter(account__kind=kind).values_list("quantity", flat=True))


def test_it_books_each_step_that_moves_goods(world: World) -> None:
    parcel = world.parcel()
    assert _held(AccountKind.RESERVED) == 1
    assert _outcomes(world, world.scan(parcel, "PACK")) == ["RECORDED"]
    assert (_held(AccountKind.RESERVED), _held(AccountKind.PARCEL)) == (0, 1)
    assert _outcomes(world, world.scan(parcel, "SEAL"), world.scan(parcel, "DISPATCH")) == ["RECORDED"] * 2
    assert _outcomes(world, world.scan(parcel, "HAND_OVER")) == ["RECORDED"]
    assert (_held(AccountKind.PARCEL), _held(AccountKind.HOUSEHOLD)) == (0, 1)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "")
    assert Event.objects.filter(kind="delivery.confirmed").count() == 1
    assert Leaf.objects.filter(kind="SCAN").count() == 4
    assert_books_close()


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


def test_a_hand_over_before_its_pack_waits_and_is_booked_when_the_pack_arrives(world: World) -> None:
    parcel = world.parcel()
    over, pack = world.scan(parcel, "HAND_OVER"), world.scan(parcel, "PACK", at=world.now)
    assert _outcomes(world, over) == ["RECORDED"]
    parcel.refresh_from_db()
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "pack_missing")
    waiting = Unposted.objects.get(parcel=parcel)
    assert (waiting.reason, waiting.settled_at) == ("pack_missing", None)
    assert _held(AccountKind.RESERVED) == 1
    world.record(pack)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "")
    assert Unposted.objects.get(parcel=parcel).settled_at is not None
    assert _held(AccountKind.HOUSEHOLD) == 1
    assert_books_close()


def test_two_hand_overs_are_one_delivery_and_one_dispute_in_either_order(world: World) -> None:
    for turned in (False, True):
        parcel = world.parcel()
        world.walk(parcel, "PACK", "DISPATCH")
        devices = [world.partner, world.other_device()]
        scans = [world.scan(parcel, "HAND_OVER") for _ in devices]
        pairs = list(zip(devices, scans, strict=True))
        answers = [_outcomes(world, scan, actor=device)[0] for device, scan in (reversed(pairs) if turned else pairs)]
        assert answers == ["RECORDED", "DISPUTED"]
        parcel.refresh_from_db()
        assert parcel.state == "DISPUTED"
    assert _held(AccountKind.HOUSEHOLD) == 2
    assert_books_close()


def test_a_late_scan_that_changes_the_conclusion_reverses_and_books_again(world: World) -> None:
    parcel = world.parcel()
    world.walk(parcel, "PACK", "DISPATCH")
    (lost,) = [world.scan(parcel, "LOSE", reason="LOST", at=world.now + dt.timedelta(hours=2))]
    world.record(lost)
    assert _held(AccountKind.LOSS) == 1
    # The hand-over happened earlier; its device was offline.
    world.record(world.scan(parcel, "HAND_OVER", at=world.now + dt.timedelta(hours=1)))
    parcel.refresh_from_db()
    assert parcel.state == "DELIVERED"
    assert (_held(AccountKind.LOSS), _held(AccountKind.HOUSEHOLD)) == (0, 1)
    assert JournalEntry.objects.filter(reverses__isnull=False).count() == 1
    assert_books_close()


def test_an_undo_takes_back_what_was_booked(world: World) -> None:
    parcel = world.parcel()
    over = world.scan(parcel, "HAND_OVER")
    world.walk(parcel, "PACK")
    world.record(over)
    assert _outcomes(world, world.scan(parcel, "UNDO", undoes=over.scan_id)) == ["RECORDED"]
    parcel.refresh_from_db()
    assert parcel.state == "PACKED"
    assert (_held(AccountKind.PARCEL), _held(AccountKind.HOUSEHOLD)) == (1, 0)
    assert_books_close()


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_every_order_of_arrival_leaves_the_same_books(world: World, order: tuple[int, ...]) -> None:
    parcel = world.parcel()
    scans = [world.scan(parcel, step) for step in ("PACK", "SEAL", "DISPATCH", "HAND_OVER")]
    for place in order:
        world.record(scans[place])
    parcel.refresh_from_db()
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "")
    assert _held(AccountKind.HOUSEHOLD) == 1
    assert_books_close()


def test_a_girls_fund_refuses_a_boy_at_the_door_too(world: World) -> None:
    from logistics.parcels.actions import Recipient, plan_parcels

    world.give_money(2_000, fund=world.girls_fund)
    world.buy((world.gloves, 1, 2_000), fund=world.girls_fund)
    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.spring,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        fund=world.girls_fund,
        recipients=[Recipient(world.family, world.girl)],
        now=world.now,
    )
    permit = parcel.permit_id
    assert permit is not None
    world.walk(parcel)
    assert parcel.state == "DELIVERED"
    entry = JournalEntry.objects.get(permit_id=permit)
    assert entry.kind == "HAND_OVER"


def test_a_restricted_parcel_without_a_family_is_delivered_but_waits_for_the_books(world: World) -> None:
    from logistics.parcels.actions import plan_parcels

    world.give_money(2_000, fund=world.girls_fund)
    world.buy((world.gloves, 1, 2_000), fund=world.girls_fund)
    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.spring,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        fund=world.girls_fund,
        now=world.now,
    )
    world.walk(parcel, "PACK", "DISPATCH")
    assert world.family.card_code is not None
    world.record(world.scan(parcel, "HAND_OVER", household_code=world.family.card_code.text))
    parcel.refresh_from_db()
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "beneficiary_required")
    assert _held(AccountKind.HOUSEHOLD) == 0
    assert_books_close()


def test_details_of_persons_lie_encrypted_in_the_vault_alone(world: World) -> None:
    parcel = world.parcel()
    detail = {"collector": "示例代领人", "place": {"latitude": "29.84", "longitude": "106.05"}}
    world.record(world.scan(parcel, "PACK", detail=detail))
    event = ScanEvent.objects.get()
    assert len(event.detail_commitment) == 64
    assert "示例代领人" in ScanDetail.objects.get(scan_id=event.id).detail
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail FROM households_scandetail")
        assert "示例代领人" not in cursor.fetchone()[0]
    for leaf in Leaf.objects.all():
        assert "示例代领人".encode() not in bytes(leaf.data)


@pytest.mark.parametrize("count", [0, SCANS_PER_CALL_MAX + 1])
def test_none_and_too_many_scans_are_refused(world: World, count: int) -> None:
    scan = world.scan("x", "PACK")
    with nothing_written(), pytest.raises(ScansOutOfBounds):
        record_scans(actor=world.partner, scans=[scan] * count, now=world.now)


STATEMENTS_MAX = {"SEAL": 6, "DISPATCH": 6, "PACK": 12, "HAND_OVER": 12}


@pytest.mark.parametrize("lots", [1, 20])
def test_the_number_of_statements_of_a_scan_is_bounded(world: World, lots: int) -> None:
    """BEGIN and COMMIT are two more than what a test, which runs inside a transaction, can see."""
    from logistics.parcels.actions import Recipient, plan_parcels

    world.give_money(lots * 100)
    for _ in range(lots):
        world.buy((world.gloves, 1, 100))
    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.gloves, lots)],
        recipients=[Recipient(world.family)],
        now=world.now,
    )
    for step in ("PACK", "SEAL", "DISPATCH", "HAND_OVER"):
        scan = world.scan(parcel, step)
        with CaptureQueriesContext(connection) as queries:
            assert _outcomes(world, scan) == ["RECORDED"]
        sent = statements(queries)
        assert len(sent) + 2 <= _allowed(step), "\n".join(sent)


def test_a_thousand_scans_in_one_call_take_no_more_statements_than_one(world: World) -> None:
    world.stock_kits(60)
    parcels = world.plan(60)
    for step in ("PACK", "SEAL", "DISPATCH", "HAND_OVER"):
        scans = [world.scan(parcel, step) for parcel in parcels]
        with CaptureQueriesContext(connection) as queries:
            assert set(_outcomes(world, *scans)) == {"RECORDED"}
        assert len(statements(queries)) + 2 <= _allowed(step)


def _allowed(step: str) -> int:
    # SQLite cannot add to several tables in one statement: four more where something is booked, two more where not.
    extra = 0 if connection.vendor == "postgresql" else (6 if STATEMENTS_MAX[step] > 6 else 3)
    return STATEMENTS_MAX[step] + extra


def test_an_unknown_household_waits_until_a_card_says_who(world: World) -> None:
    world.stock_kits(1)
    (parcel,) = world.plan(with_family=False)
    world.walk(parcel, "PACK", "DISPATCH", "HAND_OVER")
    assert parcel.unposted_reason == "household_unknown"
    assert_books_close()


def test_scans_are_never_changed(world: World) -> None:
    parcel = world.parcel()
    scan = world.scan(parcel, "PACK")
    world.record(scan)
    before = rows_everywhere()
    for statement in ("UPDATE deliveries_scan SET outcome = 'RECORDED'", "DELETE FROM deliveries_scan"):
        with pytest.raises(Exception, match="append_only"), connection.cursor() as cursor:
            from django.db import transaction

            with transaction.atomic():
                cursor.execute(statement)
    assert rows_everywhere() == before


def test_a_scan_id_can_be_any_uuid_of_any_device(world: World) -> None:
    parcel = world.parcel()
    scan = world.scan(parcel, "PACK")
    one = type(scan)(**{**vars(scan), "scan_id": uuid.UUID(int=0)})
    assert _outcomes(world, one) == ["RECORDED"]
    assert _outcomes(world, one, actor=world.other_device()) == ["REPEATED"]
