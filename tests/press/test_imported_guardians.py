"""Lists of households bring hardships and guardians: recorded as such, and refused where they cannot be so."""

import io

import openpyxl
import pytest

from logistics.households.actions import MemberInput, record_household
from logistics.households.family_models import Guardian, HardshipKind
from logistics.households.guardians import name_of_guardian
from logistics.households.models import Household, Member
from logistics.households.named_guardians import GuardianInput, GuardianIsChild
from logistics.press.imports.hardship_words import HardshipWords, HardshipWordUnknown
from logistics.press.imports.household_templates import households_template
from tests.cast import World
from tests.looking import nothing_written
from tests.press.test_household_imports import PLACE, check_digit, faults, read, recorded
from tests.press.test_imports import as_csv, as_xlsx

HEAD = [
    *("家庭编号", "姓名", "与户主关系", "出生日期", "监护人", "监护人关系", "监护人电话", "监护人身份证号"),
    *("困难类别", "监护人同意"),
]
ROWS = [
    ["1", "示例甲", "户主", "1980-05-01", "", "", "", "", "低保、受灾", ""],
    ["1", "示例乙", "女儿", "2016-03-05", "示例甲", "母亲", "", "", "单亲；残疾", "是"],
    ["2", "示例丙", "户主", "2014-01-01", "示例姑姑", "姑姑", "13900000009", "", "ORPHAN/事实无人抚养", "是"],
]
CHILD_NUMBER = check_digit("81000020160305002")


@pytest.mark.parametrize("data", [as_csv([HEAD, *ROWS]), as_csv([HEAD, *ROWS], "gb18030"), as_xlsx([HEAD, *ROWS])])
def test_hardships_and_guardians_are_recorded(world: World, data: bytes) -> None:
    job = recorded(world, read(world, data))
    assert (faults(job), job.state) == ({}, "DONE")
    girl, orphan = Member.objects.get(name_index=_index("示例乙")), Member.objects.get(name_index=_index("示例丙"))
    first, second = girl.guardians.get(), orphan.guardians.get()
    assert (first.member is not None and first.member.name, first.relation) == ("示例甲", "母亲")
    assert (second.member, name_of_guardian(second), second.telephone) == (None, "示例姑姑", "+8613900000009")
    # Under fourteen the guardian consents, and is named.
    assert [one.guardian_id for one in girl.consents.all()] == [first.id]
    family = Household.objects.get(id=girl.household_id)
    own = sorted(row.kind_code for row in family.hardships.filter(member=None))
    assert own == ["DISASTER", "SINGLE_PARENT", "SUBSISTENCE_ALLOWANCE"]
    assert [row.kind_code for row in family.hardships.filter(member=girl)] == ["DISABLED"]
    assert {row.kind_code for row in orphan.household.hardships.filter(member=orphan)} == {"ORPHAN", "UNATTENDED"}


@pytest.mark.parametrize(
    ("column", "text", "codes"),
    [
        ("困难类别", "很穷", ["row_hardship_unknown"]),
        ("困难类别", "低保、示例乙", ["row_hardship_unknown"]),
        ("监护人电话", "123", ["telephone_wrong"]),
        ("监护人身份证号", CHILD_NUMBER, ["guardian_is_child"]),
        ("监护人身份证号", CHILD_NUMBER[:17] + "?", ["identity_number_wrong"]),
        ("监护人关系", "长" * 25, ["row_text_unreadable"]),
        ("监护人", "", ["name_missing"]),
    ],
)
def test_a_fault_says_no_word_of_a_person(world: World, column: str, text: str, codes: list[str]) -> None:
    rows = [list(row) for row in ROWS]
    rows[2][HEAD.index(column)] = text
    job = read(world, as_csv([HEAD, *rows]))
    assert faults(job) == {4: codes}
    (fault,) = job.rows.get(number=4).faults
    assert text == "" or text not in str(fault)
    if codes == ["row_hardship_unknown"]:
        assert "孤儿、事实无人抚养儿童" in fault["zh"] and "低保" in fault["en"]


def test_words_are_read_as_people_write_them(world: World) -> None:
    words = HardshipWords()
    assert words.read("") == words.read(" 、") == ()
    assert words.read("单亲，低保 ; 大病|“两癌”患病妇女\n低保") == (
        *("SINGLE_PARENT", "SUBSISTENCE_ALLOWANCE", "SERIOUS_ILLNESS"),
        "TWO_CANCERS",
    )
    assert words.read("orphan,Single parent") == ("ORPHAN", "SINGLE_PARENT")
    # A beginning that two kinds share is neither, and one sign is none.
    HardshipKind.objects.create(code="SINGLE_MOTHER", name_zh="单亲母亲", name_en="x", is_of_person=False, position=99)
    for text in ("单亲", "孤"):
        with pytest.raises(HardshipWordUnknown):
            HardshipWords().read(text)


def test_a_guardian_under_age_is_refused_wherever_a_family_is_recorded(world: World) -> None:
    child = {"sex": "FEMALE", "born_on": world.now.date().replace(year=2016)}
    for guardian in (GuardianInput("示例丁"), GuardianInput("外人", identity_number=CHILD_NUMBER)):
        people = [MemberInput("示例丁", **child), MemberInput("示例戊", **child, guardian=guardian)]
        with nothing_written(), pytest.raises(GuardianIsChild):
            record_household(
                organisation=world.county,
                township=PLACE.township,
                division_code=PLACE.division_code,
                head_name="示例丁",
                members=people,
                now=world.now,
            )
    assert not Guardian.objects.exists()


def test_the_template_names_every_word_that_is_taken(world: World) -> None:
    for language in ("zh", "en"):
        book = openpyxl.load_workbook(io.BytesIO(households_template(language)[1]))
        said = {cell for row in book[book.sheetnames[1]].iter_rows(values_only=True) for cell in row}
        assert set(HardshipKind.objects.values_list("code", flat=True)) <= said
        assert {"困难类别", "监护人电话"} <= said or language == "en"


def _index(name: str) -> str:
    from logistics.households.indexes import NAME, index_of

    return index_of(name, NAME)
