"""Lists of households: what is read, marked, recorded all or none, and refused."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from django.db import connection
from django.utils import timezone

from logistics.households.actions import MemberInput, record_household, record_households
from logistics.households.models import Household, Member
from logistics.press.household_import_models import HouseholdImport, HouseholdImportRow
from logistics.press.imports.families import Place
from logistics.press.imports.household_jobs import (
    FamilyUnknown,
    NoFamilyChosen,
    ask_to_import_households,
    ask_to_record_households,
    counts_of_household_import,
    said_of_row,
    work_on_queued_households,
)
from logistics.press.imports.household_templates import households_template
from logistics.press.imports.jobs import ImportNotReady
from logistics.press.imports.reading import lines_of
from logistics.press.imports.tables import (
    HOUSEHOLD_BOUNDS,
    HOUSEHOLD_ROWS_MAX,
    TableLocked,
    TableMerged,
    TableTooLarge,
    TableUnreadable,
)
from logistics.press.search_models import DuplicateSearch
from logistics.storage.locked_files import unlocked
from tests.cast import World
from tests.looking import nothing_written
from tests.press.test_imports import as_csv, as_xlsx

HEAD = [
    "家庭编号",
    "姓名",
    "与户主关系",
    "性别",
    "出生日期",
    "身份证号",
    "联系电话",
    "家庭住址",
    "乡镇",
    "监护人",
    "监护人同意",
]
PLACE = Place("少云镇", "990101001")


def check_digit(first: str) -> str:
    """Write an identity number of nobody: a residence permit's prefix, with its right check digit."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, first, strict=True))
    return first + "10X98765432"[total % 11]


FATHER = check_digit("81000019800501001")
GIRL = check_digit("81000020160305002")
ROWS = [
    ["1", "示例甲", "户主", "男", "1980-05-01", FATHER, "13900000001", "示例村三组12号", "", "", ""],
    ["1", "示例乙", "女儿", "", "", GIRL, "", "", "", "示例甲", "是"],
    ["2", "示例丙", "户主", "女", "1952年11月20日", "", "", "示例村一组3号", "邻镇", "", ""],
]


def read(world: World, data: bytes, place: Place = PLACE) -> HouseholdImport:
    """Hand a list in and let it be read."""
    actor = world.as_actor(world.officer)
    job = ask_to_import_households(actor=actor, data=data, name="名单.xlsx", place=place, now=timezone.now())
    return _worked(job)


def recorded(world: World, job: HouseholdImport, families: list[int] | None = None) -> HouseholdImport:
    """Record families."""
    actor = world.as_actor(world.officer)
    ask_to_record_households(actor=actor, job=job, families=families, now=timezone.now())
    return _worked(job)


def faults(job: HouseholdImport) -> dict[int, list[str]]:
    """Return the codes of the faults of each row that has some."""
    rows = HouseholdImportRow.objects.filter(job=job).order_by("number")
    return {row.number: [fault["code"] for fault in row.faults] for row in rows if row.faults}


def _worked(job: HouseholdImport) -> HouseholdImport:
    work_on_queued_households(job.id)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(
    "data",
    [
        as_csv([HEAD, *ROWS]),
        as_csv([HEAD, *ROWS], "gb18030"),
        as_csv([HEAD, *ROWS], "utf-16", "\t"),
        as_csv([["示例县困难家庭花名册"], [], HEAD, *ROWS], "gb18030", ";"),
        as_xlsx([HEAD, *ROWS]),
        # Without numbers each head begins a family.
        as_csv([HEAD[1:], *[row[1:] for row in ROWS]]),
    ],
    ids=["utf-8", "gb18030", "utf-16 with tabs", "with a title", "xlsx", "without numbers"],
)
def test_a_list_is_read_and_nothing_is_recorded(world: World, data: bytes) -> None:
    before = Household.objects.count()
    job = read(world, data)
    assert (job.state, job.problem, faults(job)) == ("DONE", None, {})
    assert counts_of_household_import(job) == {"NEW": 2}
    said = [said_of_row(row) for row in HouseholdImportRow.objects.filter(job=job).order_by("number")]
    assert [(one.name, one.sex, one.born_on) for one in said] == [
        ("示例甲", "MALE", dt.date(1980, 5, 1)),
        ("示例乙", "FEMALE", dt.date(2016, 3, 5)),
        ("示例丙", "FEMALE", dt.date(1952, 11, 20)),
    ]
    assert Household.objects.count() == before
    # The file is gone, and what rows say of families is not to be read in the database.
    with pytest.raises(FileNotFoundError):
        unlocked(job.path, "00" * 32)
    with connection.cursor() as cursor:
        cursor.execute("SELECT said, faults FROM press_householdimportrow")
        assert "示例甲" not in str(cursor.fetchall())


