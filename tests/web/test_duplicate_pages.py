"""The pages of households that may be one: look, merge, keep apart, take back; and lists of households."""

from django.core.files.uploadedfile import SimpleUploadedFile

from logistics.households.duplicate_models import DuplicatePair, HouseholdMerge
from logistics.households.models import Household
from logistics.press.duplicate_searches import work_on_search
from logistics.press.household_import_models import HouseholdImport
from logistics.press.imports.household_jobs import work_on_queued_households
from logistics.press.search_models import DuplicateSearch
from tests.cast import World
from tests.households.test_duplicates import twins
from tests.press.test_household_imports import FATHER, HEAD, ROWS
from tests.press.test_imports import as_csv
from tests.web.conftest import Visitor

PAIRS = "/households/duplicates"


def test_an_officer_asks_for_a_search_and_watches_it(world: World, officer: Visitor) -> None:
    assert "还没有比对过" in officer.get(PAIRS).content.decode()
    for _ in range(2):
        officer.client.post(f"{PAIRS}/search")
    # Who asks twice waits for one.
    search = DuplicateSearch.objects.get()
    waiting = officer.get(PAIRS)
    assert waiting.headers["Refresh"] and "<progress" in waiting.content.decode()
    work_on_search(search.id)
    search.refresh_from_db()
    assert (search.state, search.done, search.total, search.found) == ("DONE", 1, 1, 0)
    assert "没有待处理的疑似重复" in officer.get(PAIRS).content.decode()


def test_a_pair_is_shown_masked_with_its_reasons_and_merged(world: World, officer: Visitor) -> None:
    pair = twins(world)
    page = officer.get(PAIRS).content.decode()
    for words in ("92", "电话相同", "户主姓名同音", "地址相似", pair.first.reference, pair.second.reference, "李**"):
        assert words in page, words
    one = officer.get(f"{PAIRS}/{pair.id}").content.decode()
    for secret in ("李芳", "李方", "12号", "13900000001"):
        assert secret not in page and secret not in one
    refused = officer.client.post(f"{PAIRS}/{pair.id}/merge", {"survivor": "FIRST", "reason": "是"})
    assert refused.status_code == 422 and not HouseholdMerge.objects.exists()
    said = {"survivor": "FIRST", "head_name": "SECOND", "address": "FIRST", "reason": "问过村里，是一家人"}
    done = officer.client.post(f"{PAIRS}/{pair.id}/merge", said, follow=True)
    assert "已合并" in done.content.decode()
    assert Household.objects.get(id=pair.first_id).head_name == "李方"
    gone = officer.get(f"/households/{pair.second_id}").content.decode()
    assert "是一家" in gone and pair.first.reference in gone
    listed = officer.get("/households").content.decode()
    assert pair.first.reference in listed and pair.second.reference not in listed
    # Somebody who decides it at the same time is told.
    late = officer.client.post(f"{PAIRS}/{pair.id}/apart", {"reason": "问过，是两家"})
    assert late.status_code == 422 and "已经处理过" in late.content.decode()
    merge = HouseholdMerge.objects.get()
    undo = f"/households/merges/{merge.id}/undo"
    assert pair.second.reference in officer.get(undo).content.decode()
    assert "已撤销" in officer.client.post(undo, {"reason": "认错了，是两家"}, follow=True).content.decode()
    assert not Household.objects.filter(merged_into__isnull=False).exists()


def test_a_pair_is_kept_apart(world: World, officer: Visitor) -> None:
    pair = twins(world)
    assert officer.client.post(f"{PAIRS}/{pair.id}/apart", {"reason": ""}).status_code == 422
    officer.client.post(f"{PAIRS}/{pair.id}/apart", {"reason": "两兄弟，同住一院"})
    assert DuplicatePair.objects.get().state == "APART"
    assert "两兄弟，同住一院" in officer.get(f"{PAIRS}/{pair.id}").content.decode()


def test_strangers_find_nothing(world: World) -> None:
    pair = twins(world)
    for username in ("stranger", "keeper", "courier", "auditor"):
        visitor = Visitor(username)
        for path in (f"{PAIRS}/{pair.id}", f"{PAIRS}/{pair.id}/merge"):
            answer = visitor.client.post(path, {"reason": "问过村里"}) if "merge" in path else visitor.get(path)
            assert answer.status_code == 404, (username, path)
    assert DuplicatePair.objects.get().state == "OPEN"
    assert pair.first.reference not in Visitor("stranger").get(PAIRS).content.decode()


def test_a_list_of_households_is_handed_in_looked_at_and_recorded(world: World, officer: Visitor) -> None:
    wrong = ["3", "示例丁", "户主", "", "2999-01-01", "", "", "", "", "", ""]
    file = SimpleUploadedFile("名单.csv", as_csv([HEAD, *ROWS, wrong], "gb18030"), "text/csv")
    sent = officer.send("/households/imports", file=file, township="少云镇", division_code="990101001")
    job = HouseholdImport.objects.get()
    path = f"/households/imports/{job.id}"
    assert (sent.status_code, sent.headers["Location"]) == (302, path)
    assert officer.get(path).headers["Refresh"] == "1"
    work_on_queued_households(job.id)
    page = officer.get(path).content.decode()
    for words in ("示**", "出生日期: 出生日期有误", "登记全部 2 个新家庭", FATHER[:4]):
        assert words in page, words
    assert page.count('name="families"') == 2
    for secret in ("示例甲", "示例乙", FATHER, "13900000001"):
        assert secret not in page
    only_wrong = officer.get(f"{path}?families=WRONG").content.decode()
    assert only_wrong.count("<tr>") == 2
    officer.client.post(f"{path}/record", {"which": "CHOSEN", "families": ["1"]})
    work_on_queued_households(job.id)
    officer.client.post(f"{path}/record", {"which": "ALL"})
    work_on_queued_households(job.id)
    assert Household.objects.filter(organisation=world.county).count() == 3
    for said in ({"which": "ALL"}, {"which": "CHOSEN", "families": ["3"]}, {}):
        answer = officer.client.post(f"{path}/record", said, follow=True)
        assert 'class="note' in answer.content.decode()
    assert Visitor("stranger").get(path).status_code == 404
    assert Visitor("keeper").get("/households/imports").status_code == 404


def test_the_template_can_be_downloaded(world: World, officer: Visitor) -> None:
    answer = officer.get("/households/imports/template.xlsx")
    assert answer.content.startswith(b"PK") and "attachment" in answer.headers["Content-Disposition"]
