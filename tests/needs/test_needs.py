"""What becomes of a need: confirmed, stale, referred, met, withdrawn, opened again."""

import datetime as dt

import pytest

from logistics.households.models import PersonalDataView
from logistics.households.reasons import ReasonMissing
from logistics.journal.sealing import seal_leaves
from logistics.journal.verifying import verified_journal
from logistics.needs.actions import (
    By,
    MetByUnknown,
    ReferralUnanswerable,
    answer_referral,
    confirm_need,
    meet_need,
    note_whether_it_helped,
    refer_need,
    reopen_need,
    report_need,
    withdraw_need,
)
from logistics.needs.catalogue import BodyUnknown, CatalogueWrong, catalogue
from logistics.needs.holders import NeedClosed, NeedUnexplained
from logistics.needs.models import Need, NeedStep
from logistics.needs.reads import NeedFilter, count_of_needs, needs_in_order, state_of, thread_of
from logistics.needs.texts import read_need_texts
from logistics.storage.rows import new_id
from tests.needs.village import NOW, Village, found, lacking

DAY = dt.timedelta(days=1)


def test_a_need_that_nobody_confirms_goes_stale(village: Village) -> None:
    need = village.need()
    assert state_of(need, NOW + 90 * DAY - dt.timedelta(seconds=1)) == "OPEN"
    assert state_of(need, NOW + 90 * DAY) == "STALE"
    later = NOW + 90 * DAY
    assert list(needs_in_order(village.city, NeedFilter(state="STALE"), later)) == [need]
    assert list(needs_in_order(village.city, NeedFilter(state="OPEN"), later)) == []
    assert count_of_needs(village.village, later) == {"held": 1, "stale": 1}
    village.hand_in(village.visit(at=later, findings=(found(need, "STILL_THERE", urgency=3),)), now=later)
    need.refresh_from_db()
    assert (state_of(need, later), need.urgency) == ("OPEN", 3)


def test_the_most_urgent_come_first_and_of_those_the_oldest(village: Village) -> None:
    late, urgent, early = village.need(urgency=1), village.need(urgency=3), village.need(urgency=1)
    Need.objects.filter(id=late.id).update(reported_at=NOW + DAY)
    assert list(needs_in_order(village.city, NeedFilter(), NOW)) == [urgent, early, late]
    assert list(needs_in_order(village.city, NeedFilter(urgency=3, kind="CLOTHES"), NOW)) == [urgent]
    assert list(needs_in_order(village.city, NeedFilter(holder=village.city), NOW)) == []


def test_a_need_is_met_once_and_a_revisit_says_whether_it_helped(village: Village) -> None:
    need, by = village.need(), By("PARCEL", new_id(), "P-1")
    for _ in range(2):
        met = meet_need(actor=village.phone, need=need, by=by, now=NOW + DAY)
    assert met.state == "MET"
    assert NeedStep.objects.filter(step="MET").count() == 1
    asked = note_whether_it_helped(
        actor=village.phone, need=need, has_helped=False, reason="衣服太小", now=NOW + 2 * DAY
    )
    assert (asked.state, asked.has_helped) == ("OPEN", False)
    met = meet_need(actor=village.phone, need=need, by=by, now=NOW + 3 * DAY)
    village.hand_in(village.visit(at=NOW + 4 * DAY, findings=(found(need, "HELPED"),)), now=NOW + 4 * DAY)
    need.refresh_from_db()
    assert (need.state, need.has_helped) == ("MET", True)


def test_what_was_to_meet_a_need_can_be_released(village: Village) -> None:
    need = village.need()
    meet_need(actor=village.phone, need=need, by=By("ALLOCATION", new_id()), now=NOW + DAY)
    assert reopen_need(actor=village.phone, need=need, reason="分配已取消", now=NOW + 2 * DAY).state == "OPEN"
    with pytest.raises(NeedClosed):
        reopen_need(actor=village.phone, need=need, reason="分配已取消", now=NOW + 2 * DAY)


