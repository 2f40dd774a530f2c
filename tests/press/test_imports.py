"""Files of gifts and bank statements: what is read, matched, recorded once, and refused."""

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from logistics.donations.models import Donation
from logistics.donations.pledge_models import PledgedGift
from logistics.journal.models import JournalEntry
from logistics.parties.models import Donor
from logistics.press.import_models import GiftImport, ImportRow
from logistics.press.imports.jobs import (
    ImportNotReady,
    NothingChosen,
    ask_to_import,
    ask_to_record,
    missing_at_bank,
    said_of,
    work_on_queued_import,
)
from logistics.press.imports.reading import lines_of
from logistics.press.imports.reads import counts_of_import
from logistics.press.imports.tables import TABLE_ROWS_MAX, TableMerged, TableTooLarge, TableUnreadable
from logistics.press.imports.templates import gifts_template
from logistics.storage.locked_files import unlocked
from tests.cast import World
from tests.donations.test_pledges import pledge_of
from tests.looking import assert_books_close, nothing_written

HEAD = ["捐赠人", "捐赠人类型", "金额（元）", "到账日期", "流水号", "备注"]
ROWS = [
    ["示例捐赠人", "个人", "100.50", "2026-01-12", "S-1", ""],
    ["示例科技有限公司", "", "￥1,234.00", "2026年1月11日", "S-2", "=1+1"],
    ["匿名", "", "8", "2026/1/10 09:30", "S-3", ""],
]


def as_csv(rows: list[list[str]], encoding: str = "utf-8-sig", separator: str = ",") -> bytes:
    """Write rows as text."""
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows(rows)
    return file.getvalue().encode(encoding)


