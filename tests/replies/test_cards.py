"""Reply cards: recorded by one, looked at and released by another, shown to the givers and nobody named."""

import io

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from PIL import Image

from logistics.codes.reads import CodeMissing
from logistics.grants.actions import approve_grant, pay_grant
from logistics.households.proof_models import KeptProof, ProofView
from logistics.households.proofs import original_of
from logistics.journal.history import CommittedText
from logistics.kernel.screening import TEXT_LENGTH_MAX
from logistics.outbox.models import Event
from logistics.parties.actors import Actor
from logistics.replies.card_reads import (
    ReplyMissing,
    get_reply,
    look_at_picture,
    replies_waiting,
    reply_view_for,
    thanks_for,
    thanks_picture,
)
from logistics.replies.cards import (
    BOXES_MAX,
    REPLIES_PER_SUBJECT_MAX,
    BoxesOutOfBounds,
    RepliesTooMany,
    ReplyConsentMissing,
    ReplyEmpty,
    ReplyMarksUnseen,
    ReplyNotArrived,
    ReplyNotYours,
    ReplyOutOfTurn,
    ReplyPictureUnseen,
    ReplyScreenedByRecorder,
    ReplyTextTooLong,
    ReplyUnexplained,
    cover_picture,
    keep_back_reply,
    marks_of,
    record_reply,
    release_reply,
    withdraw_release,
)
from logistics.replies.models import ReplyCard, ReplyDecision
from logistics.replies.subjects import NoReplyCode, subject_behind
from logistics.storage.photos import PhotoTooLarge, PhotoUnreadable
from logistics.storage.pictures import Box
from logistics.storage.rows import new_id
from tests.cast import World
from tests.grants.test_payment_batches import grant_of
from tests.looking import nothing_written
from tests.replies.stage import card_of, consent_of, delivered, picture, reply_of


def test_a_reply_reaches_each_giver_of_the_parcel_and_no_other(world: World) -> None:
    other = world.give_money(5_000, fund=world.girls_fund)
    reply = reply_of(world)
    officer = world.as_actor(world.officer)
    assert list(replies_waiting(world.county)) == [reply]
    release_reply(actor=officer, reply=reply, text="谢谢，衣服很暖和", now=world.now)
    gift = world.donor.donations.exclude(id=other.id).get()
    (said,) = thanks_for(gift)
    assert (said.text, said.has_picture, said.township) == ("谢谢，衣服很暖和", False, "少云镇")
    assert thanks_for(other) == []
    assert not replies_waiting(world.county).exists()
    event = Event.objects.get(kind="reply.released")
    assert event.payload == {
        "reply": str(reply.id),
        "subject_kind": "PARCEL",
        "subject": str(reply.parcel_id),
        "programme": "warm-heart-pack",
        "gifts": 1,
    }


def test_thanks_for_a_grant_reach_whoever_gave_the_money(world: World) -> None:
    gift = world.give_money(20_000, fund=world.girls_fund)
    grant = grant_of(world)
    approve_grant(grant=grant, approver_id=world.approver.id, now=world.now)
    pay_grant(grant=grant, actor=world.partner, now=world.now)
    (code,) = [card_of(world, grant)]  # type: ignore[arg-type] -- a card names what it is for
    subject = subject_behind(code.text, within=None)
    family = Actor(world.county, code.id, key_name="REPLY_CARD")
    reply = record_reply(actor=family, subject=subject, text="谢谢", now=world.now, token=new_id())
    assert (reply.grant, reply.recorded_by_id, reply.programme) == (grant, None, world.spring)
    officer = world.as_actor(world.officer)
    with nothing_written(), pytest.raises(ReplyConsentMissing):
        release_reply(actor=officer, reply=reply, text="谢谢", now=world.now)
    consent_of(world, "LETTER")
    assert marks_of(reply, "示例奶奶说谢谢") != []
    release_reply(actor=officer, reply=reply, text="谢谢", now=world.now)
    assert [said.text for said in thanks_for(gift)] == ["谢谢"]


