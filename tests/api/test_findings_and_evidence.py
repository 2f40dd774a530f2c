"""Findings and evidence files through the API: by the session of a signed-in person, and by keys where they may."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from logistics.journal.sealing import seal_leaves
from logistics.press.paper_jobs import draw_paper_job
from tests.api.conftest import Partner, partner_of
from tests.cast import PASSWORD, World
from tests.looking import nothing_written

DUE = (dt.date.today() + dt.timedelta(days=10)).isoformat()


class Signed:
    """Somebody signed in, calling the API from a page."""

    def __init__(self, username: str) -> None:
        self.client = Client(headers={"Accept-Language": "en"})
        assert self.client.login(username=username, password=PASSWORD)

    def post(self, path: str, body: Any) -> HttpResponse:
        """Send a body."""
        return self.client.post(f"/api/v1{path}", data=json.dumps(body), content_type="application/json")

    def get(self, path: str) -> HttpResponse:
        """Read."""
        return self.client.get(f"/api/v1{path}")


def _finding(**more: Any) -> dict[str, Any]:
    about = {"kind": "FUND", "key": "warm-2026"}
    return {"subject": about, "severity": "NOTE", "text": "备案编号未填写", "due_on": DUE, **more}


def test_a_finding_from_raised_to_settled(world: World) -> None:
    auditor, officer = Signed("auditor"), Signed("officer")
    raised = auditor.post("/findings", _finding())
    assert raised.status_code == 201, raised.content
    told = raised.json()
    assert (told["state"], told["organisation"], told["subject"]["id"]) == ("OPEN", "示例县", str(world.warm_fund.id))
    path = f"/findings/{told['id']}/notes"
    answered = officer.post(path, {"kind": "ANSWERED", "text": "已补填备案编号", "document_sha256": "ab" * 32})
    assert (answered.status_code, answered.json()["state"]) == (200, "ANSWERED")
    assert auditor.post(path, {"kind": "ASKED", "text": "请附备案回执"}).json()["state"] == "OPEN"
    settled = auditor.post(path, {"kind": "SETTLED", "text": "已核对无误"})
    assert settled.json()["state"] == "SETTLED"
    assert [note["kind"] for note in settled.json()["notes"]] == ["RAISED", "ANSWERED", "ASKED", "SETTLED"]
    assert officer.get("/findings").json()["items"][0]["number"] == told["number"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (_finding(text="短"), "finding_text_out_of_bounds"),
        (_finding(due_on="2020-01-01"), "finding_due_out_of_bounds"),
        (_finding(document_sha256="xyz"), "document_hash_wrong"),
        (_finding(severity="TERRIBLE"), "invalid"),
        (_finding(subject={"kind": "FUND", "key": "nothing"}), "fund_missing"),
        (_finding(subject={"kind": "ENTRY", "key": "x"}), "entry_missing"),
        (_finding(subject={"kind": "HOUSE", "key": "x"}), "invalid"),
        (_finding(more=1), "invalid"),
    ],
)
def test_a_bad_finding_is_refused(world: World, body: dict[str, Any], code: str) -> None:
    with nothing_written():
        answer = Signed("auditor").post("/findings", body)
    assert answer.status_code in (404, 422)
    assert answer.json()["code"] == code


def test_each_in_their_part(world: World, partner: Partner) -> None:
    finding = Signed("auditor").post("/findings", _finding()).json()
    path = f"/findings/{finding['id']}/notes"
    with nothing_written():
        for who, kind in (
            (Signed("auditor"), "ANSWERED"),
            (Signed("officer"), "SETTLED"),
            (Signed("officer"), "ASKED"),
        ):
            answer = who.post(path, {"kind": kind, "text": "不该我来做"})
            assert (answer.status_code, answer.json()["code"]) in {
                (403, "finding_not_yours"),
                (409, "finding_out_of_turn"),
            }
        assert Signed("officer").post("/findings", _finding()).json()["code"] == "finding_not_yours"
        assert partner.post("/findings", _finding()).json()["code"] == "finding_not_yours"
        assert Signed("stranger").post(path, {"kind": "ANSWERED", "text": "不该我来做"}).status_code == 404
        assert Signed("auditor").post(
            f"/findings/{uuid.uuid4()}/notes", {"kind": "ASKED", "text": "没有"}
        ).status_code in (404, 422)


def test_an_evidence_file_by_job(world: World) -> None:
    parcel = world.parcel()
    world.walk(parcel)
    while seal_leaves(now=timezone.now()):
        pass
    auditor = Signed("auditor")
    asked = auditor.post("/evidence-files", {"parcel": parcel.code.text})
    assert asked.status_code == 202, asked.content
    address = asked.headers["Location"]
    assert auditor.client.get(f"{address}/evidence.pdf").json()["code"] == "file_not_ready"
    draw_paper_job(uuid.UUID(asked.json()["id"]))
    done = auditor.client.get(address).json()
    assert (done["state"], done["done"]) == ("DONE", done["total"])
    file = auditor.client.get(done["result_url"])
    assert (file.headers["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")
    reader = partner_of(world.county, "ledgers:read", now=timezone.now())
    outsider = partner_of(world.stranger_county, now=timezone.now())
    assert reader.get(address.removeprefix("/api/v1")).status_code == 200
    assert outsider.get(address.removeprefix("/api/v1")).status_code == 404
    assert outsider.get(done["result_url"].removeprefix("/api/v1")).status_code == 404
    assert outsider.post("/evidence-files", {"parcel": parcel.code.text}).status_code == 404


def test_evidence_needs_the_scope(world: World) -> None:
    reader = partner_of(world.county, "stock:read", now=timezone.now())
    with nothing_written():
        answer = reader.post("/evidence-files", {"parcel": "P000"})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