def as_xlsx(rows: list[list[object]]) -> bytes:
    """Write rows as a workbook by another library than the reader's."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(world: World, data: bytes, kind: str = "GIFTS", **more: object) -> GiftImport:
    """Hand a file in and let it be read."""
    job = ask_to_import(
        actor=world.as_actor(world.officer),
        kind=kind,
        data=data,
        programme=world.warm,
        fund=world.warm_fund,
        now=timezone.now(),
        **more,  # type: ignore[arg-type] -- the test's own words
    )
    work_on_queued_import(job.id)
    job.refresh_from_db()
    return job


def recorded(world: World, job: GiftImport, numbers: list[int] | None = None) -> GiftImport:
    """Record rows."""
    ask_to_record(actor=world.as_actor(world.officer), job=job, numbers=numbers, now=timezone.now())
    work_on_queued_import(job.id)
    job.refresh_from_db()
    return job


def _faults(job: GiftImport) -> dict[int, list[str]]:
    rows = ImportRow.objects.filter(job=job).order_by("number")
    return {row.number: [fault["code"] for fault in row.faults] for row in rows if row.faults}


@pytest.mark.parametrize(
    "data",
    [
        as_csv([HEAD, *ROWS]),
        as_csv([HEAD, *ROWS], "gb18030"),
        as_csv([HEAD, *ROWS], "utf-16", "\t"),
        as_csv([["示例县妇联捐赠明细"], [], HEAD, *ROWS], "gb18030", ";"),
        as_xlsx([HEAD, *ROWS[:1], [*ROWS[1][:5], "备注"], ROWS[2]]),
    ],
    ids=["utf-8", "gb18030", "utf-16 with tabs", "with a title", "xlsx"],
)
def test_a_file_is_read_and_nothing_is_recorded(world: World, data: bytes) -> None:
    job = read(world, data)
    assert (job.state, job.problem, counts_of_import(job)) == ("DONE", None, {"NEW": 3})
    rows = [said_of(row) for row in ImportRow.objects.filter(job=job).order_by("number")]
    assert [(said.donor, said.amount_minor, said.donor_kind) for said in rows] == [
        ("示例捐赠人", 10_050, "PERSON"),
        ("示例科技有限公司", 123_400, "ORGANISATION"),
        ("匿名", 800, "PERSON"),
    ]
    assert rows[2].is_anonymous
    assert timezone.localtime(rows[2].received_at).isoformat() == "2026-01-10T09:30:00+08:00"
    assert ImportRow.objects.get(job=job, donor__isnull=False).donor == world.donor
    assert not JournalEntry.objects.exists()
    # The file itself is gone, and what rows say of donors is not to be read in the database.
    with pytest.raises(FileNotFoundError):
        unlocked(job.path, "00" * 32)


def test_all_rows_are_recorded_once_in_whichever_file_they_stand(world: World) -> None:
    job = recorded(world, read(world, as_csv([HEAD, *ROWS])))
    assert (counts_of_import(job), job.done, job.total) == ({"RECORDED": 3}, 3, 3)
    assert Donation.objects.count() == 3
    again = read(world, as_csv([HEAD, *ROWS, ["新人", "", "5", "2026-01-12", "S-4", ""]], "gb18030"))
    assert counts_of_import(again) == {"KNOWN": 3, "NEW": 1}
    recorded(world, again)
    assert Donation.objects.count() == 4
    assert_books_close()


def test_only_chosen_rows_are_recorded(world: World) -> None:
    job = recorded(world, read(world, as_csv([HEAD, *ROWS])), [3])
    assert counts_of_import(job) == {"NEW": 2, "RECORDED": 1}
    assert Donation.objects.get().reference == "S-2"
    for numbers in ([3], [99]):
        with nothing_written(), pytest.raises(NothingChosen):
            ask_to_record(actor=world.as_actor(world.officer), job=job, numbers=numbers, now=timezone.now())
    job.state = "RUNNING"
    job.save(update_fields=["state"])
    with nothing_written(), pytest.raises(ImportNotReady):
        ask_to_record(actor=world.as_actor(world.officer), job=job, numbers=None, now=timezone.now())


def test_rows_without_numbers_are_known_again_and_equal_rows_are_two_gifts(world: World) -> None:
    head, row = ["姓名", "金额", "日期"], ["示例捐赠人", "20", "2026-01-05"]
    recorded(world, read(world, as_csv([head, row, row])))
    assert Donation.objects.count() == 2
    longer = read(world, as_csv([head, row, row, row]))
    assert counts_of_import(longer) == {"KNOWN": 2, "NEW": 1}


def test_each_fault_is_named_with_its_row_and_column(world: World) -> None:
    rows = [
        ["", "", "5", "2026-01-12", "a", ""],
        ["甲", "", "五元", "2026-01-12", "b", ""],
        ["甲", "", "5.001", "2026-02-30", "c", ""],
        ["甲", "外星人", "-5", "2099-01-01", "d", ""],
        ["甲", "", "5", "2026-01-12", "e", "x" * 501],
        ["甲", "", "5", "2026-01-12", "f", ""],
        ["甲", "", "6", "2026-01-12", "f", ""],
    ]
    job = read(world, as_csv([HEAD, *rows]))
    assert _faults(job) == {
        2: ["row_donor_missing"],
        3: ["row_amount_unreadable"],
        4: ["row_amount_unreadable", "row_day_unreadable"],
        5: ["row_amount_unreadable", "row_day_ahead", "row_value_unknown"],
        6: ["row_text_unreadable"],
        8: ["row_value_unknown"],
    }
    faults = ImportRow.objects.get(job=job, number=3).faults
    assert faults[0]["column"] == "金额（元）"
    assert all(faults[0][language] for language in ("zh", "en"))
    assert counts_of_import(recorded(world, job)) == {"RECORDED": 1, "WRONG": 6}


def test_a_gift_is_matched_with_the_promise_that_it_keeps(world: World) -> None:
    pledge_of(world, "认捐-1", amount_minor=10_050)
    pledge_of(world, "认捐-2", amount_minor=99_900)
    job = recorded(world, read(world, as_csv([HEAD, *ROWS])))
    assert [row.pledge.reference for row in PledgedGift.objects.all()] == ["认捐-1"]
    assert ImportRow.objects.get(job=job, number=2).pledge is not None


def test_a_statement_is_reconciled_with_the_books(world: World) -> None:
    from tests.donations.test_pledges import _given

    at = world.now
    same, other, unseen = (_given(world, None, amount, f"g-{amount}") for amount in (10_000, 20_000, 30_000))
    head = ["交易日期", "借方发生额", "贷方发生额", "对方户名", "交易流水号", "摘要"]
    day = timezone.localtime(at).strftime("%Y%m%d")
    rows = [
        ["账号：622202******1234"],
        head,
        [day, "", "100.00", "示例捐赠人", "B-1", "捐款"],
        [day, "", "200.01", "示例捐赠人", "B-2", "捐款"],
        [day, "", "77.00", "新的爱心人士", "B-3", "捐款"],
        [day, "35.00", "", "示例物流", "B-4", "运费"],
    ]
    job = read(world, as_csv(rows, "gb18030"), "STATEMENT")
    by_number = {row.number: row for row in ImportRow.objects.filter(job=job)}
    assert {number: row.outcome for number, row in by_number.items()} == {
        3: "KNOWN",
        4: "DIFFERS",
        5: "NEW",
        6: "LEFT_OUT",
    }
    assert (by_number[3].donation, by_number[4].donation) == (same, other)
    assert [gift.id for gift in missing_at_bank(job)] == [unseen.id]
    recorded(world, job)
    assert Donation.objects.get(reference="B-3").channel == "BANK"
    assert counts_of_import(read(world, as_csv(rows), "STATEMENT"))["KNOWN"] == 2


def test_what_is_refused_by_the_books_says_so_and_sinks_no_other(world: World) -> None:
    rows = [*ROWS, ["甲", "", "5", "2026-01-12", "S-9", ""]]
    job = read(world, as_csv([[*HEAD, "专项"], *([*row, ""] for row in rows[:3]), [*rows[3], "girls-2026"]]))
    assert counts_of_import(recorded(world, job)) == {"RECORDED": 3, "WRONG": 1}
    assert _faults(job) == {5: ["programme_mismatch"]}
    assert not Donor.objects.filter(name="甲").exists()


def test_spreadsheets_are_read_as_people_see_them(world: World) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        hidden, sheet = book.add_worksheet("旧"), book.add_worksheet("捐赠")
        hidden.hide()
        sheet.activate()
        sheet.set_first_sheet()
        hidden.write_row(0, 0, ["不是", "这一张"])
        sheet.merge_range("A1:E1", "示例县妇联 2026 年捐赠")
        sheet.write_row(2, 0, ["捐赠人", "金额", "到账日期", "流水号", "匿名"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_string(3, 0, "示例捐赠人")
        sheet.write_formula(3, 1, "=100+0.1+0.2", value=100.30000000000001)
        sheet.write_datetime(3, 2, dt.datetime(2026, 1, 9), day)
        sheet.write_number(3, 3, 2026010900001)
        sheet.write_string(3, 4, "是")
        for row in range(4, 3_000):
            sheet.write_blank(row, 0, None, day)
    (row,) = ImportRow.objects.filter(job=read(world, file.getvalue()))
    said = said_of(row)
    assert (row.number, said.amount_minor, said.reference, said.has_formula) == (4, 10_030, "2026010900001", True)
    assert said.is_anonymous
    assert timezone.localdate(said.received_at) == dt.date(2026, 1, 9)


def test_merged_cells_in_the_table_are_refused(world: World) -> None:
    book = openpyxl.Workbook()
    for row in ([*HEAD[:4]], *(row[:4] for row in ROWS)):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    file = io.BytesIO()
    book.save(file)
    job = read(world, file.getvalue())
    assert (job.state, job.problem["code"]) == ("FAILED", "table_merged")
    assert not ImportRow.objects.exists()
    with pytest.raises(TableMerged):
        lines_of(file.getvalue())


def _patched(name: str, change) -> bytes:  # type: ignore[no-untyped-def]
    """Change one member of a workbook."""
    source, target = io.BytesIO(as_xlsx([HEAD, *ROWS[:1]])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            data = old.read(member)
            new.writestr(member, change(data) if member == name else data)
    return target.getvalue()


_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_SHEET = "xl/worksheets/sheet1.xml"
_NO_SUCH_TEXT = b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'
_EMPTY_ROWS = b"".join(b'<row r="%d"/>' % number for number in range(10, 2_000_010))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "table_unreadable"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "table_locked"),
        (b"PK\x03\x04 and no more", "table_unreadable"),
        (b"\xff\xfe\x00\xd8", "table_unreadable"),
        (b"a,b\x00c\n", "table_unreadable"),
        (as_csv([["甲", "乙"], ["1", "2"]]), "heading_missing"),
        (as_csv([[*HEAD, "收入"], [*ROWS[0], "1"]]), "heading_twice"),
        (as_csv([HEAD, *([ROWS[0]] * (TABLE_ROWS_MAX + 1))]), "table_too_large"),
        (as_csv([[*HEAD, *(f"列{number}" for number in range(60))]]), "table_too_large"),
        (_patched(_SHEET, lambda data: data.replace(b"<worksheet", _BOMB + b"<worksheet", 1)), "table_unreadable"),
        (
            _patched(_SHEET, lambda data: data.replace(b"</sheetData>", _EMPTY_ROWS + b"</sheetData>")),
            "table_too_large",
        ),
        (_patched(_SHEET, lambda data: data[:-200]), "table_unreadable"),
        (
            _patched(_SHEET, lambda data: data.replace(b"<sheetData>", b"<sheetData>" + _NO_SUCH_TEXT)),
            "table_unreadable",
        ),
        (_patched(_SHEET, lambda data: data.replace(b'r="B2"', b'r="XFD2"')), "table_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused(world: World, data: bytes, code: str) -> None:
    if data:
        job = read(world, data)
        assert (job.state, job.problem and job.problem["code"]) == ("FAILED", code)
    else:
        with pytest.raises(TableUnreadable):
            read(world, data)
    assert not ImportRow.objects.exists()


def test_a_file_beyond_its_bytes_is_refused_at_the_door(world: World) -> None:
    with nothing_written(), pytest.raises(TableTooLarge):
        read(world, b"x" * (8 * 1024 * 1024 + 1))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_read_as_it_is_given(world: World, language: str) -> None:
    _, data = gifts_template(language)
    job = read(world, data)
    assert counts_of_import(job) == {"NEW": 1}, _faults(job)


def test_a_worker_that_dies_leaves_no_doubt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from logistics.press.imports import jobs

    monkeypatch.setattr(jobs, "ROWS_AT_ONCE", 2)
    record, calls = jobs._record_together, []

    def dying(*given: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        record(*given)  # type: ignore[arg-type] -- what the worker gave

    monkeypatch.setattr(jobs, "_record_together", dying)
    job = read(world, as_csv([HEAD, *ROWS]))
    ask_to_record(actor=world.as_actor(world.officer), job=job, numbers=None, now=timezone.now())
    with pytest.raises(KeyboardInterrupt):
        work_on_queued_import(job.id)
    assert counts_of_import(job) == {"NEW": 1, "RECORDED": 2}
    work_on_queued_import(job.id)
    assert (counts_of_import(job), Donation.objects.count()) == ({"RECORDED": 3}, 3)


def test_the_command_reads_says_and_records(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gifts.csv"
    file.write_bytes(as_csv([HEAD, *ROWS], "gb18030"))
    named = ["--organisation", "示例县", "--programme", "warm-heart-pack", "--fund", "warm-2026"]
    call_command("import_gifts", str(file), *named)
    assert capsys.readouterr().out == "NEW: 3\n"
    call_command("import_gifts", str(file), *named, "--record")
    assert capsys.readouterr().out == "RECORDED: 3\n"
    assert Donation.objects.count() == 3
    file.write_bytes(as_csv([HEAD, ["甲", "", "x", "2026-01-12", "z", ""]]))
    with pytest.raises(SystemExit):
        call_command("import_gifts", str(file), *named, "--statement")
    assert "金额" in capsys.readouterr().err
    file.write_bytes(b"")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_gifts", str(file), *named)
