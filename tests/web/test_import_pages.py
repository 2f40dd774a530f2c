"""The pages of files that are imported: hand in, watch, look at each row, record, reconcile."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from logistics.donations.models import Donation
from logistics.press.import_models import GiftImport
from logistics.press.imports.jobs import work_on_queued_import
from tests.cast import World
from tests.looking import nothing_written
from tests.press.test_imports import HEAD, ROWS, as_csv
from tests.web.conftest import Visitor


def _sent(officer: Visitor, data: bytes, kind: str = "GIFTS"):  # type: ignore[no-untyped-def]
    file = SimpleUploadedFile("捐赠.csv", data, "text/csv")
    return officer.send("/imports", kind=kind, programme="warm-heart-pack", fund="warm-2026", file=file)


@pytest.fixture
def job(world: World, officer: Visitor) -> GiftImport:
    """A file that was handed in at the page and read."""
    sent = _sent(officer, as_csv([HEAD, *ROWS, ["甲", "", "五元", "2026-01-12", "S-9", ""]], "gb18030"))
    found = GiftImport.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/imports/{found.id}")
    waiting = officer.get(f"/imports/{found.id}")
    assert waiting.headers["Refresh"] == "1"
    assert "<progress" in waiting.content.decode()
    work_on_queued_import(found.id)
    return found


def test_each_row_is_shown_with_its_faults_and_those_that_are_ticked_are_recorded(
    world: World, officer: Visitor, job: GiftImport
) -> None:
    page = officer.get(f"/imports/{job.id}").content.decode()
    for words in ("示例科技有限公司", "新捐赠人", world.donor.reference, "金额（元）: 金额应为大于零", "¥1,234.00"):
        assert words in page, words
    assert page.count('name="rows"') == 3
    officer.client.post(f"/imports/{job.id}/record", {"which": "CHOSEN", "rows": ["3"]})
    assert "<progress" in officer.get(f"/imports/{job.id}").content.decode()
    work_on_queued_import(job.id)
    assert Donation.objects.get().reference == "S-2"
    officer.client.post(f"/imports/{job.id}/record", {"which": "ALL"})
    work_on_queued_import(job.id)
    assert Donation.objects.count() == 3
    wrong = officer.get(f"/imports/{job.id}?rows=WRONG").content.decode()
    assert "五元" not in wrong and "示例科技有限公司" not in wrong


def test_rows_that_are_no_longer_new_are_not_recorded(world: World, officer: Visitor, job: GiftImport) -> None:
    with nothing_written():
        for said in ({"which": "CHOSEN", "rows": ["99"]}, {"which": "CHOSEN"}, {}):
            answer = officer.client.post(f"/imports/{job.id}/record", said, follow=True)
            assert answer.status_code == 200
            assert 'class="note' in answer.content.decode() or "messages" in answer.content.decode()
    assert Donation.objects.count() == 0


def test_a_statement_shows_what_either_side_lacks_in_english(world: World) -> None:
    world.give_money(30_000)
    officer = Visitor("officer", "en")
    day = timezone.localtime(world.now).strftime("%Y-%m-%d")
    rows = [
        ["交易日期", "贷方发生额", "对方户名", "交易流水号"],
        [day, "300.00", "示例捐赠人", "B-1"],
        [day, "5", "新人", "B-2"],
    ]
    world.give_money(77_700)
    _sent(officer, as_csv(rows), "STATEMENT")
    found = GiftImport.objects.get()
    work_on_queued_import(found.id)
    page = officer.get(f"/imports/{found.id}").content.decode()
    for words in ("Matched", "Missing in the books", "Missing at the bank", "¥777.00", "Record the one new row"):
        assert words in page, words


def test_a_file_that_is_refused_says_why(world: World, officer: Visitor) -> None:
    _sent(officer, as_csv([["甲", "乙"], ["1", "2"]]))
    found = GiftImport.objects.get()
    work_on_queued_import(found.id)
    page = officer.get(f"/imports/{found.id}").content.decode()
    assert "没有找到表头" in page
    empty = _sent(officer, b"")
    assert empty.status_code == 422


def test_the_template_is_given_and_others_find_nothing(world: World, officer: Visitor, job: GiftImport) -> None:
    assert officer.get("/imports/template.xlsx").content.startswith(b"PK")
    assert "下载模板" in officer.get("/imports").content.decode()
    for name in ("keeper", "stranger"):
        visitor = Visitor(name)
        assert visitor.get(f"/imports/{job.id}").status_code == 404
    assert Visitor("keeper").get("/imports").status_code == 404
