"""The pages of sponsorships: an officer begins one, the sponsor reads and writes, nobody is named."""

import pytest
from django.utils import timezone

from logistics.sponsorships.models import Letter, LetterWithdrawal, Sponsorship
from tests.cast import World
from tests.replies.stage import consent_of
from tests.web.conftest import Visitor

PERSONAL = ("示例女童", "示例家庭", "示例村", "少云镇", "示例捐赠人")


def _begun(world: World, officer: Visitor) -> Sponsorship:
    consent_of(world, "SPONSOR", "LETTER")
    sent = officer.send(
        "/sponsorships/new",
        donor=str(world.donor.id),
        fund="girls-2026",
        child=world.girl.reference,
        alias="小葵",
        stage="PRIMARY_UPPER",
        yearly="1200",
        started_on=str(timezone.localdate()),
    )
    assert sent.status_code == 302, sent.content.decode()
    return Sponsorship.objects.get()


def test_a_sponsor_writes_and_reads_what_was_released(world: World, officer: Visitor) -> None:
    row, sponsor = _begun(world, officer), Visitor()
    address = f"/Q/{row.code.text}/sponsor"
    assert sponsor.get(f"/Q/{row.code.text}")["Location"] == address
    assert "我们先审核" in sponsor.send(address, text="你好小葵，电话13900139000").content.decode()
    letter = Letter.objects.get()
    page = officer.get(f"/sponsorships/{row.id}/letters/{letter.id}").content.decode()
    assert "<mark" in page and "电话【电话】" in page
    released = officer.client.post(f"/sponsorships/{row.id}/letters/{letter.id}", {"text": "你好小葵"})
    assert released.status_code == 302
    shown = sponsor.get(address).content.decode()
    assert "你好小葵" in shown and "13900139000" not in shown
    assert not any(word in shown for word in PERSONAL)
    assert world.girl.reference not in shown and world.family.reference not in shown


def test_a_letter_released_by_mistake_is_taken_back(world: World, officer: Visitor) -> None:
    row, sponsor = _begun(world, officer), Visitor()
    shown, pair = f"/Q/{row.code.text}/sponsor", f"/sponsorships/{row.id}"
    sponsor.send(shown, text="我住在红房子")
    address = f"{pair}/letters/{Letter.objects.get().id}"
    officer.client.post(address, {"withdraw_reason": "还没有放行"})
    assert not LetterWithdrawal.objects.exists()
    officer.client.post(address, {"text": "红房子里"})
    assert "已放行" in officer.get(address).content.decode()
    assert all("红房子里" in page for page in (sponsor.get(shown).content.decode(), officer.get(pair).content.decode()))
    assert 'name="withdraw_reason"' in officer.get(address).content.decode()
    for field, why in (("withdraw_reason", "不"), ("reason", "晚来的人不转交")):
        officer.client.post(address, {field: why})
        assert not LetterWithdrawal.objects.exists()
    assert officer.client.post(address, {"withdraw_reason": "暗示了住址"}).status_code == 302
    page = officer.get(address).content.decode()
    assert "解除隔离" not in page
    assert all(words in page for words in ("已撤回", world.officer.name, "暗示了住址")) and "红房子里" not in page
    assert 'name="withdraw_reason"' not in page
    assert not any(
        "红房子里" in page for page in (sponsor.get(shown).content.decode(), officer.get(pair).content.decode())
    )
    assert "Taken back" in Visitor("officer", "en").get(address).content.decode()


def test_an_officer_plans_the_year_moves_on_and_ends_it(world: World, officer: Visitor) -> None:
    row = _begun(world, officer)
    world.give_money(500_000, fund=world.girls_fund)
    assert "安排这笔资助</button>" in officer.get(f"/sponsorships/{row.id}").content.decode()
    officer.client.post(f"/sponsorships/{row.id}/year", {"year": "0"})
    assert row.grants.get().grant.amount_minor == 120_000
    officer.client.post(f"/sponsorships/{row.id}/stage", {"stage": "JUNIOR_HIGH"})
    assert "初中" in officer.get("/sponsorships").content.decode()
    officer.client.post(f"/sponsorships/{row.id}/end", {"reason": "GRADUATED", "thanks": "谢谢您的陪伴"})
    assert "谢谢您的陪伴" in Visitor().get(f"/Q/{row.code.text}/sponsor").content.decode()
    assert officer.client.post(f"/sponsorships/{row.id}/nonsense", {}).status_code == 404
    officer.client.post(f"/sponsorships/{row.id}/year", {"year": "x"})
    assert row.grants.count() == 1


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_empty_list_says_what_to_do(world: World, language: str) -> None:
    words = {"zh-CN": "还没有结对", "en": "No sponsorship yet"}
    assert words[language] in Visitor("officer", language).get("/sponsorships").content.decode()


def test_strangers_and_other_roles_find_nothing(world: World, officer: Visitor) -> None:
    row = _begun(world, officer)
    assert Visitor("stranger").get(f"/sponsorships/{row.id}").status_code == 404
    assert "小葵" not in Visitor("stranger").get("/sponsorships").content.decode()
    for username in ("courier", "auditor", "keeper"):
        assert Visitor(username).get(f"/sponsorships/{row.id}").status_code == 404
    assert Visitor().get(f"/sponsorships/{row.id}").status_code == 302
    assert Visitor().get(f"/Q/{world.donor.account_id.hex[:20].upper()}/sponsor").status_code in (404, 409)
