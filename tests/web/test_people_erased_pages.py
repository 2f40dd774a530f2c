"""An administrator hands out, then erases, whom of the people who sign in has left."""

from pathlib import Path

import pytest
from django.conf import settings

from logistics.parties.erasing import reference_of
from logistics.parties.models import Person
from tests.cast import PASSWORD, World
from tests.web.conftest import Visitor

PAGE = "/masters/people/courier/erase-all"


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_it_is_shown_handed_out_and_done_once_it_is_confirmed(world: World, language: str) -> None:
    boss, courier = Visitor("administrator", language), world.courier
    assert PAGE in boss.get("/masters/people/courier").content.decode()
    shown = boss.get(PAGE).content.decode()
    assert courier.name in shown and "courier" in shown
    sheet = boss.client.post("/masters/people/courier/export", {"as": "page"}).content.decode()
    assert courier.name in sheet
    file = boss.client.post("/masters/people/courier/export", {"as": "json"})
    assert (file["Content-Type"], courier.name in file.content.decode()) == ("application/json; charset=utf-8", True)
    assert boss.client.post(PAGE, {"cause": "ASKED", "confirm": "keeper"}).status_code == 422
    assert Person.objects.get(id=courier.id).erased_at is None
    assert boss.client.post(PAGE, {"cause": "ASKED", "confirm": "courier"}).status_code == 302
    called = reference_of(courier)
    page = boss.get(f"/masters/people/{called}").content.decode()
    assert called in page and courier.name not in page and "erase-all" not in page
    for gone in (PAGE, f"/masters/people/{called}/erase-all"):
        assert boss.get(gone).status_code == 404


def test_nobody_is_offered_their_own_and_a_refusal_stands_on_the_page(world: World) -> None:
    boss = Visitor("administrator")
    assert "erase-all" not in boss.get("/masters/people/administrator").content.decode()
    told = boss.client.post("/masters/people/administrator/erase-all", {"cause": "ASKED", "confirm": "administrator"})
    assert told.status_code == 422 and "另一位管理员" in told.content.decode()
    assert Visitor("administrator").client.login(username="administrator", password=PASSWORD)