def test_a_referral_waits_for_its_answer(village: Village) -> None:
    need, actor = village.need(), village.at(village.county)
    with pytest.raises(ReferralUnanswerable):
        answer_referral(actor=actor, need=need, answer="SERVED", answered_on=NOW.date(), text="已办理", now=NOW)
    with pytest.raises(BodyUnknown):
        refer_need(actor=actor, need=need, body="MOON", reason="转民政救助", now=NOW)
    assert (
        refer_need(actor=actor, need=need, body="CIVIL_AFFAIRS", reason="转民政救助", now=NOW + DAY).state == "REFERRED"
    )
    say = {"actor": actor, "need": need, "answered_on": NOW.date()}
    answer_referral(answer="ACCEPTED", text="已受理在办", now=NOW + 2 * DAY, **say)  # type: ignore[arg-type] -- a test
    declined = answer_referral(answer="DECLINED", text="不符合条件", now=NOW + 3 * DAY, **say)  # type: ignore[arg-type] -- a test
    assert declined.state == "OPEN"
    refer_need(actor=actor, need=need, body="HEALTH", reason="转卫健再看", now=NOW + 4 * DAY)
    served = answer_referral(answer="SERVED", text="已经救助到位", now=NOW + 5 * DAY, **say)  # type: ignore[arg-type] -- a test
    assert served.state == "MET"
    assert [step.body for step in thread_of(need, NOW).steps if step.step == "REFERRED"] == ["CIVIL_AFFAIRS", "HEALTH"]


def test_what_leads_nowhere_is_refused_and_not_written(village: Village) -> None:
    need = village.need()
    before = NeedStep.objects.count()
    with pytest.raises(NeedClosed):
        note_whether_it_helped(actor=village.phone, need=need, has_helped=True, now=NOW)
    with pytest.raises(MetByUnknown):
        meet_need(actor=village.phone, need=need, by=By("MAGIC"), now=NOW)
    with pytest.raises(NeedUnexplained):
        meet_need(actor=village.phone, need=need, by=By("OTHER"), now=NOW)
    with pytest.raises(NeedUnexplained):
        withdraw_need(actor=village.phone, need=need, reason="", now=NOW)
    assert NeedStep.objects.count() == before
    withdraw_need(actor=village.phone, need=need, reason="重复登记", now=NOW + DAY)
    with pytest.raises(NeedClosed):
        confirm_need(actor=village.phone, need=need, now=NOW + 2 * DAY)


def test_a_need_is_reported_without_a_visit_once(village: Village) -> None:
    wanted = lacking(kind="MEDICAL")
    rows = [report_need(actor=village.phone, household=village.family, need=wanted, now=NOW) for _ in range(2)]
    assert rows[0] == rows[1]
    assert (rows[0].state, rows[0].visit) == ("OPEN", None)


def test_texts_are_read_with_a_reason_that_is_logged(village: Village) -> None:
    need = village.need()
    assert thread_of(need, NOW).texts == {}
    with pytest.raises(ReasonMissing):
        read_need_texts(actor=village.phone, need=need, reason="", now=NOW)
    assert not PersonalDataView.objects.exists()
    read = read_need_texts(actor=village.phone, need=need, reason="安排发放", now=NOW)
    assert "孩子没有过冬的衣服" in {text for kept in read.texts.values() for text in kept.values()}
    assert PersonalDataView.objects.get().household == village.family


def test_an_installation_adds_words_and_days_of_its_own(settings, tmp_path) -> None:  # type: ignore[no-untyped-def] -- fixtures
    settings.DATA_DIR = tmp_path
    own = tmp_path / "needs.json"
    own.write_text(
        '{"kinds": [{"code": "WATER", "zh": "饮水", "en": "Water"}], "days_until_stale": 30}', encoding="utf-8"
    )
    assert "WATER" in catalogue().kinds
    assert (catalogue().days_until_stale, catalogue().days_per_level["VILLAGE"]) == (30, 3)
    for wrong in (
        '{"days_until_stale": 0}',
        '{"kinds": [{"code": "X"}]}',
        '{"moons": 1}',
        "[",
        "[]",
        '{"days_per_level": {"MOON": 1}}',
    ):
        own.write_text(wrong, encoding="utf-8")
        with pytest.raises(CatalogueWrong):
            catalogue()


def test_what_was_sealed_is_verified_from_the_rows(village: Village) -> None:
    need = village.need()
    meet_need(actor=village.phone, need=need, by=By("GRANT", new_id()), now=NOW + DAY)
    while seal_leaves(now=NOW):
        pass
    fault, _ = verified_journal(progress=lambda done, total: None)
    assert fault is None
