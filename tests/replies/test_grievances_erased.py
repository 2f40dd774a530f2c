"""Grievances about a family's parcels: said in its export, gone with it, and never got rid of unanswered."""

import json

import pytest

from logistics.codes.reads import CodeMissing
from logistics.households.erasure import erase_person, export_of, kept_of
from logistics.journal.history import CommittedText
from logistics.journal.verifying import verified_journal
from logistics.parcels.models import Parcel
from logistics.replies.grievances import Told, answer_grievance, receive_grievance
from logistics.replies.models import Grievance, GrievanceStep
from logistics.replies.subjects import subject_behind
from logistics.storage.erasures import ErasureTooEarly
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written
from tests.replies.stage import card_of, delivered
from tests.web.conftest import Visitor

TOLD_OF = (("NOT_RECEIVED", "邻居一家还没有收到"), ("STAFF", "有人收了钱"))


def _told(world: World, parcel: Parcel | None, kind: str, text: str) -> Grievance:
    told = Told(kind, text, contact="邻居 13800000009", parcel=parcel)
    row, _ = receive_grievance(
        organisation=world.county,
        told=told,
        channel="PAGE",
        actor=None,
        source="203.0.113.7",
        now=world.now,
        token=new_id(),
    )
    return row


def test_a_family_goes_with_what_was_said_about_its_parcels(world: World) -> None:
    parcel, officer = delivered(world), world.as_actor(world.officer)
    rows = [_told(world, parcel, "NOT_RECEIVED", "少了一件毛衣"), _told(world, parcel, "STAFF", "送货的人收了钱")]
    # Nobody gets rid of a complaint with the family whom it is about.
    with nothing_written(), pytest.raises(ErasureTooEarly, match=parcel.code.text):
        erase_person(actor=officer, household=world.family, cause="ASKED", now=world.now)
    for row in rows:
        answer_grievance(actor=officer, grievance=row, text="已经查清并补送", now=world.now)
    said = json.dumps(export_of(world.family), ensure_ascii=False)
    assert "少了一件毛衣" in said
    assert "已经查清并补送" in said
    # An officer who is not named reads neither sensitive ones nor who complained in an export.
    assert "收了钱" not in said
    assert "13800000009" not in said
    assert {part.name: part.count for part in kept_of(world.family)}["replies.grievances"] == 2
    erased = erase_person(actor=officer, household=world.family, cause="ASKED", now=world.now)
    # Two texts, two ways to reach who complained, two answers.
    assert erased.counts["replies.grievances"] == 6
    assert not CommittedText.objects.filter(owner_id__in=[row.id for row in rows]).exists()
    assert verified_journal(progress=lambda done, total: None)[0] is None


def test_another_familys_erasure_leaves_them(world: World) -> None:
    parcel = delivered(world)
    row = _told(world, parcel, "NOT_RECEIVED", "少了一件毛衣")
    erase_person(
        actor=world.as_actor(world.officer), household=world.family, member=world.boy, cause="ASKED", now=world.now
    )
    assert CommittedText.objects.filter(owner_id=row.id).count() == 2


def test_what_is_bound_to_no_parcel_goes_with_the_family_that_it_names(world: World) -> None:
    officer = world.as_actor(world.officer)
    name = world.family.head_name
    rows = [_told(world, None, kind, text) for kind, text in TOLD_OF]
    named = _told(world, None, "NOT_RECEIVED", f"{name}一家还没有收到")
    sensitive = _told(world, None, "STAFF", f"{name} 家的钱被人拿走了")
    still_open = _told(world, None, "STAFF", f"{name}家又来人要钱")
    for row in (*rows, named, sensitive):
        answer_grievance(actor=officer, grievance=row, text="已经查清并补送", now=world.now)
    assert "拿走了" not in json.dumps(export_of(world.family), ensure_ascii=False)
    erase_person(actor=officer, household=world.family, cause="ASKED", now=world.now)
    kept = set(CommittedText.objects.values_list("owner_id", flat=True))
    assert {row.id for row in (named, sensitive)} & kept == set()
    assert not kept & set(GrievanceStep.objects.filter(grievance__in=[named, sensitive]).values_list("id", flat=True))
    assert {row.id for row in (*rows, still_open)} <= kept, "of others, or not yet answered"
    assert verified_journal(progress=lambda done, total: None)[0] is None


def test_the_card_of_who_was_erased_says_no_more_than_an_unknown_one(world: World) -> None:
    parcel = delivered(world)
    card = card_of(world, parcel)
    path = f"/Q/{card.text}/reply"
    assert Visitor().get(path).status_code == 200
    erase_person(actor=world.as_actor(world.officer), household=world.family, cause="ASKED", now=world.now)
    with pytest.raises(CodeMissing):
        subject_behind(card.text, within=None)
    for answer in (Visitor().get(path), Visitor().client.post(path, {"text": "谢谢"})):
        assert (answer.status_code, answer["Location"]) == (302, f"/Q/{card.text}")
    assert "删除" not in Visitor().get(f"/Q/{card.text}").content.decode()
