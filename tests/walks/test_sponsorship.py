"""One sponsor, one child of the Spring Bud Plan: consent, a grant, letters both ways, an end with thanks."""

import pytest

from logistics.grants.actions import approve_grant, pay_grant
from logistics.sponsorships.actions import begin_sponsorship, end_sponsorship, plan_year
from logistics.sponsorships.letters import LetterMarksUnseen, record_letter, release_letter
from logistics.sponsorships.reads import sponsor_view_for
from logistics.sponsorships.withdrawals import withdraw_letter
from logistics.storage.rows import new_id
from tests.cast import World
from tests.replies.stage import consent_of


def test_a_spring_bud_girl_and_her_sponsor_never_meet(world: World) -> None:
    officer, approver, day = world.as_actor(world.officer), world.as_actor(world.approver), world.now.date()
    world.give_money(120_000, fund=world.girls_fund)
    consent_of(world, "SPONSOR", "LETTER")
    pair = begin_sponsorship(
        actor=officer,
        fund=world.girls_fund,
        donor=world.donor,
        member=world.girl,
        alias="小葵",
        stage="PRIMARY_UPPER",
        yearly_minor=120_000,
        started_on=day,
        now=world.now,
        token=new_id(),
    )
    # The year's grant is planned by one, approved and paid by another.
    grant = plan_year(actor=officer, sponsorship=pair, year=0, now=world.now)
    approve_grant(grant=grant, approver_id=world.approver.id, now=world.now)
    pay_grant(grant=grant, actor=approver, now=world.now)
    # She writes; the liaison's colleague takes her school out and releases it.
    letter = record_letter(
        actor=officer,
        sponsorship=pair,
        direction="TO_SPONSOR",
        text="我在少云镇中心小学，成绩很好",
        now=world.now,
        token=new_id(),
    )
    release_letter(actor=approver, letter=letter, text="我成绩很好", now=world.now)
    # The sponsor answers on their own page; whom to find and where is taken out before it reaches her.
    answer = record_letter(
        actor=None,
        sponsorship=pair,
        direction="TO_CHILD",
        text="为你高兴！放假来找我，电话 13900000001",
        now=world.now,
        token=new_id(),
    )
    with pytest.raises(LetterMarksUnseen):
        release_letter(actor=officer, letter=answer, text="放假来找我，电话 13900000001", now=world.now)
    release_letter(actor=officer, letter=answer, text="为你高兴！", now=world.now)
    seen = sponsor_view_for(pair, today=day)
    assert [year.state for year in seen.years] == ["PAID"]
    assert [(one.direction, one.decided) for one in seen.letters] == [
        ("TO_SPONSOR", "我成绩很好"),
        ("TO_CHILD", "为你高兴！"),
    ]
    # He had written where he lives, in words that nobody marked: it is taken back, and nobody reads it any more.
    withdraw_letter(actor=officer, letter=answer, reason="文中暗示了住址", now=world.now)
    assert [one.direction for one in sponsor_view_for(pair, today=day).letters] == ["TO_SPONSOR"]
    # She has grown up.
    end_sponsorship(actor=officer, sponsorship=pair, reason="GRADUATED", thanks="谢谢您陪我长大", on=day, now=world.now)
    assert sponsor_view_for(pair, today=day).thanks == "谢谢您陪我长大"
