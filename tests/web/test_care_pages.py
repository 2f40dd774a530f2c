"""Goods on the way, counted, set aside, called back and disposed of, at the pages."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from logistics.journal.models import Balance, Lot
from logistics.parcels.models import Parcel
from logistics.parties.actions import register_organisation, register_person
from logistics.stock.actions import register_warehouse
from logistics.stock.models import Disposal, HandDown, Hold, Move, Recall, StockTake
from tests.cast import PASSWORD, World
from tests.looking import assert_books_close, nothing_written
from tests.web.conftest import Visitor

PAGES = ("/transits", "/moves/new", "/hand-downs/goods", "/counts", "/care", "/holds/new", "/write-offs/new")


@pytest.fixture
def lot(world: World) -> Lot:
    world.give_money(1_000)
    world.buy((world.gloves, 10, 1_000))
    return Lot.objects.get(item_id=world.gloves.id)


def _paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("示例.pdf", b"%PDF-example")


def _once(page: HttpResponse) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_empty_in_both_languages(world: World, path: str, language: str) -> None:
    page = Visitor("keeper", language).get(path)
    assert page.status_code == 200
    assert Visitor("courier").get(path).status_code == 404


def test_goods_are_moved_and_received_in_part(world: World, keeper: Visitor, lot: Lot) -> None:
    assert lot
    register_warehouse(organisation=world.county, code="wh-2", name_zh="乡镇仓库")
    values = {"fund": "warm-2026", "warehouse": "wh-1", "to": "wh-2", "line-0-item": "gloves", "line-0-quantity": "4"}
    assert keeper.send("/moves/new", **values).status_code == 302
    move = Move.objects.get()
    page = keeper.get(f"/moves/{move.id}")
    line, once = move.lines.get(), _once(page)
    told = {"once": once, f"{line.id}-received": "3"}
    for _ in range(2):
        keeper.client.post(f"/moves/{move.id}", told)
    line.refresh_from_db()
    assert line.received == 3
    with nothing_written():
        refused = keeper.client.post(f"/moves/{move.id}", {f"{line.id}-lost": "x"}, follow=True)
    assert "超过" in refused.content.decode()
    keeper.client.post(f"/moves/{move.id}", {"all": "1"})
    move.refresh_from_db()
    assert move.state == "CONFIRMED"
    assert keeper.get(f"/moves/{move.id}").status_code == 200
    assert "已结清" in keeper.get("/transits").content.decode()
    assert_books_close()


def test_money_is_handed_down_and_confirmed_below(world: World, officer: Visitor) -> None:
    world.give_money(1_000)
    township = register_organisation(
        code="示例镇", name_zh="示例镇妇联", kind="FEDERATION", level="TOWNSHIP", parent=world.county
    )
    register_person(organisation=township, username="below", name="示例", roles=["OFFICER"], password=PASSWORD)
    assert officer.send("/hand-downs/money", fund="warm-2026", to="示例镇", amount="6").status_code == 302
    row = HandDown.objects.get()
    assert "收到" not in officer.get(f"/hand-downs/{row.id}").content.decode().split('<form method="post">')[-1]
    Visitor("below").client.post(f"/hand-downs/{row.id}", {"all": "1"})
    row.refresh_from_db()
    assert (row.state, row.amount_minor) == ("CONFIRMED", 600)
    assert Visitor("stranger").get(f"/hand-downs/{row.id}").status_code == 404


def test_a_stock_take_is_counted_blind_and_approved(world: World, keeper: Visitor, officer: Visitor, lot: Lot) -> None:
    assert officer.send("/counts", warehouse="wh-1").status_code == 302
    take = StockTake.objects.get()
    path = f"/counts/{take.id}"
    page = keeper.get(path).content.decode()
    assert f'name="count-{lot.id}"' in page
    assert ">10<" not in page
    keeper.client.post(path, {f"count-{lot.id}": "9"})
    assert f'name="count-{lot.id}"' not in keeper.get(path).content.decode()
    with nothing_written():
        officer.client.post(path, {f"count-{lot.id}": "abc"})
    officer.client.post(path, {f"count-{lot.id}": "9"})
    approver = Visitor("approver")
    assert ">-1<" in approver.get(path).content.decode()
    with nothing_written():
        approver.client.post(f"{path}/approve", {})
        officer.client.post(f"{path}/approve", {f"reason-{lot.id}": "LOST"})
        keeper.client.post(f"{path}/approve", {f"reason-{lot.id}": "LOST"})
    approver.client.post(f"{path}/approve", {f"reason-{lot.id}": "LOST"})
    take.refresh_from_db()
    assert take.state == "APPROVED"
    assert_books_close()


def test_a_stock_take_is_counted_anew_or_dropped(world: World, keeper: Visitor, officer: Visitor, lot: Lot) -> None:
    officer.send("/counts", warehouse="wh-1", item="gloves")
    path = f"/counts/{StockTake.objects.get().id}"
    for visitor in (keeper, officer):
        visitor.client.post(path, {f"count-{lot.id}": "3"})
    officer.client.post(f"{path}/recount")
    assert StockTake.objects.get().state == "OPEN"
    officer.client.post(f"{path}/drop")
    assert StockTake.objects.get().state == "DROPPED"


def test_goods_are_held_released_and_written_off(world: World, keeper: Visitor, officer: Visitor, lot: Lot) -> None:
    goods = {"goods": f"wh-1/{lot.id}", "quantity": "4", "reason": "DAMAGED"}
    assert keeper.send("/holds/new", **goods).status_code == 302
    hold = Hold.objects.get()
    held = {"goods": f"hold/{hold.id}", "quantity": "3", "reason": "SPOILT"}
    with nothing_written():
        assert keeper.send("/write-offs/new", **held).status_code == 422
    assert keeper.send("/write-offs/new", **held, evidence_sha256=_paper()).status_code == 302
    row = Disposal.objects.get()
    assert len(row.evidence_sha256) == 64
    assert "/approve" not in keeper.get("/care").content.decode()
    officer.client.post(f"/write-offs/{row.id}/approve")
    row.refresh_from_db()
    assert row.state == "APPROVED"
    keeper.client.post(f"/holds/{hold.id}/release")
    assert sum(found.quantity for found in Balance.objects.filter(account=world.warehouse.account)) == 7
    assert_books_close()


def test_a_recall_lists_what_to_fetch(world: World, keeper: Visitor, officer: Visitor) -> None:
    world.stock_kits(2)
    world.walk(world.plan()[0])
    assert keeper.get("/recalls/new").status_code == 404
    assert officer.send("/recalls/new", item="gloves", reason="染色超标").status_code == 302
    recall = Recall.objects.get()
    page = keeper.get(f"/recalls/{recall.id}").content.decode()
    assert world.family.reference in page
    assert "示例家庭" not in page
    with nothing_written():
        officer.client.post(f"/recalls/{recall.id}/lift")
    Visitor("approver").client.post(f"/recalls/{recall.id}/lift")
    recall.refresh_from_db()
    assert recall.lifted_at is not None
    assert Parcel.objects.get().recall is None
    assert Visitor("stranger").get(f"/recalls/{recall.id}").status_code == 404
