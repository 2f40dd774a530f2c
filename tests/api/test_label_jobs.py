"""Label batches over the API: chunks while it is drawn, an end to it, and many labels in one call."""

import pytest

from logistics.press import actions, label_chunks
from logistics.press.label_batches import draw_batch
from logistics.press.models import LabelBatch
from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import nothing_written


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_chunks, "FIRST_LABELS_MAX", 2)
    monkeypatch.setattr(label_chunks, "LABELS_MAX", 3)


def _asked(world: World, partner: Partner, count: int = 4) -> tuple[LabelBatch, str]:
    world.stock_kits(count)
    world.plan(count)
    body = {"filter": {"programme": "warm-heart-pack", "state": "PLANNED"}, "sheet": "THERMAL_60X40"}
    made = partner.post("/label-batches", body)
    assert (made.status_code, made.json()["further"]) == (202, [])
    return LabelBatch.objects.get(id=made.json()["id"]), f"/jobs/{made.json()['id']}"


def test_a_job_lists_its_chunks_as_they_are_released(world: World, partner: Partner, outsider: Partner) -> None:
    batch, job = _asked(world, partner)
    assert partner.get(job).json()["chunks"] == []
    assert partner.get(job).json()["first_sheet_url"] is None
    assert partner.get(f"/label-batches/{batch.id}/chunks/0.pdf").json()["code"] == "file_not_ready"
    seen = []
    draw_batch(batch.id, lambda done, total: seen.append(partner.get(job).json()))
    first, last = seen
    assert (first["state"], first["done"], first["total"], first["result_url"]) == ("RUNNING", 2, 4, None)
    assert [(row["first_label"], row["labels"], row["start_position"]) for row in last["chunks"]] == [
        (1, 2, 1),
        (3, 2, 1),
    ]
    for row in last["chunks"]:
        path = row["url"].removeprefix("/api/v1")
        assert partner.get(path).content.startswith(b"%PDF")
        assert outsider.get(path).status_code == 404
    picture = partner.get(last["first_sheet_url"].removeprefix("/api/v1"))
    assert picture.content.startswith(b"\x89PNG")
    done = partner.get(job).json()
    assert partner.get(done["result_url"].removeprefix("/api/v1")).content.startswith(b"%PDF")


def test_a_job_is_cancelled_once_and_by_its_own_organisation(world: World, partner: Partner, outsider: Partner) -> None:
    batch, job = _asked(world, partner)
    path = f"/label-batches/{batch.id}/cancel"
    with nothing_written():
        assert outsider.post(path, {}).status_code == 404
    ended = partner.post(path, {})
    assert (ended.status_code, ended.json()["state"], ended.json()["problem"]["code"]) == (
        200,
        "FAILED",
        "labels_cancelled",
    )
    again = partner.post(path, {})
    assert (again.status_code, again.json()["code"]) == (409, "label_batch_ended")
    draw_batch(batch.id)
    assert partner.get(job).json()["done"] == 0


def test_many_labels_in_one_call_become_several_jobs(
    world: World, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "LABELS_PER_BATCH_MAX", 3)
    world.stock_kits(7)
    codes = [parcel.code.text for parcel in world.plan(7)]
    made = partner.post("/label-batches", {"parcels": codes, "sheet": "THERMAL_60X40"}).json()
    assert [made["total"], *(one["total"] for one in made["further"])] == [3, 3, 1]
    monkeypatch.setattr(actions, "LABELS_PER_CALL_MAX", 6)
    with nothing_written():
        for body in ({"parcels": codes}, {"filter": {"batch": world.plan.__name__}}, {"parcels": codes[:1] * 2}):
            refused = partner.post("/label-batches", {**body, "sheet": "THERMAL_60X40"})
            assert (refused.status_code, refused.json()["code"]) == (422, "labels_out_of_bounds"), body


def test_parcels_of_others_get_no_label(world: World, partner: Partner, outsider: Partner) -> None:
    code = world.parcel().code.text
    with nothing_written():
        refused = outsider.post("/label-batches", {"parcels": [code], "sheet": "THERMAL_60X40"})
        assert (refused.status_code, refused.json()["code"]) == (404, "parcel_missing")
        none = outsider.post("/label-batches", {"filter": {"state": "PLANNED"}, "sheet": "THERMAL_60X40"})
        assert (none.status_code, none.json()["code"]) == (422, "labels_out_of_bounds")
