"""The page of everything that can be printed: each kind asks for what it needs, and who may not know prints none."""

import pytest
from django.test import Client

from logistics.parcels.models import Parcel
from logistics.press.models import PaperJob
from logistics.press.paper_jobs import KINDS, draw_paper_job
from tests.api.conftest import partner_of
from tests.cast import World
from tests.looking import nothing_written
from tests.web.conftest import Visitor


@pytest.fixture
def stage(world: World) -> World:
    world.stock_kits(1)
    parcel = world.plan()[0]
    Parcel.objects.filter(id=parcel.id).update(batch="b-1")
    return world


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_asks_for_what_it_needs(stage: World, officer: Visitor, kind: str) -> None:
    page = officer.get(f"/papers/new/{kind}").content.decode()
    for name in KINDS[kind].needs + KINDS[kind].takes:
        assert f'name="{name}"' in page, name
    assert f"/papers/new/{kind}" in officer.get("/papers").content.decode()


def test_a_keeper_prints_what_is_of_goods_and_nothing_of_families(stage: World, keeper: Visitor) -> None:
    sent = keeper.send("/papers/new/PACKING_LIST", batch="b-1")
    assert sent.status_code == 302
    job = PaperJob.objects.get()
    draw_paper_job(job.id)
    assert keeper.get(f"/papers/{job.id}/file").content.startswith(b"%PDF")
    for kind in ("SIGN_OFF_SHEET", "HOUSEHOLD_CARDS", "NOTHING"):
        assert keeper.get(f"/papers/new/{kind}").status_code == 404
    with nothing_written():
        assert keeper.send("/papers/new/BIN_LABELS", names="甲-01").status_code == 422


def test_a_partner_needs_the_scope_of_what_a_paper_says(stage: World) -> None:
    printer = partner_of(stage.county, "labels:print", now=stage.now)
    body = {"paper": "SIGN_OFF_SHEET", "batch": "b-1"}
    with nothing_written():
        assert printer.post("/papers", body).json()["facts"]["needed"] == ["households:read"]
        for wrong in ({}, {"paper": "PACKING_LIST"}, {"paper": "PACKING_LIST", "batch": 5}, {"paper": 1}):
            assert printer.post("/papers", wrong).status_code == 422, wrong
        assert printer.post("/papers", {"paper": "CARTON_LABELS", "quantity": 0}).status_code == 422
    reader = partner_of(stage.county, "labels:print", "households:read", now=stage.now)
    assert reader.post("/papers", body).status_code == 202
    labels = {"paper": "BIN_LABELS", "warehouse": "wh-1", "names": ["甲-01", "甲-02"]}
    assert printer.post("/papers", labels).json()["total"] == 2


def test_whoever_scans_a_code_of_ours_sees_a_page_and_no_person(stage: World, officer: Visitor) -> None:
    officer.send("/papers/new/SIGN_OFF_SHEET", batch="b-1")
    job = PaperJob.objects.get()
    draw_paper_job(job.id)
    row = job.rows.get()
    page = Client().get(f"/Q/{row.code.text}")
    assert page.status_code == 200
    assert "示例家庭" not in page.content.decode()