def test_all_new_families_are_recorded_and_known_again(world: World) -> None:
    job = recorded(world, read(world, as_csv([HEAD, *ROWS])))
    assert (counts_of_household_import(job), job.done, job.total) == ({"RECORDED": 2}, 2, 2)
    first = Household.objects.get(id=HouseholdImportRow.objects.get(job=job, number=2).household_id)
    assert (first.head_name, first.telephone, first.township) == ("示例甲", "+8613900000001", "少云镇")
    girl = first.members.get(relation="女儿")
    assert (girl.name, girl.sex, girl.born_on, girl.has_consent) == ("示例乙", "FEMALE", dt.date(2016, 3, 5), True)
    other = Household.objects.get(id=HouseholdImportRow.objects.get(job=job, number=4).household_id)
    assert (other.head_name, other.township) == ("示例丙", "邻镇")
    # By an identity number it is known; by name and birth date it may be.
    again = read(world, as_csv([HEAD, *ROWS]))
    assert counts_of_household_import(again) == {"KNOWN": 1, "TWIN": 1}
    with nothing_written(), pytest.raises(NoFamilyChosen):
        recorded(world, again)
    # Whoever ticks it says that it is another family.
    assert counts_of_household_import(recorded(world, again, [2])) == {"KNOWN": 1, "RECORDED": 1}
    assert DuplicateSearch.objects.filter(organisation=world.county).exists()


def test_a_head_with_the_same_telephone_may_be_on_record(world: World) -> None:
    record_household(
        organisation=world.county,
        township="少云镇",
        division_code="990101001",
        head_name="示例甲",
        telephone="13900000001",
        members=[MemberInput("别人")],
        now=world.now,
    )
    rows = [[*ROWS[0][:4], "", "", *ROWS[0][6:]]]
    assert counts_of_household_import(read(world, as_csv([HEAD, *rows]))) == {"TWIN": 1}


def test_chosen_families_are_recorded_all_or_none(world: World) -> None:
    job = read(world, as_csv([HEAD, *ROWS]))
    before = Household.objects.count()
    # Somebody records one of them in between.
    record_household(
        organisation=world.county,
        township="少云镇",
        division_code="990101001",
        head_name="示例甲",
        members=[MemberInput("示例甲", identity_number=FATHER)],
        now=world.now,
    )
    job = recorded(world, job)
    assert (job.state, job.problem["code"], Household.objects.count()) == ("DONE", "families_changed", before + 1)
    assert counts_of_household_import(job) == {"KNOWN": 1, "NEW": 1}
    assert counts_of_household_import(recorded(world, job)) == {"KNOWN": 1, "RECORDED": 1}


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[str(n), f"示例{n}", "户主", "", "", "", "", "", "", "", ""] for n in range(1, 6)]
    job = read(world, as_csv([HEAD, *rows]))
    ask_to_record_households(actor=world.as_actor(world.officer), job=job, families=None, now=timezone.now())
    monkeypatch.setattr("logistics.press.imports.household_jobs.FAMILIES_AT_ONCE", 2)
    real, calls = record_households, []

    def dies(**more: object) -> object:
        calls.append(more)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**more)

    monkeypatch.setattr("logistics.press.imports.household_jobs.record_households", dies)
    with pytest.raises(KeyboardInterrupt):
        work_on_queued_households(job.id)
    job = _worked(job)
    assert (job.state, job.done, counts_of_household_import(job)) == ("DONE", 5, {"RECORDED": 5})
    assert len({row.household_id for row in HouseholdImportRow.objects.filter(job=job)}) == 5


