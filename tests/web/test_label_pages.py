"""The pages of labels: one tap for a programme, what was chosen last, progress, the first sheet, and an end to it."""

import pytest

from logistics.press import label_chunks
from logistics.press.label_batches import draw_batch
from logistics.press.label_papers import register_printer
from logistics.press.models import LabelBatch
from tests.cast import World
from tests.looking import nothing_written
from tests.web.conftest import Visitor


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_chunks, "FIRST_LABELS_MAX", 2)
    monkeypatch.setattr(label_chunks, "LABELS_MAX", 3)


def _batch(world: World, keeper: Visitor, count: int = 4) -> LabelBatch:
    world.stock_kits(count)
    world.plan(count)
    assert keeper.send("/labels", programme="warm-heart-pack", sheet="THERMAL_60X40").status_code == 302
    return LabelBatch.objects.latest("asked_at")


def test_all_parcels_of_a_programme_are_chosen_in_one_tap(world: World, keeper: Visitor) -> None:
    batch = _batch(world, keeper)
    assert batch.total == 4
    page = keeper.get("/labels").content.decode()
    assert "打印 4 张标签" in page
    draw_batch(batch.id)
    page = keeper.get("/labels").content.decode()
    assert 'name="programme"' not in page, "nothing waits any more"
    assert "4 / 4" in page


def test_a_programme_of_others_or_no_choice_prints_nothing(world: World, keeper: Visitor) -> None:
    world.parcel()
    with nothing_written():
        for choice in ({}, {"programme": "none"}, {"parcels": ["none"]}):
            asked = keeper.send("/labels", sheet="THERMAL_60X40", **choice)
            assert asked.status_code == 422
            assert 'role="alert"' in asked.content.decode()


def test_enter_in_a_field_prints_nothing(world: World, keeper: Visitor) -> None:
    world.parcel()
    page = keeper.get("/labels").content.decode()
    assert page.index("<button hidden disabled>") < page.index('name="programme"')


def test_the_paper_and_printer_of_last_time_are_offered_with_the_next_position(world: World, keeper: Visitor) -> None:
    for code in ("p-1", "p-2"):
        register_printer(organisation=world.county, code=code, name=f"示例打印机{code}")
    world.stock_kits(3)
    first, *_ = world.plan(3)
    assert keeper.get("/labels").context["form"].initial == {}
    keeper.send("/labels", parcels=[first.code.text], sheet="A4_3X8", printer="p-2", start_position="7")
    page = keeper.get("/labels")
    assert page.context["form"].initial == {"sheet": "A4_3X8", "printer": "p-2"}
    words = page.content.decode()
    assert '<option value="p-2" selected>' in words
    assert "示例打印机p-2，A4_3X8：接着从第 8 格打印" in words
    assert Visitor("officer").get("/labels").context["form"].initial == {}, "each has what they took themselves"


def test_a_batch_shows_what_can_be_printed_and_its_first_sheet(world: World, keeper: Visitor) -> None:
    batch = _batch(world, keeper)
    at = f"/labels/{batch.id}"
    waiting = keeper.get(at)
    assert waiting.headers["Refresh"] == "1"
    assert "first-sheet.png" not in waiting.content.decode()
    assert keeper.get(f"{at}/0.pdf").status_code == keeper.get(f"{at}/first-sheet.png").status_code == 302
    pages: list[str] = []
    draw_batch(batch.id, lambda done, total: pages.append(keeper.get(at).content.decode()))
    assert 'value="2"' in pages[0] and "第 1 至 2 张" in pages[0] and "first-sheet.png" in pages[0]
    assert f"{at}.pdf" not in pages[0]
    whole = keeper.get(at).content.decode()
    assert f'href="{at}.pdf"' in whole and "第 3 至 4 张" in whole and "<progress" not in whole
    assert keeper.get(f"{at}/0.pdf").content.startswith(b"%PDF")
    picture = keeper.get(f"{at}/first-sheet.png")
    assert (picture.headers["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")


def test_a_batch_that_is_cancelled_says_what_is_printed(world: World, keeper: Visitor) -> None:
    batch = _batch(world, keeper)
    at = f"/labels/{batch.id}"

    def cancel(done: int, total: int) -> None:
        if done == 2:
            assert keeper.client.post(f"{at}/cancel").status_code == 302

    draw_batch(batch.id, cancel)
    page = keeper.get(at).content.decode()
    assert "已取消" in page and "前 2 张已放行" in page and "其余 2 张没有打印" in page
    assert "Refresh" not in keeper.get(at).headers
    with nothing_written():
        keeper.client.post(f"{at}/cancel")
    assert "已经结束" in keeper.get(at).content.decode()
    assert "打印 2 张标签" in keeper.get("/labels").content.decode()
    assert keeper.client.get(f"{at}/cancel").status_code == 405


def test_strangers_and_other_roles_have_no_batch(world: World, keeper: Visitor) -> None:
    batch = _batch(world, keeper)
    draw_batch(batch.id)
    for name in ("", "/0.pdf", "/first-sheet.png", ".pdf"):
        for username in ("stranger", "auditor"):
            assert Visitor(username).get(f"/labels/{batch.id}{name}").status_code == 404, (username, name)
    assert Visitor("stranger").client.post(f"/labels/{batch.id}/cancel").status_code == 404