def test_who_recorded_it_does_not_release_it(world: World) -> None:
    code, officer = card_of(world, delivered(world)), world.as_actor(world.officer)
    subject = subject_behind(code.text, within=world.county)
    reply = record_reply(actor=officer, subject=subject, text="谢谢", now=world.now, token=new_id())
    with nothing_written(), pytest.raises(ReplyScreenedByRecorder):
        release_reply(actor=officer, reply=reply, text="谢谢", now=world.now)
    release_reply(actor=world.as_actor(world.approver), reply=reply, text="谢谢", now=world.now)
    # The database says so too.
    decision = ReplyDecision.objects.get()
    decision.pk, decision.position = new_id(), 1
    decision.decided_by_id = decision.recorded_by_id
    with pytest.raises(IntegrityError), transaction.atomic():
        decision.save(force_insert=True)


@pytest.mark.parametrize("role", ["keeper", "courier", "auditor"])
def test_only_officers_screen(world: World, role: str) -> None:
    reply = reply_of(world)
    actor = world.as_actor(getattr(world, role))
    with nothing_written():
        for step in (
            lambda: release_reply(actor=actor, reply=reply, text="谢谢", now=world.now),
            lambda: keep_back_reply(actor=actor, reply=reply, reason="示例理由", now=world.now),
        ):
            with pytest.raises(ReplyNotYours):
                step()


def test_an_auditor_records_none_and_another_county_finds_none(world: World) -> None:
    code = card_of(world, delivered(world))
    subject = subject_behind(code.text, within=world.county)
    with nothing_written(), pytest.raises(ReplyNotYours):
        record_reply(actor=world.as_actor(world.auditor), subject=subject, text="谢谢", now=world.now, token=new_id())
    with pytest.raises(CodeMissing):
        subject_behind(code.text, within=world.stranger_county)
    with pytest.raises(ReplyMissing):
        get_reply(reply_id=reply_of(world).id, organisation=world.stranger_county)


def test_marks_are_shown_and_what_is_left_must_have_been_looked_at(world: World) -> None:
    told = "我是示例女童，在示例镇中心小学，电话13800138000"
    reply, officer = reply_of(world, told), world.as_actor(world.officer)
    seen = reply_view_for(reply)
    assert [mark.kind.value for mark in seen.marks] == ["NAME", "SCHOOL", "TELEPHONE"]
    with nothing_written(), pytest.raises(ReplyMarksUnseen) as refused:
        release_reply(actor=officer, reply=reply, text=told, now=world.now)
    assert refused.value.facts == {"count": 3}
    with nothing_written(), pytest.raises(ReplyMarksUnseen):
        # Between the signs of the name stand signs that nobody sees.
        release_reply(actor=officer, reply=reply, text="我是示\u200b例\u2060女童", now=world.now)
    decision = release_reply(actor=officer, reply=reply, text="我很开心，3年级", has_looked=True, now=world.now)
    assert decision.marks_left == 1


def test_nothing_is_released_before_it_has_arrived(world: World) -> None:
    parcel = world.parcel()
    reply = reply_of(world, parcel=parcel)
    with nothing_written(), pytest.raises(ReplyNotArrived):
        release_reply(actor=world.as_actor(world.officer), reply=reply, text="谢谢", now=world.now)


def test_a_release_is_withdrawn_and_may_come_again(world: World) -> None:
    reply, officer = reply_of(world), world.as_actor(world.officer)
    gift = world.donor.donations.get()
    release_reply(actor=officer, reply=reply, text="第一次", now=world.now)
    with nothing_written(), pytest.raises(ReplyOutOfTurn):
        release_reply(actor=officer, reply=reply, text="第二次", now=world.now)
    with nothing_written(), pytest.raises(ReplyUnexplained):
        withdraw_release(actor=officer, reply=reply, reason="不", now=world.now)
    withdraw_release(actor=officer, reply=reply, reason="家长要求撤回", now=world.now)
    assert thanks_for(gift) == []
    assert Event.objects.filter(kind="reply.withdrawn").count() == 1
    keep_back_reply(actor=officer, reply=reply, reason="等家长同意", now=world.now)
    release_reply(actor=officer, reply=reply, text="第三次", now=world.now)
    assert [said.text for said in thanks_for(gift)] == ["第三次"]


