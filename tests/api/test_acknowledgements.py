"""Acknowledgements through the API: issued, read, voided, reissued, downloaded, and a year in one job."""

import pytest

from logistics.donations.paper_models import Acknowledgement
from logistics.press.paper_jobs import draw_paper_job
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import nothing_written
from tests.papers import words_of


@pytest.fixture
def path(world: World) -> str:
    return f"/donations/{world.give_money(168_032).id}/acknowledgement"


def test_a_paper_is_issued_once_read_and_downloaded(partner: Partner, path: str) -> None:
    first, again = partner.post(path), partner.post(path)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["state"] == "VALID"
    assert [row["number"] for row in partner.get(path).json()["items"]] == [first.json()["number"]]
    pdf = partner.get(f"{path}.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert "人民币壹仟陆佰捌拾元叁角贰分" in words_of(pdf.content)
    assert "捐赠证书" in words_of(partner.get(f"{path}.pdf?paper=CERTIFICATE&number=1").content)


def test_void_and_reissue_keep_both(partner: Partner, path: str) -> None:
    partner.post(path)
    reissued = partner.post(f"{path}/reissue", {"reason": "姓名写错"})
    assert reissued.status_code == 201
    assert partner.post(f"{path}/void", {"reason": "退回"}).json()["state"] == "VOID"
    assert partner.post(f"{path}/void", {"reason": "退回"}).json()["code"] == "acknowledgement_voided"
    assert [row["state"] for row in partner.get(path).json()["items"]] == ["REISSUED", "VOID"]
    assert "作废" in words_of(partner.get(f"{path}.pdf?number=1").content)


def test_what_is_not_there_or_not_said_is_refused(partner: Partner, path: str) -> None:
    assert partner.get(f"{path}.pdf").json()["code"] == "acknowledgement_missing"
    assert partner.post(f"{path}/void", {"reason": "x"}).status_code == 404
    partner.post(path)
    with nothing_written():
        for body in ({}, {"reason": ""}, {"reason": "x" * 201}, {"reason": 5}, {"reason": "x", "more": 1}):
            assert partner.post(f"{path}/void", body).status_code == 422, body
    for query in ("?number=x", "?number=-1", "?number=9999999999", "?paper=BILL", "?other=1"):
        assert partner.get(f"{path}.pdf{query}").status_code == 400, query
    assert partner.get(f"{path}.pdf?number=7").status_code == 404


def test_an_outsider_finds_nothing(partner: Partner, outsider: Partner, path: str) -> None:
    partner.post(path)
    with nothing_written():
        assert {outsider.get(path).status_code, outsider.get(f"{path}.pdf").status_code} == {404}
        steps = (path, f"{path}/void", f"{path}/reissue")
        assert {outsider.post(step, {"reason": "x"}).status_code for step in steps} == {404}


def test_reading_is_not_writing(world: World, path: str) -> None:
    reader = partner_of(world.county, "donations:read", now=world.now)
    with nothing_written():
        assert reader.post(path).json()["code"] == "scope_missing"


def test_a_year_is_printed_by_a_job(world: World, partner: Partner, path: str) -> None:
    assert "ACKNOWLEDGEMENTS" in [row["paper"] for row in partner.get("/papers").json()["items"]]
    queued = partner.post("/papers", {"paper": "ACKNOWLEDGEMENTS", "year": 2026})
    assert queued.status_code == 202
    job = queued.json()
    assert partner.get(f"/papers/{job['id']}/file").status_code == 409
    draw_paper_job(job["id"])
    done = partner.get(f"/jobs/{job['id']}").json()
    assert (done["state"], done["done"], done["total"]) == ("DONE", 1, 1)
    assert partner.get(done["result_url"].removeprefix("/api/v1")).content.startswith(b"%PDF")


def test_printing_gifts_needs_the_right_to_write_them(world: World, path: str) -> None:
    printer = partner_of(world.county, "labels:print", now=world.now)
    with nothing_written():
        refused = printer.post("/papers", {"paper": "ACKNOWLEDGEMENTS", "year": 2026})
    assert refused.json()["code"] == "scope_missing"
    assert refused.json()["facts"]["needed"] == ["donations:write"]


def test_an_unknown_paper_is_refused_by_name(partner: Partner, world: World) -> None:
    assert partner.post("/papers", {"paper": "BILL"}).json()["code"] == "paper_kind_unknown"
    assert partner.post("/papers", {"paper": "CERTIFICATES", "year": 2026}).json()["code"] == "paper_empty"
    assert Acknowledgement.objects.count() == 0
