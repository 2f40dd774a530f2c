"""Possible duplicates through the API: found with reasons, merged or kept apart, undone; and a merged family's card."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.models import StoredAnswer
from logistics.households.duplicate_models import DuplicatePair
from logistics.households.duplicates import DECISION_REASON_LENGTH_MAX, search_duplicates
from logistics.press.duplicate_searches import work_on_search
from logistics.press.search_models import DuplicateSearch
from tests.api.conftest import Clerk, Partner, partner_of
from tests.cast import World
from tests.households.test_duplicates import REASON, again, twins
from tests.looking import nothing_written
from tests.replies.stage import someone


def test_a_search_finds_a_pair_with_its_reasons(world: World, partner: Partner) -> None:
    twins(world)
    DuplicatePair.objects.all().delete()
    asked = partner.post("/duplicates/search")
    assert asked.status_code == 202, asked.content
    job = DuplicateSearch.objects.get()
    assert asked.headers["Location"] == f"/api/v1/jobs/{job.id}"
    assert partner.get(f"/jobs/{job.id}").json()["state"] == "QUEUED"
    work_on_search(job.id)
    assert partner.get(f"/jobs/{job.id}").json()["result_url"] == "/api/v1/duplicates"
    assert partner_of(world.county, "labels:print", now=timezone.now()).get(f"/jobs/{job.id}").status_code == 404
    (found,) = partner.get("/duplicates?state=OPEN").json()["items"]
    assert (found["score"], found["agreements"][0]["part"]) == (92, "TELEPHONE")
    view = partner.get(f"/duplicates/{found['id']}").json()
    assert [one["head_name"] for one in view["households"]] == ["李**", "李**"]
    assert view["differing"] == ["head_name", "address"]
    assert partner.get("/duplicates?state=MOON").status_code == 400


def test_a_pair_is_merged_and_taken_apart(world: World, partner: Partner) -> None:
    pair = twins(world)
    path = f"/duplicates/{pair.id}"
    for reason in ("短", "长" * (DECISION_REASON_LENGTH_MAX + 1)):
        short = partner.post(f"{path}/merge", {"reason": reason})
        assert (short.status_code, short.json()["errors"][0]["pointer"]) == (422, "/reason")
    unknown = partner.post(f"{path}/merge", {"reason": REASON, "fields_kept": {"head_name": "THIRD"}})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/fields_kept/head_name")
    body = {"reason": REASON, "survivor": "SECOND", "fields_kept": {"head_name": "FIRST"}}
    made = partner.post(f"{path}/merge", body)
    assert (made.status_code, made.json()["survivor"]) == (201, str(pair.second_id)), made.content
    assert partner.get(path).json()["state"] == "MERGED"
    again_ = partner.post(f"{path}/keep-apart", {"reason": REASON})
    assert (again_.status_code, again_.json()["code"]) == (409, "duplicate_pair_decided")
    assert partner.get("/merges").json()["items"][0]["id"] == made.json()["id"]
    undo = f"/merges/{made.json()['id']}/undo"
    assert partner.post(undo, {"reason": "问错了人，是两家"}).json()["undone_at"]
    assert partner.post(undo, {"reason": "问错了人，是两家"}).json()["code"] == "merge_undone"
    assert partner.get(path).json()["state"] == "APART"
    kept = "".join(row.body for row in StoredAnswer.objects.all())
    assert kept and not any(word in kept for word in ("李芳", "李方", REASON))


def test_a_pair_is_kept_apart_for_good(world: World, partner: Partner) -> None:
    pair = twins(world)
    assert partner.post(f"/duplicates/{pair.id}/keep-apart", {"reason": REASON}).json()["state"] == "APART"
    search_duplicates(organisation=world.county, now=timezone.now())
    assert partner.get("/duplicates?state=OPEN").json()["items"] == []


def test_outsiders_and_liaisons_decide_nothing(world: World, partner: Partner, outsider: Partner) -> None:
    pair = twins(world)
    path = f"/duplicates/{pair.id}"
    with nothing_written():
        assert outsider.get(path).status_code == 404
        for step in ("merge", "keep-apart"):
            assert outsider.post(f"{path}/{step}", {"reason": REASON}, key=None).status_code == 404
        assert outsider.get("/duplicates").json()["items"] == []
    liaison = Clerk(someone(world, "liaison", "LIAISON"))
    with nothing_written():
        refused = liaison.post(f"{path}/merge", {"reason": REASON}, key=None)
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    merge = partner.post(f"{path}/merge", {"reason": REASON}).json()["id"]
    assert outsider.post(f"/merges/{merge}/undo", {"reason": REASON}, key=None).status_code == 404
    assert outsider.get("/merges").json()["items"] == []


@pytest.mark.parametrize("name", ["duplicates", "merges"])
def test_lists_take_as_many_statements_for_one_row_as_for_many(world: World, partner: Partner, name: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert partner.get(f"/{name}").json()["items"]
        return len(queries)

    first = twins(world)
    partner.post(f"/duplicates/{first.id}/merge", {"reason": REASON})
    statements()
    one = statements()
    for number in range(3):
        telephone = f"1390000010{number}"
        again(world, head="王芳", address=f"示例村{number + 20}号", telephone=telephone)
        again(world, head="王方", address=f"示例村{number + 20}号", telephone=telephone)
    search_duplicates(organisation=world.county, now=timezone.now())
    for pair in DuplicatePair.objects.filter(state="OPEN"):
        partner.post(f"/duplicates/{pair.id}/merge", {"reason": REASON})
    assert DuplicatePair.objects.count() > 3
    assert statements() == one