def test_a_picture_carries_no_place_and_is_covered_by_a_person(world: World) -> None:
    reply, officer = reply_of(world, "", picture()), world.as_actor(world.officer)
    kept = reply.picture
    assert kept is not None
    with Image.open(io.BytesIO(original_of(kept))) as image:
        assert not image.getexif()
        assert image.getpixel((200, 150))[0] > 200
    with nothing_written(), pytest.raises(ReplyPictureUnseen):
        release_reply(actor=officer, reply=reply, text="", with_picture=True, now=world.now)
    cover_picture(actor=officer, reply=reply, boxes=[Box(250, 250, 500, 500)], now=world.now)
    look_at_picture(actor=officer, reply=reply, now=world.now)
    assert ProofView.objects.filter(viewer_id=world.officer.id).count() == 1
    release_reply(actor=officer, reply=reply, text="", with_picture=True, has_looked=True, now=world.now)
    gift = world.donor.donations.get()
    with Image.open(io.BytesIO(thanks_picture(donation=gift, reply_id=reply.id))) as shown:
        assert max(shown.getpixel((200, 150))) < 30
        assert shown.getpixel((20, 20))[0] > 200
    assert KeptProof.objects.count() == 2
    withdraw_release(actor=officer, reply=reply, reason="家长要求撤回", now=world.now)
    with pytest.raises(ReplyMissing):
        thanks_picture(donation=gift, reply_id=reply.id)


def test_boxes_stay_within_the_picture(world: World) -> None:
    reply, officer = reply_of(world, "", picture()), world.as_actor(world.officer)
    whole = Box(0, 0, 1000, 1000)
    for boxes in ([], [whole] * (BOXES_MAX + 1), [Box(500, 0, 501, 10)], [Box(0, 0, 0, 10)], [Box(0, 999, 1, 2)]):
        with nothing_written(), pytest.raises(BoxesOutOfBounds):
            cover_picture(actor=officer, reply=reply, boxes=boxes, now=world.now)
    cover_picture(actor=officer, reply=reply, boxes=[whole] * BOXES_MAX, now=world.now)


def test_what_is_no_photo_or_too_large_is_refused(world: World) -> None:
    parcel = delivered(world)
    for data, refusal in ((b"GIF89a no", PhotoUnreadable), (b"\xff\xd8" * 6_000_000, PhotoTooLarge)):
        with nothing_written(), pytest.raises(refusal):
            subject = subject_behind(parcel.code.text, within=world.county)
            actor = world.as_actor(world.courier)
            record_reply(actor=actor, subject=subject, text="", photo=data, now=world.now, token=new_id())


def test_bounds_and_repeats(world: World) -> None:
    subject = subject_behind(delivered(world).code.text, within=world.county)
    courier, token = world.as_actor(world.courier), new_id()

    def record(text: str, token: object = None) -> ReplyCard:
        return record_reply(actor=courier, subject=subject, text=text, now=world.now, token=token or new_id())  # type: ignore[arg-type] -- a test's own words

    with nothing_written(), pytest.raises(ReplyEmpty):
        record("  ")
    with nothing_written(), pytest.raises(ReplyTextTooLong):
        record("谢" * (TEXT_LENGTH_MAX + 1))
    assert record("谢" * TEXT_LENGTH_MAX, token) == record("谢谢", token)
    for _ in range(REPLIES_PER_SUBJECT_MAX - 1):
        record("谢谢")
    with nothing_written(), pytest.raises(RepliesTooMany):
        record("谢谢")


def test_a_family_writes_by_its_card_alone(world: World) -> None:
    parcel = delivered(world)
    with pytest.raises(NoReplyCode):
        subject_behind(parcel.code.text, within=None)
    with pytest.raises(NoReplyCode):
        subject_behind(world.donor.donations.get().code.text, within=world.county)


def test_facts_stay_and_texts_are_encrypted(world: World) -> None:
    reply = reply_of(world, "独一无二的悄悄话")
    release_reply(actor=world.as_actor(world.officer), reply=reply, text="谢谢", now=world.now)
    for table in ("replies_card", "replies_decision", "replies_thankedgift"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
            with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM journal_committedtext")
        assert not any("悄悄话" in row[0] for row in cursor.fetchall())
    assert any(row.text == "独一无二的悄悄话" for row in CommittedText.objects.filter(owner_id=reply.id))
