"""The API's door for sheets that come back: raw or as a form, once, within bounds, and a person confirms."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from logistics.press.returned_models import ReturnedPaper
from logistics.press.returned_reading import read_returned_paper
from tests.api.conftest import Partner, partner_of
from tests.cast import PASSWORD, World
from tests.looking import nothing_written
from tests.press.returning import families_with_parcels, flat_photo, look_at_all, printed, scan_of, signed_page

MARKS = ("name", "nothing", "tick")


@pytest.fixture
def photo(world: World) -> bytes:
    families_with_parcels(world)
    return flat_photo(printed(world), MARKS)


def test_a_photo_is_read_by_a_job_and_only_a_person_hands_over(world: World, partner: Partner, photo: bytes) -> None:
    sent = partner.post("/returned-sheets", raw=photo, content_type="image/jpeg", key="sheet-1")
    assert (sent.status_code, sent.json()["state"], sent.json()["total"]) == (202, "QUEUED", 1)
    again = partner.post("/returned-sheets", raw=photo, content_type="image/jpeg", key="sheet-1")
    assert (again.headers["Idempotent-Replayed"], again.json()["id"]) == ("true", sent.json()["id"])
    paper = ReturnedPaper.objects.get()
    assert sent.headers["Location"] == f"/api/v1/jobs/{paper.id}"
    read_returned_paper(paper.id)
    job = partner.get(f"/jobs/{paper.id}").json()
    assert (job["state"], job["result_url"]) == ("DONE", f"/api/v1/returned-sheets/{paper.id}")
    read = partner.get(f"/returned-sheets/{paper.id}").json()
    assert [row["verdict"] for row in read["rows"]] == ["MARKED", "EMPTY", "DOUBTFUL"]
    assert (read["pages"], read["rows_unseen"]) == ([{"found": "READ", "rows": 3}], 0)
    assert "示例" not in json.dumps(read, ensure_ascii=False)

    rows = [{"row": read["rows"][0]["id"], "decision": "SIGNED"}]
    body = {"handed_over_on": str(timezone.localdate()), "rows": rows}
    with nothing_written():
        refused = partner.post(f"/returned-sheets/{paper.id}/confirm", body, key=None)
    assert (refused.status_code, refused.json()["code"]) == (403, "sheet_needs_person")
    officer = Client()
    assert officer.login(username="officer", password=PASSWORD)
    path = f"/api/v1/returned-sheets/{paper.id}/confirm"
    with nothing_written():
        unseen = officer.post(path, json.dumps(body), content_type="application/json")
    assert (unseen.status_code, unseen.json()["code"]) == (422, "box_not_looked_at")
    look_at_all(world, paper, world.as_actor(world.officer))
    confirmed = officer.post(path, json.dumps(body), content_type="application/json")
    assert confirmed.status_code == 200, confirmed.json()
    assert [(row["decision"], row["outcome"]) for row in confirmed.json()["rows"]] == [
        ("SIGNED", "RECORDED"),
        ("", ""),
        ("", ""),
    ]


def test_several_files_come_as_a_form(world: World, partner: Partner, photo: bytes) -> None:
    files = [SimpleUploadedFile(f"{number}.jpg", photo, "image/jpeg") for number in range(2)]
    sent = partner.client.post(
        "/api/v1/returned-sheets", {"file": files}, headers={"Authorization": f"Bearer {partner.key}"}
    )
    assert (sent.status_code, sent.json()["total"]) == (202, 2)


def test_a_scan_is_a_pdf(world: World, partner: Partner) -> None:
    families_with_parcels(world)
    page = signed_page(printed(world), MARKS)
    sent = partner.post("/returned-sheets", raw=scan_of([page, page]), content_type="application/pdf")
    assert (sent.status_code, sent.json()["total"]) == (202, 2)


@pytest.mark.parametrize(
    ("content_type", "raw", "status", "code"),
    [
        ("image/jpeg", b"no picture", 422, "photo_unreadable"),
        ("image/jpeg", b"", 415, None),
        ("application/pdf", b"%PDF-1.4 broken", 422, "pdf_unreadable"),
        ("image/jpeg", bytes(40 * 1024 * 1024), 422, "photo_too_large"),
        ("image/jpeg", bytes(66 * 1024 * 1024), 413, None),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense", 422, "sheet_files_out_of_bounds"),
        ("multipart/form-data", b"nonsense", 400, None),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 422, "sheet_files_out_of_bounds"),
        ("application/json", b"{}", 415, None),
        ("text/html", b"<p>", 415, None),
    ],
)
def test_what_cannot_be_read_is_refused(
    partner: Partner, content_type: str, raw: bytes, status: int, code: str | None
) -> None:
    with nothing_written():
        refused = partner.post("/returned-sheets", raw=raw, content_type=content_type, key=None)
    assert refused.status_code == status, refused.content
    assert code is None or refused.json()["code"] == code
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_who_may_not_scan_hands_in_no_sheet_and_an_outsider_sees_none(
    world: World, partner: Partner, outsider: Partner, photo: bytes
) -> None:
    reader = partner_of(world.county, "parcels:read", now=timezone.now())
    with nothing_written():
        assert reader.post("/returned-sheets", raw=photo, content_type="image/jpeg").status_code == 403
    paper_id = partner.post("/returned-sheets", raw=photo, content_type="image/jpeg").json()["id"]
    assert outsider.get(f"/returned-sheets/{paper_id}").status_code == 404
    assert outsider.get(f"/jobs/{paper_id}").status_code == 404
    body = {"handed_over_on": "2026-01-13", "rows": [{"row": paper_id, "decision": "SIGNED"}]}
    assert outsider.post(f"/returned-sheets/{paper_id}/confirm", body).status_code == 404
    for wrong in ({}, {**body, "rows": []}, {**body, "rows": [{"row": paper_id, "decision": "MAYBE"}]}):
        assert partner.post(f"/returned-sheets/{paper_id}/confirm", wrong).status_code == 422
