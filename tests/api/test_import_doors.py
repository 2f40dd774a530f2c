"""Files of gifts by the API: handed in, looked at row by row, and recorded."""

from django.utils import timezone

from logistics.donations.models import Donation
from logistics.press.import_models import GiftImport
from logistics.press.imports.jobs import work_on_queued_import
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import nothing_written
from tests.press.test_imports import HEAD, ROWS, as_csv, as_xlsx

PATH = "/imports?kind=GIFTS&programme=warm-heart-pack&fund=warm-2026"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _sent(partner: Partner, data: bytes, path: str = PATH, media_type: str = "text/csv") -> dict[str, object]:
    answer = partner.post(path, raw=data, content_type=media_type)
    assert answer.status_code == 202, answer.content
    assert answer.headers["Location"] == f"/api/v1/imports/{answer.json()['id']}"
    work_on_queued_import(GiftImport.objects.latest("id").id)
    return dict(partner.get(f"/imports/{answer.json()['id']}").json())


def test_a_file_is_looked_at_before_it_is_recorded(world: World, partner: Partner) -> None:
    job = _sent(partner, as_csv([HEAD, *ROWS, ["甲", "", "x", "2026-01-12", "S-9", ""]], "gb18030"))
    assert (job["state"], job["rows"], job["missing_at_bank"]) == ("DONE", {"NEW": 3, "WRONG": 1}, None)
    rows = partner.get(f"/imports/{job['id']}/rows?limit=2").json()
    assert [(row["number"], row["amount"]) for row in rows["items"]] == [(2, 10_050), (3, 123_400)]
    assert (rows["items"][0]["donor"], rows["items"][1]["donor"]) == (world.donor.reference, None)
    assert rows["next_cursor"]
    wrong = partner.get(f"/imports/{job['id']}/rows?outcome=WRONG").json()["items"]
    assert [fault["code"] for fault in wrong[0]["faults"]] == ["row_amount_unreadable"]
    # Who gave is told by reference alone.
    assert "示例科技" not in str(rows)
    path = f"/imports/{job['id']}/record"
    queued = partner.post(path, {"rows": [2, 4]})
    assert (queued.status_code, queued.json()["state"], queued.json()["total"]) == (202, "QUEUED", 2)
    again = partner.post(path, {})
    assert (again.status_code, again.json()["code"]) == (409, "import_not_ready")
    work_on_queued_import(GiftImport.objects.get().id)
    done = partner.get(f"/imports/{job['id']}").json()
    assert (done["state"], done["rows"]) == ("DONE", {"NEW": 1, "RECORDED": 2, "WRONG": 1})
    assert Donation.objects.count() == 2


def test_a_statement_says_what_is_missing_on_either_side(world: World, partner: Partner) -> None:
    gift = world.give_money(30_000)
    head = ["交易日期", "贷方发生额", "对方户名", "交易流水号"]
    day = timezone.localtime(world.now).strftime("%Y-%m-%d")
    path = "/imports?kind=STATEMENT&programme=warm-heart-pack&fund=warm-2026"
    job = _sent(partner, as_xlsx([head, [day, 12.5, "新人", "B-1"]]), path, XLSX)
    assert (job["rows"], job["missing_at_bank"]) == ({"NEW": 1}, 1)
    missing = partner.get(f"/imports/{job['id']}/missing-at-bank").json()["items"]
    assert [row["id"] for row in missing] == [str(gift.id)]
    assert len(partner.get("/imports").json()["items"]) == 1


def test_what_is_no_import_is_refused(world: World, partner: Partner) -> None:
    for path, media_type, status, code in (
        (PATH, "application/pdf", 415, "media_type_unsupported"),
        ("/imports?kind=X&programme=warm-heart-pack", "text/csv", 400, "query_unknown"),
        ("/imports?programme=nothing", "text/csv", 404, "programme_missing"),
        (f"{PATH}&more=1", "text/csv", 400, "query_unknown"),
    ):
        with nothing_written():
            answer = partner.post(path, raw=as_csv([HEAD, *ROWS]), content_type=media_type)
        assert (answer.status_code, answer.json()["code"]) == (status, code), path


def test_the_template_speaks_both_languages(world: World, partner: Partner) -> None:
    answer = partner.get("/imports/template.xlsx")
    assert answer.headers["Content-Type"] == XLSX
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_a_stranger_finds_no_import(world: World, partner: Partner, outsider: Partner) -> None:
    job = _sent(partner, as_csv([HEAD, *ROWS]))
    assert outsider.get("/imports").json()["items"] == []
    for path in ("", "/rows", "/missing-at-bank"):
        assert outsider.get(f"/imports/{job['id']}{path}").status_code == 404
    with nothing_written():
        assert outsider.post(f"/imports/{job['id']}/record", {}).status_code == 404
    reader = partner_of(world.county, "donations:read", now=timezone.now())
    assert reader.post(PATH, raw=as_csv([HEAD]), content_type="text/csv").status_code == 403
