"""A sponsored child's letters: said in an export, gone with the child, once the sponsorship has ended with thanks."""

import json

import pytest

from logistics.households.erasure import erase_person, export_of
from logistics.households.standing import PersonErased
from logistics.journal.history import CommittedText
from logistics.journal.verifying import verified_journal
from logistics.sponsorships.actions import begin_sponsorship, end_sponsorship
from logistics.sponsorships.letters import keep_back_letter, record_letter, release_letter
from logistics.sponsorships.models import Letter, LetterDecision, LetterWithdrawal, Sponsorship
from logistics.sponsorships.reads import sponsor_view_for
from logistics.sponsorships.withdrawals import withdraw_letter
from logistics.storage.erasures import ErasureTooEarly
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written
from tests.replies.stage import consent_of


def _letter(world: World, pair: Sponsorship, text: str, *, is_own: bool = False) -> Letter:
    actor = None if is_own else world.as_actor(world.officer)
    return record_letter(
        actor=actor, sponsorship=pair, direction="TO_SPONSOR", text=text, now=world.now, token=new_id()
    )


def test_letters_go_with_the_child(world: World) -> None:
    officer, approver, day = world.as_actor(world.officer), world.as_actor(world.approver), world.now.date()
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
    release_letter(actor=approver, letter=_letter(world, pair, "我的成绩很好"), text="成绩很好", now=world.now)
    lure = _letter(world, pair, "周末来找我玩", is_own=True)
    keep_back_letter(actor=approver, letter=lure, reason="约孩子见面", now=world.now)
    hint = _letter(world, pair, "我住在河边的红房子", is_own=True)
    release_letter(actor=approver, letter=hint, text="住在河边的红房子", now=world.now)
    withdraw_letter(actor=officer, letter=hint, reason="红房子暗示了住址", now=world.now)
    with nothing_written(), pytest.raises(ErasureTooEarly, match=pair.code.text):
        erase_person(actor=officer, household=world.family, member=world.girl, cause="ASKED", now=world.now)
    end_sponsorship(actor=officer, sponsorship=pair, reason="GRADUATED", thanks="谢谢您陪我", on=day, now=world.now)
    said = json.dumps(export_of(world.family, world.girl), ensure_ascii=False)
    for words in ("我的成绩很好", "谢谢您陪我"):
        assert words in said, words
    # What was kept from the child is not handed to it by an export.
    for words in ("周末来找我玩", "约孩子见面", "红房子"):
        assert words not in said, words
    assert "成绩很好" not in json.dumps(export_of(world.family, world.boy), ensure_ascii=False)
    erased = erase_person(actor=officer, household=world.family, member=world.girl, cause="ASKED", now=world.now)
    assert erased.counts["sponsorships.texts"] == 8
    owners = [row.id for kind in (Letter, LetterDecision, LetterWithdrawal) for row in kind.objects.all()]
    assert not CommittedText.objects.filter(owner_id__in=owners).exists()
    with nothing_written(), pytest.raises(PersonErased):
        withdraw_letter(actor=officer, letter=Letter.objects.order_by("id")[0], reason="已经删除了", now=world.now)
    seen = sponsor_view_for(pair, today=day)
    assert (seen.thanks, "".join(one.decided for one in seen.letters)) == ("", "")
    assert verified_journal(progress=lambda done, total: None)[0] is None