def test_a_sound_number_that_ends_as_rounded_ones_do_is_taken(world: World) -> None:
    job = read(world, as_csv([HEAD, ["1", "示例甲", "户主", "", "", "810000198005028000"]]))
    assert counts_of_household_import(job) == {"NEW": 1}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [["1", "示例甲", "户主", "", "", FATHER[:17] + ("1" if FATHER[17] != "1" else "2")]],
            {2: ["identity_number_wrong"]},
        ),
        ([["1", "示例甲", "户主", "", "", "8.1E+17"]], {2: ["row_identity_number_rounded"]}),
        ([["1", "示例甲", "户主", "", "", "810000198005010000"]], {2: ["row_identity_number_rounded"]}),
        ([["1", "示例甲", "户主", "", "2999-01-01"]], {2: ["birth_date_wrong"]}),
        ([["1", "示例甲", "户主", "", "1880-01-01"]], {2: ["birth_date_wrong"]}),
        ([["1", "示例甲", "户主", "", "去年"]], {2: ["row_birth_date_unreadable"]}),
        ([["1", "示例甲", "户主", "", "2016-02-30"]], {2: ["row_birth_date_unreadable"]}),
        ([["1", "示例甲", "户主", "女", "", FATHER]], {2: ["row_number_contradicts"]}),
        ([["1", "示例甲", "户主", "", "1981-05-01", FATHER]], {2: ["row_number_contradicts"]}),
        ([["1", "示例甲", "户主", "中"]], {2: ["row_value_unknown"]}),
        ([["1", "", "户主", "女"]], {2: ["name_missing", "row_head_missing"]}),
        ([["1", "长" * 61, "户主"]], {2: ["row_text_unreadable", "row_head_missing"]}),
        ([["1", "示例甲", "户主", "", "", "", "123"]], {2: ["telephone_wrong"]}),
        ([["1", "示例甲", "户主"], ["1", "示例乙", "户主"]], {2: ["row_two_heads"], 3: ["row_two_heads"]}),
        ([["1", "示例甲", "儿子"]], {2: ["row_head_missing"]}),
        ([["1", "示例甲", "户主"], ["1", "示例乙", "女儿", "", "2016-03-05"]], {3: ["row_consent_missing"]}),
        (
            [["1", "示例甲", "户主"], ["1", "示例乙", "女儿", "", "2016-03-05", "", "", "", "", "", "不知道"]],
            {3: ["row_value_unknown", "row_consent_missing"]},
        ),
        (
            [
                ["1", "示例甲", "户主"],
                ["1", "示例乙", "女儿", "", "2016-03-05", "", "", "", "", "示例丁", "是"],
                ["1", "示例丁", "儿子", "", "2012-03-05", "", "", "", "", "示例甲", "是"],
            ],
            {3: ["row_guardian_is_child"]},
        ),
        (
            [["1", "示例甲", "户主"], ["1", "示例乙", "女儿", "", "2016-03-05", "", "", "", "", "示例乙", "是"]],
            {3: ["row_guardian_of_oneself"]},
        ),
        (
            [["1", "示例甲", "户主", "", "", FATHER], ["2", "示例丙", "户主", "", "", FATHER]],
            {3: ["row_person_twice"]},
        ),
        (
            [["1", "示例甲", "户主", "", "", "", "", "", "甲镇"], ["1", "示例丙", "妻子", "", "", "", "", "", "乙镇"]],
            {3: ["row_place_differs"]},
        ),
        ([["1", f"示例{n}", "户主" if n == 1 else "亲戚"] for n in range(1, 22)], {2: ["members_out_of_bounds"]}),
    ],
)
def test_each_fault_is_named_on_its_row(world: World, rows: list[list[str]], expected: dict[int, list[str]]) -> None:
    job = read(world, as_csv([HEAD, *rows]))
    assert faults(job) == expected
    # A family of which one row is wrong is not taken in part.
    assert set(HouseholdImportRow.objects.filter(job=job, family=1).values_list("outcome", flat=True)) <= {
        "WRONG",
        "NEW",
    }
    assert "WRONG" in counts_of_household_import(job)
    said = str(list(HouseholdImportRow.objects.filter(job=job).values_list("faults", flat=True)))
    assert "示例甲" not in said and FATHER not in said


