"""Printers, label papers and the life of a code over the API."""

from logistics.press.label_batches import draw_batch
from logistics.press.models import LabelBatch
from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import nothing_written
from tests.press.test_label_papers import MEASURES


def test_papers_are_listed_registered_and_calibrated(world: World, partner: Partner, outsider: Partner) -> None:
    made = partner.post("/label-sheets", {"name": "own-8", "product": "示例", **MEASURES})
    assert (made.status_code, made.json()["positions"]) == (201, 8)
    names = {sheet["name"] for sheet in partner.get("/label-sheets").json()["items"]}
    bought = {"A4_3X7", "A4_3X8", "THERMAL_100X150", "THERMAL_100X100", "THERMAL_60X40"}
    assert names == bought | {"own-8"}
    assert {sheet["name"] for sheet in outsider.get("/label-sheets").json()["items"]} == bought
    assert partner.get("/label-sheets/own-8/calibration.pdf").content.startswith(b"%PDF")
    assert outsider.get("/label-sheets/own-8/calibration.pdf").json()["code"] == "sheet_unknown"
    with nothing_written():
        assert partner.post("/label-sheets", {"name": "own-8", **MEASURES}).status_code == 409
        wide = partner.post("/label-sheets", {"name": "own-9", **MEASURES, "columns": 3})
        assert (wide.status_code, wide.json()["code"]) == (422, "sheet_impossible")
        assert partner.post("/label-sheets", {"name": "x" * 25, **MEASURES}).status_code == 422


def test_a_printer_remembers_its_sheet_and_is_set(world: World, partner: Partner, outsider: Partner) -> None:
    made = partner.post("/printers", {"code": "hp-1", "name": "示例打印机", "dots_per_inch": 600})
    assert (made.status_code, made.json()["next_positions"]) == (201, {})
    world.stock_kits(3)
    codes = [parcel.code.text for parcel in world.plan(3)]
    first = partner.post("/label-batches", {"parcels": codes[:2], "sheet": "A4_3X7", "printer": "hp-1"})
    second = partner.post("/label-batches", {"parcels": codes[2:], "sheet": "A4_3X7", "printer": "hp-1"})
    assert (first.json()["start_position"], second.json()["start_position"]) == (1, 3)
    (row,) = partner.get("/printers").json()["items"]
    assert row["next_positions"] == {"A4_3X7": 4}
    moved = partner.post("/printers/hp-1/set", {"dots_per_inch": 600, "offset_x_um": -1_500})
    assert (moved.status_code, moved.json()["offset_x_um"]) == (200, -1_500)
    assert outsider.get("/printers").json()["items"] == []
    assert outsider.post("/printers/hp-1/set", {}).status_code == 404
    for body in ({"dots_per_inch": 204}, {"offset_y_um": 20_001}, {"offset_y_um": 1.5}):
        assert partner.post("/printers/hp-1/set", body).status_code == 422, body
    lost = partner.post("/label-batches", {"parcels": codes, "sheet": "A4_3X7", "printer": "hp-9"})
    assert (lost.status_code, lost.json()["code"]) == (404, "printer_missing")


def test_the_life_of_a_code_is_told_to_its_own_organisation(world: World, partner: Partner, outsider: Partner) -> None:
    code = world.parcel().code.text
    batch = LabelBatch.objects.get(
        id=partner.post("/label-batches", {"parcels": [code], "sheet": "A4_3X7"}).json()["id"]
    )
    draw_batch(batch.id)
    partner.post(f"/codes/{code}/revoke", {"reason": "糊了"})
    assert partner.post(f"/codes/{code}/reprint", {"reason": "换新", "sheet": "A4_3X7"}).status_code == 202
    life = partner.get(f"/codes/{code}").json()
    assert (life["state"], life["print_count"], life["revoked_because"]) == ("REVOKED", 1, "糊了")
    assert life["revoked_by"] == life["prints"][0]["by"] == str(batch.asked_by_id)
    assert (life["prints"][0]["batch"], life["prints"][0]["sheet"]) == (str(batch.id), "A4_3X7")
    follower = partner.get(f"/codes/{life['replaced_by']}").json()
    assert (follower["replaces"], follower["state"], follower["prints"]) == (code, "ACTIVE", [])
    assert outsider.get(f"/codes/{code}").status_code == 404
