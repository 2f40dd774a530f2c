"""A member of a family is corrected with a reason; the family's history keeps it, sealed, and can forget the words."""

import datetime as dt

import pytest
from django.utils import timezone

from logistics.households.actions import NameMissing, SexUnknown
from logistics.households.changes import correct_member
from logistics.households.identity import BirthDateWrong, IdentityNumberWrong
from logistics.journal.committed import texts_of
from logistics.journal.revisions import (
    ChangeUnexplained,
    MasterValueRefused,
    RevisionStale,
    erase_revision_texts,
    revision_number,
    revisions_of,
)
from logistics.journal.verifying_history import require_history
from logistics.kernel.refusals import Refusal
from logistics.storage.secrets import blind_index
from tests.api.conftest import partner_of
from tests.api.test_master_changes import _patch
from tests.cast import World
from tests.looking import nothing_written

REASON = "出生证明核对后更正"


def _correct(world: World, reason: str = REASON, number: int | None = None, **changes: object):  # type: ignore[no-untyped-def]
    actor = world.as_actor(world.officer)
    return correct_member(actor=actor, member=world.girl, changes=changes, reason=reason, number=number, now=world.now)


def test_it_corrects_and_notes_before_after_who_and_why(world: World) -> None:
    member = _correct(world, name=" 示例新名 ", born_on=dt.date(2015, 2, 3))
    assert (member.name, member.born_on) == ("示例新名", dt.date(2015, 2, 3))
    assert member.name_index == blind_index("示例新名", "name")
    newest = revisions_of(world.family)[0]
    assert (newest.number, newest.actor_id) == (2, world.officer.id)
    texts = texts_of([newest.id])[newest.id]
    assert "示例新名" in texts["members.after"] and "示例新名" not in texts["members.before"]
    assert texts["reason"] == REASON
    # Nothing of a person stands in what is sealed.
    assert newest.before == newest.after == {} and newest.reason == ""
    require_history()


def test_what_stands_already_makes_no_revision(world: World) -> None:
    _correct(world, name=world.girl.name)
    assert revision_number(world.family) == 1


def test_its_words_can_be_forgotten(world: World) -> None:
    _correct(world, relation="孙女")
    erase_revision_texts(row=world.family)
    assert texts_of(revisions_of(world.family).values_list("id", flat=True)) == {}
    require_history()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reason": "短"}, ChangeUnexplained),
        ({"number": 7, "name": "甲"}, RevisionStale),
        ({"name": " "}, NameMissing),
        ({"sex": "OTHER"}, SexUnknown),
        ({"born_on": dt.date(2030, 1, 1)}, BirthDateWrong),
        ({"identity_number": "123"}, IdentityNumberWrong),
        ({"relation": "远" * 25}, MasterValueRefused),
        ({"has_consent": "yes"}, MasterValueRefused),
        ({"household": None}, MasterValueRefused),
    ],
)
def test_it_refuses_what_cannot_be_said(world: World, changes: dict[str, object], refusal: type[Refusal]) -> None:
    with nothing_written(), pytest.raises(refusal):
        _correct(world, **changes)  # type: ignore[arg-type] -- the test's own words


def test_the_door_wants_the_family_s_etag(world: World) -> None:
    now = timezone.now()
    caller, stranger = (partner_of(body, now=now) for body in (world.county, world.stranger_county))
    path = f"/households/{world.family.id}/members/{world.girl.id}"
    etag = caller.get(f"/households/{world.family.id}").headers["ETag"]
    body = {"relation": "孙女", "reason": REASON}
    with nothing_written():
        assert _patch(caller, path, body).status_code == 428
        assert _patch(caller, path, body, **{"If-Match": '"9"'}).status_code == 412
        assert _patch(stranger, path, body, **{"If-Match": etag}).status_code == 404
    done = _patch(caller, path, body, **{"If-Match": etag})
    assert (done.status_code, done.headers["ETag"]) == (200, '"2"')
    world.girl.refresh_from_db()
    assert world.girl.relation == "孙女"
