"""Grants paid together: planned, approved by another, sent as a file, paid, and sent back."""

import io

import openpyxl
import pytest

from logistics.funds.bank_layouts import PAYMENTS, LayoutMissing, LayoutWrong, bank_layouts, get_bank_layout
from logistics.grants.actions import (
    GrantInBatch,
    GrantStateWrong,
    PayeeAccountMalformed,
    SamePerson,
    approve_grant,
    pay_grant,
    plan_grant,
)
from logistics.grants.bank_files import BankFileChanged, PayeeUnwritable
from logistics.grants.batch_models import BatchState, PaymentBatch
from logistics.grants.batches import (
    BatchGrantsOutOfBounds,
    BatchMixed,
    BatchStateWrong,
    GrantOutsideBatch,
    PayeeAccountMissing,
    approve_batch,
    drop_batch,
    plan_batch,
    record_batch_paid,
    record_returned_payments,
    send_batch,
    take_bank_file,
)
from logistics.grants.models import Grant, GrantState
from logistics.households.models import PersonalDataView
from logistics.households.reasons import reasons_of
from logistics.journal.models import Balance, JournalEntry
from logistics.journal.purses import FundOverspent
from logistics.outbox.models import Event
from logistics.parties.references import ReferenceReused
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

ACCOUNT = "6222020200112233445"


def grant_of(world: World, reference: str = "g-1", amount: int = 10_000, **more: object) -> Grant:
    """Plan a stipend for the girl."""
    said = {"payee": "示例家长", "payee_account": ACCOUNT, "payee_bank": "示例银行示例支行", **more}
    return plan_grant(
        actor=world.partner,
        fund=world.girls_fund,
        household=world.family,
        beneficiary=world.girl,
        amount_minor=amount,
        reference=reference,
        purpose="春蕾助学金",
        now=world.now,
        **said,  # type: ignore[arg-type] -- the test's own words
    )[0]


def batch_of(world: World, *grants: Grant, layout: str = "PAYROLL_CSV", reference: str = "b-1") -> PaymentBatch:
    """Plan a batch."""
    return plan_batch(
        actor=world.partner,
        grants=grants or [grant_of(world, "g-1"), grant_of(world, "g-2", 12_345)],
        layout=layout,
        reference=reference,
        now=world.now,
    )[0]


def sent(world: World, *grants: Grant, layout: str = "PAYROLL_CSV", reference: str = "b-1") -> PaymentBatch:
    """Plan, approve and send a batch."""
    batch = batch_of(world, *grants, layout=layout, reference=reference)
    approve_batch(batch=batch, actor=world.other_device(), now=world.now)
    return send_batch(batch=batch, now=world.now)


def _held(world: World) -> int:
    rows = Balance.objects.filter(account=world.girls_fund.bank_account, lot__purse=world.girls_fund.purse_id)
    return sum(row.quantity for row in rows)


