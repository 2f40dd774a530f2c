"""Rows of old files say nothing of persons any more; the gifts that came of them stand."""

import datetime as dt

import pytest
from django.utils import timezone

from logistics.donations.models import Donation
from logistics.press.import_models import GiftImport, ImportRow
from logistics.press.imports.forgetting import count_of_old_files, forget_one_file
from logistics.press.imports.jobs import NothingChosen, ask_to_record, said_of
from logistics.press.imports.reads import counts_of_import
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.press.test_imports import HEAD, ROWS, as_csv, read, recorded
from tests.web.conftest import Visitor

DAY, DAYS = dt.timedelta(days=1), 180
WRONG = ["示例写错的人", "外星人", "x", "2026-01-12", "S-4", "示例备注"]


@pytest.fixture
def job(world: World) -> GiftImport:
    """A file of which one row was recorded, two wait and one is wrong."""
    made = read(world, as_csv([HEAD, *ROWS, WRONG]), name="示例捐赠人的转账.csv")
    return recorded(world, made, [ImportRow.objects.filter(job=made).order_by("id")[0].number])


def _forget(now: dt.datetime) -> int:
    return forget_one_file(now - DAYS * DAY, now)


def _what_it_says(job: GiftImport) -> str:
    rows = ImportRow.objects.filter(job=job).order_by("id")
    return " ".join([job.name, *(f"{row.said} {row.faults}" for row in rows)])


def test_until_the_last_day_nothing_is_forgotten(job: GiftImport) -> None:
    assert job.finished_at is not None
    last = job.finished_at + DAYS * DAY
    with nothing_written():
        assert _forget(last) == 0
    assert count_of_old_files(job.finished_at) == 0
    assert _forget(last + dt.timedelta(seconds=1)) == 1


def test_persons_go_and_amounts_days_and_gifts_stay(world: World, job: GiftImport) -> None:
    said = _what_it_says(job)
    assert all(word in said for word in ("示例捐赠人", "示例科技有限公司", "示例备注", "S-2"))
    before = [
        (said_of(row).amount_minor, said_of(row).received_at)
        for row in ImportRow.objects.filter(job=job).order_by("id")
    ]
    now = timezone.now() + 2 * DAYS * DAY
    assert _forget(now) == 1
    job.refresh_from_db()
    said = _what_it_says(job)
    for word in ("示例捐赠人", "示例科技有限公司", "匿名", "外星人", "示例备注", "S-1", "S-2"):
        assert word not in said, word
    rows = ImportRow.objects.filter(job=job).order_by("id")
    assert [(said_of(row).amount_minor, said_of(row).received_at) for row in rows] == before
    assert job.is_forgotten and job.name == ""
    assert counts_of_import(job) == {"RECORDED": 1, "LEFT_OUT": 2, "WRONG": 1}
    assert Donation.objects.get(reference="S-1").donor.name == "示例捐赠人"
    with nothing_written():
        assert _forget(now + DAY) == 0
    assert_books_close()


def test_what_is_forgotten_is_not_recorded_and_the_page_says_why(world: World, job: GiftImport) -> None:
    _forget(timezone.now() + 2 * DAYS * DAY)
    with nothing_written(), pytest.raises(NothingChosen):
        ask_to_record(actor=world.as_actor(world.officer), job=job, numbers=None, now=timezone.now())
    page = Visitor("officer").get(f"/imports/{job.id}").content.decode()
    assert "不再保存" in page and "示例科技有限公司" not in page


def test_a_file_that_is_at_work_is_let_be(job: GiftImport) -> None:
    GiftImport.objects.filter(id=job.id).update(state="RUNNING")
    with nothing_written():
        assert _forget(timezone.now() + 2 * DAYS * DAY) == 0