def test_a_place_is_needed_from_the_row_or_for_the_whole_list(world: World) -> None:
    job = read(world, as_csv([HEAD, ["1", "示例甲", "户主"]]), Place("", ""))
    assert faults(job) == {2: ["row_place_missing"]}


def test_numbers_of_families_that_are_not_there_are_refused(world: World) -> None:
    job = read(world, as_csv([HEAD, *ROWS]))
    with nothing_written(), pytest.raises(FamilyUnknown):
        recorded(world, job, [3])
    HouseholdImport.objects.filter(id=job.id).update(state="RUNNING")
    with nothing_written(), pytest.raises(ImportNotReady):
        recorded(world, job)


def test_a_formula_counts_as_its_value_and_merged_cells_are_refused() -> None:
    book = openpyxl.Workbook()
    for row in [HEAD, *ROWS]:
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(TableMerged):
        lines_of(file.getvalue(), HOUSEHOLD_BOUNDS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no zip",
        "姓名,与户主关系\n示例甲,户主".encode("utf-32"),
        as_csv([["姓名", "年龄"], ["示例甲", "8"]]),
        as_csv([["姓名", "姓名", "与户主关系"], ["示例甲", "", "户主"]]),
        b"\xff\xfe\x00\xd8",
    ],
)
def test_what_is_no_list_is_refused(world: World, data: bytes) -> None:
    if not data:
        with nothing_written(), pytest.raises(TableUnreadable):
            read(world, data)
        return
    job = read(world, data)
    assert job.state == "FAILED" and job.problem["zh"] and not HouseholdImportRow.objects.exists()


def test_an_old_or_locked_workbook_is_told() -> None:
    with pytest.raises(TableLocked):
        lines_of(b"\xd0\xcf\x11\xe0" + bytes(600), HOUSEHOLD_BOUNDS)


@pytest.mark.parametrize(("more", "is_refused"), [(0, False), (1, True)])
def test_a_list_has_so_many_rows_and_no_more(more: int, is_refused: bool) -> None:
    rows = [["姓名", "与户主关系"], *[["示例", "户主"]] * (HOUSEHOLD_ROWS_MAX + more)]
    for data in (as_csv(rows), _plain_xlsx(rows)):
        if is_refused:
            with pytest.raises(TableTooLarge):
                lines_of(data, HOUSEHOLD_BOUNDS)
        else:
            assert len(lines_of(data, HOUSEHOLD_BOUNDS)) == HOUSEHOLD_ROWS_MAX + 1


def test_two_million_empty_rows_cost_nothing() -> None:
    text = "姓名,与户主关系\n示例甲,户主\n" + "\n" * 2_000_000
    with pytest.raises(TableTooLarge):
        lines_of(text.encode(), HOUSEHOLD_BOUNDS)
    # What Excel can hold of empty rows is only skipped.
    assert len(lines_of(("姓名,与户主关系\n示例甲,户主\n" + "\n" * 1_000_000).encode(), HOUSEHOLD_BOUNDS)) == 2
    empty = "".join(f'<row r="{n}"/>' for n in range(2, 2_000_002))
    with pytest.raises(TableTooLarge):
        lines_of(_sheet(f"<row r='1'><c t='inlineStr'><is><t>姓名</t></is></c></row>{empty}"), HOUSEHOLD_BOUNDS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_a_list_that_is_taken_as_it_is(world: World, language: str) -> None:
    name, data = households_template(language)
    assert name.endswith(".xlsx")
    job = read(world, data, Place("少云镇", "990101001"))
    assert (faults(job), counts_of_household_import(job)) == ({}, {"NEW": 2})
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.sheetnames) == 2 and book.active["F2"].number_format == "@"
    assert Member.objects.filter(household__organisation=world.county).count() == 2


def _plain_xlsx(rows: list[list[str]]) -> bytes:
    cells = "".join(
        f"<row>{''.join('<c t=' + repr('inlineStr') + f'><is><t>{value}</t></is></c>' for value in row)}</row>"
        for row in rows
    )
    return _sheet(cells)


def _sheet(rows: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return file.getvalue()