def test_a_batch_is_paid_and_each_grant_booked(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    batch = sent(world)
    assert {grant.state for grant in batch.grants.all()} == {GrantState.SENT}
    # The bank has not paid yet.
    assert _held(world) == 50_000
    record_batch_paid(batch=batch, actor=world.partner, paid_at=world.now, now=world.now)
    assert {grant.state for grant in batch.grants.all()} == {GrantState.PAID}
    assert _held(world) == 50_000 - 22_345
    assert JournalEntry.objects.filter(kind="GRANT").count() == 2
    assert Event.objects.filter(kind="grant.paid").count() == 2
    assert PaymentBatch.objects.get().state == BatchState.PAID
    assert_books_close()


def test_what_the_bank_sends_back_at_once_is_never_booked(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    batch = sent(world)
    first, second = batch.grants.order_by("id")
    with_bank = {first.id: "ACCOUNT_WRONG"}
    record_returned_payments(batch=batch, actor=world.partner, reasons=with_bank, now=world.now)
    record_batch_paid(batch=batch, actor=world.partner, paid_at=world.now, now=world.now)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.return_reason, first.entry) == ("RETURNED", "ACCOUNT_WRONG", None)
    assert second.state == "PAID"
    assert _held(world) == 50_000 - second.amount_minor


def test_what_the_bank_sends_back_later_is_booked_back_to_its_fund(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    batch = sent(world)
    record_batch_paid(batch=batch, actor=world.partner, paid_at=world.now, now=world.now)
    first = batch.grants.order_by("id")[0]
    reasons = {first.id: "ACCOUNT_CLOSED"}
    record_returned_payments(batch=batch, actor=world.partner, reasons=reasons, now=world.now)
    assert _held(world) == 50_000 - 12_345
    assert JournalEntry.objects.filter(reverses=first.entry_id).count() == 1
    assert Event.objects.filter(kind="grant.returned").count() == 1
    with nothing_written(), pytest.raises(GrantStateWrong):
        record_returned_payments(batch=batch, actor=world.partner, reasons=reasons, now=world.now)
    assert_books_close()


def test_returned_payments_are_noted_all_or_none(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    batch = sent(world)
    record_batch_paid(batch=batch, actor=world.partner, paid_at=world.now, now=world.now)
    other = grant_of(world, "g-3")
    reasons = {batch.grants.order_by("id")[0].id: "OTHER", other.id: "OTHER"}
    with nothing_written(), pytest.raises(GrantOutsideBatch):
        record_returned_payments(batch=batch, actor=world.partner, reasons=reasons, now=world.now)
    assert not batch.grants.filter(state=GrantState.RETURNED).exists()


def test_nobody_approves_what_they_planned(world: World) -> None:
    batch = batch_of(world)
    with nothing_written(), pytest.raises(SamePerson):
        approve_batch(batch=batch, actor=world.partner, now=world.now)
    # Who planned a grant may not approve it by way of a batch either.
    other = world.other_device()
    second, _ = plan_batch(
        actor=other, grants=[grant_of(world, "g-3")], layout="PAYROLL_CSV", reference="b-2", now=world.now
    )
    with nothing_written(), pytest.raises(SamePerson):
        approve_batch(batch=second, actor=world.partner, now=world.now)
    assert approve_batch(batch=second, actor=world.other_device(), now=world.now).state == BatchState.APPROVED


def test_a_grant_goes_into_one_batch_and_is_paid_by_it_alone(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    grant = approve_grant(grant=grant_of(world), approver_id=world.other_device().holder_id, now=world.now)
    batch = batch_of(world, grant)
    with nothing_written(), pytest.raises(GrantInBatch):
        batch_of(world, grant, reference="b-2")
    with nothing_written(), pytest.raises(GrantInBatch):
        pay_grant(grant=grant, actor=world.partner, now=world.now)
    assert drop_batch(batch=batch).state == BatchState.DROPPED
    assert pay_grant(grant=grant, actor=world.partner, now=world.now).state == GrantState.PAID
    with nothing_written(), pytest.raises(GrantStateWrong):
        batch_of(world, grant, reference="b-2")


def test_no_more_is_sent_than_the_fund_holds_with_all_that_is_with_the_bank(world: World) -> None:
    world.give_money(15_000, fund=world.girls_fund)
    sent(world, grant_of(world, "g-1", 10_000))
    with pytest.raises(FundOverspent) as refusal:
        sent(world, grant_of(world, "g-2", 5_001), reference="b-2")
    assert refusal.value.facts == {"wanted": 5_001, "available": 5_000}
    assert sent(world, grant_of(world, "g-3", 5_000), reference="b-3").state == BatchState.SENT


def test_steps_come_in_their_order(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    batch = batch_of(world)
    for step in (
        lambda: send_batch(batch=batch, now=world.now),
        lambda: take_bank_file(batch=batch, actor=world.partner, now=world.now),
        lambda: record_batch_paid(batch=batch, actor=world.partner, paid_at=world.now, now=world.now),
        lambda: record_returned_payments(batch=batch, actor=world.partner, reasons={}, now=world.now),
    ):
        with nothing_written(), pytest.raises(BatchStateWrong):
            step()
    approve_batch(batch=batch, actor=world.other_device(), now=world.now)
    send_batch(batch=batch, now=world.now)
    with nothing_written(), pytest.raises(BatchStateWrong):
        drop_batch(batch=batch)


def test_a_batch_needs_accounts_one_payer_and_bounds(world: World) -> None:
    with pytest.raises(PayeeAccountMissing):
        batch_of(world, grant_of(world, "g-0", payee_account=""))
    with pytest.raises(BatchGrantsOutOfBounds):
        plan_batch(actor=world.partner, grants=[], layout="PAYROLL_CSV", reference="b", now=world.now)
    grant = grant_of(world)
    with pytest.raises(BatchGrantsOutOfBounds):
        batch_of(world, grant, grant)
    with pytest.raises(LayoutMissing):
        batch_of(world, grant, layout="NOTHING")
    dollars = grant_of(world, "g-2", currency="USD")
    with pytest.raises(BatchMixed):
        batch_of(world, grant, dollars)
    assert not PaymentBatch.objects.exists()
    for account in ("12345", "6222 0202", "6222;DROP", "x" * 35):
        with nothing_written(), pytest.raises(PayeeAccountMalformed):
            grant_of(world, "g-9", payee_account=account)


def test_a_repeat_finds_the_first_batch_and_grant(world: World) -> None:
    grants = [grant_of(world, "g-1"), grant_of(world, "g-2")]
    batch = batch_of(world, *grants)
    with nothing_written():
        assert batch_of(world, *reversed(grants)).id == batch.id
        assert grant_of(world, "g-1").id == grants[0].id
    with pytest.raises(ReferenceReused):
        batch_of(world, grants[0])
    with pytest.raises(ReferenceReused):
        grant_of(world, "g-1", payee_account=ACCOUNT[:-1] + "6")


def test_the_files_say_what_the_layouts_ask_for(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    files = {}
    for layout in ("PAYROLL_TXT", "PAYROLL_CSV", "PAYROLL_XLSX"):
        batch = sent(world, grant_of(world, f"g-{layout}", 12_005), layout=layout, reference=layout)
        files[layout] = take_bank_file(batch=batch, actor=world.partner, now=world.now).data
        assert take_bank_file(batch=batch, actor=world.partner, now=world.now).sha256 == batch.file_sha256
    assert files["PAYROLL_TXT"].decode("gb18030") == f"1|{ACCOUNT}|示例家长|120.05|春蕾助学金\r\n"
    csv = files["PAYROLL_CSV"].decode("utf-8-sig").split("\r\n")
    assert csv[0] == "序号,收款人户名,收款账号,开户行,金额,附言"
    assert csv[1] == f"1,示例家长,{ACCOUNT},示例银行示例支行,120.05,春蕾助学金"
    sheet = openpyxl.load_workbook(io.BytesIO(files["PAYROLL_XLSX"])).active
    cells = [cell.value for cell in list(sheet.iter_rows())[1]]
    assert cells == ["1", "示例家长", ACCOUNT, "示例银行示例支行", "120.05", "春蕾助学金"]


def test_each_download_is_logged_with_its_families(world: World) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    batch = sent(world)
    take_bank_file(batch=batch, actor=world.partner, now=world.now)
    views = PersonalDataView.objects.filter(household=world.family)
    assert {row.viewer_id for row in views} == {world.partner.holder_id}
    assert set(reasons_of([row.id for row in views]).values()) == {"payment batch b-1"}


@pytest.mark.parametrize("name", ["=1+1", "甲,乙", "@SUM", '甲"乙'])
def test_what_a_bank_s_program_would_misread_is_refused(world: World, name: str) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    batch = batch_of(world, grant_of(world, payee=name))
    approve_batch(batch=batch, actor=world.other_device(), now=world.now)
    with pytest.raises(PayeeUnwritable):
        send_batch(batch=batch, now=world.now)
    assert PaymentBatch.objects.get().state == BatchState.APPROVED
    assert Grant.objects.get().state == GrantState.APPROVED


def test_an_installation_has_layouts_of_its_own(world: World, settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path
    world.give_money(50_000, fund=world.girls_fund)
    own = tmp_path / "bank-layouts.json"
    head = '[{"code": "OWN", "zh": "本行", "en": "Ours", "kind": "PAYMENTS", "format": "TEXT", "has_heading": false,'
    own.write_text(head + '"columns": [{"field": "amount_minor"}, {"field": "account"}]}]', encoding="utf-8")
    batch = sent(world, grant_of(world), layout="OWN")
    assert take_bank_file(batch=batch, actor=world.partner, now=world.now).data.endswith(
        f"10000,{ACCOUNT}\r\n".encode()
    )
    assert {layout.code for layout in bank_layouts(PAYMENTS)} > {"OWN"}
    own.write_text(head + '"columns": [{"field": "account"}]}]', encoding="utf-8")
    with pytest.raises(BankFileChanged):
        take_bank_file(batch=batch, actor=world.partner, now=world.now)
    own.write_text(head + '"columns": [{"field": "born_on"}]}]', encoding="utf-8")
    with pytest.raises(LayoutWrong):
        get_bank_layout(code="OWN", kind=PAYMENTS)
