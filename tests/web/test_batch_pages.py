"""Payment batches at the pages: put together by one, approved by another, sent, paid, and sent back by the bank."""

import pytest

from logistics.grants.batch_models import PaymentBatch
from logistics.grants.models import Grant
from logistics.households.models import PersonalDataView
from tests.cast import World
from tests.grants.test_payment_batches import ACCOUNT, batch_of, grant_of, sent
from tests.looking import assert_books_close, nothing_written
from tests.web.conftest import Visitor

PAGE = "/payment-batches"


@pytest.fixture
def approver(world: World) -> Visitor:
    """The approver at a page."""
    return Visitor("approver")


def _states(batch: PaymentBatch) -> list[str]:
    return sorted(batch.grants.values_list("state", flat=True))


def test_a_grant_with_an_account_is_planned_and_its_account_kept_unread(world: World, officer: Visitor) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    values = {"fund": "girls-2026", "beneficiary": world.girl.reference, "amount": "100", "purpose": "春蕾助学金"}
    payee = {"payee": "示例家长", "payee_account": ACCOUNT, "payee_bank": "示例银行"}
    assert officer.send("/grants", **values, **payee).status_code == 302
    assert Grant.objects.get().payee_account == ACCOUNT
    assert ACCOUNT not in officer.get("/grants").content.decode()
    with nothing_written():
        answer = officer.send("/grants", **values, **payee | {"payee_account": "12"})
    assert answer.status_code == 422 and "payee" in answer.context["form"].errors


def test_a_batch_goes_its_whole_way(world: World, officer: Visitor, approver: Visitor) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    first, second = grant_of(world, "g-1"), grant_of(world, "g-2", 12_345)
    grant_of(world, "g-3", payee="", payee_account="", payee_bank="")
    page = officer.get(PAGE)
    assert [value for value, _ in page.context["form"].fields["grants"].choices] == [str(first.id), str(second.id)]
    answer = officer.send(PAGE, grants=[str(first.id), str(second.id)], layout="PAYROLL_CSV")
    batch = PaymentBatch.objects.get()
    assert answer.headers["Location"] == f"{PAGE}/{batch.id}"
    assert "¥223.45" in officer.get(f"{PAGE}/{batch.id}").content.decode()

    # Who may not approve finds no button, and no way.
    assert "/approve" not in officer.get(f"{PAGE}/{batch.id}").content.decode()
    assert officer.client.post(f"{PAGE}/{batch.id}/approve").status_code == 404
    assert f"{PAGE}/{batch.id}/approve" in approver.get(f"{PAGE}/{batch.id}").content.decode()
    approver.client.post(f"{PAGE}/{batch.id}/approve")
    assert _states(batch) == ["APPROVED", "APPROVED"]

    officer.client.post(f"{PAGE}/{batch.id}/send")
    file = officer.get(f"{PAGE}/{batch.id}/bank-file")
    assert ACCOUNT in file.content.decode("utf-8-sig") and "attachment" in file.headers["Content-Disposition"]
    assert PersonalDataView.objects.filter(household=world.family).exists()
    assert ACCOUNT not in officer.get(f"{PAGE}/{batch.id}").content.decode()

    officer.client.post(f"{PAGE}/{batch.id}/returned", {f"reason-{first.id}": "NAME_DIFFERS"})
    assert _states(batch) == ["RETURNED", "SENT"]
    officer.client.post(f"{PAGE}/{batch.id}/paid", {"paid_on": "2026-01-12"})
    batch.refresh_from_db()
    assert (batch.state, _states(batch)) == ("PAID", ["PAID", "RETURNED"])
    shown = officer.get(f"{PAGE}/{batch.id}").content.decode()
    assert "户名不符" in shown
    officer.client.post(f"{PAGE}/{batch.id}/returned", {f"reason-{second.id}": "ACCOUNT_CLOSED"})
    assert _states(batch) == ["RETURNED", "RETURNED"]
    assert_books_close()


def test_a_batch_is_taken_apart_before_it_is_sent(world: World, officer: Visitor) -> None:
    batch = batch_of(world)
    assert officer.client.post(f"{PAGE}/{batch.id}/drop").headers["Location"] == PAGE
    batch.refresh_from_db()
    assert (batch.state, batch.grants.count()) == ("DROPPED", 0)
    assert len(officer.get(PAGE).context["ready"]) == 2
    assert "里面已没有任何一笔" in officer.get(f"{PAGE}/{batch.id}").content.decode()


def test_what_cannot_be_done_is_said_and_nothing_written(world: World, officer: Visitor) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    batch = sent(world)
    tries = [("send", {}), ("drop", {}), ("returned", {}), ("paid", {"paid_on": "2999-01-01"}), ("paid", {})]
    for step, values in tries:
        with nothing_written():
            answer = officer.client.post(f"{PAGE}/{batch.id}/{step}", values)
        assert answer.status_code in (302, 422), step
    with nothing_written():
        assert officer.client.post(f"{PAGE}/{batch.id}/burn").status_code == 404
        assert officer.client.post(f"{PAGE}/{batch.id}/returned", {"reason-nobody": "OTHER"}).status_code == 302
        wrong = {f"reason-{batch.grants.first().id}": "MOON"}  # type: ignore[union-attr] -- it has two
        assert officer.client.post(f"{PAGE}/{batch.id}/returned", wrong).status_code == 422


def test_an_empty_list_says_what_a_batch_is(world: World, officer: Visitor) -> None:
    page = officer.get(PAGE).content.decode()
    assert "还没有批次" in page and "没有可编批的" in page


def test_who_pays_nothing_finds_no_batch(world: World, keeper: Visitor) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    batch = sent(world)
    for visitor in (keeper, Visitor("auditor"), Visitor("stranger")):
        for path in (f"{PAGE}/{batch.id}", f"{PAGE}/{batch.id}/bank-file"):
            assert visitor.get(path).status_code == 404, path
        with nothing_written():
            assert visitor.client.post(f"{PAGE}/{batch.id}/send").status_code == 404
