"""What is too long is refused and never cut; what nobody sees is taken out of what strangers write."""

import pytest

from logistics.households.actions import opened_eyes
from logistics.households.photos import NOTE_LENGTH_MAX, PhotoNoteTooLong, keep_household_photo
from logistics.households.reasons import REASON_LENGTH_MAX, ReasonTooLong, reasons_of
from logistics.journal.committed import texts_of
from logistics.kernel.hidden_signs import without_hidden_signs
from logistics.replies.grievances import CONTACT_LENGTH_MAX, GrievanceContactTooLong, Told, receive_grievance
from logistics.replies.models import Channel, Grievance
from logistics.storage.rows import new_id
from logistics.volunteering.volunteers import (
    DOCUMENT_LENGTH_MAX,
    NAME_LENGTH_MAX,
    VolunteerTextTooLong,
    record_check,
    register_volunteer,
)
from tests.cast import World
from tests.households.test_family_photos import _photo
from tests.looking import nothing_written


def _told(world: World, text: str = "毛毯是破的", contact: str = "") -> Grievance:
    return receive_grievance(
        organisation=world.county,
        told=Told("LATE", text, contact),
        channel=Channel.PAGE,
        actor=None,
        source="192.0.2.7",
        now=world.now,
        token=new_id(),
    )[0]


def test_how_to_reach_somebody_is_kept_whole_or_refused(world: World) -> None:
    with nothing_written(), pytest.raises(GrievanceContactTooLong):
        _told(world, contact="1" * (CONTACT_LENGTH_MAX + 1))
    row = _told(world, contact="1" * CONTACT_LENGTH_MAX)
    assert texts_of([row.id])[row.id]["contact"] == "1" * CONTACT_LENGTH_MAX


def test_the_note_of_a_photo_and_the_reason_of_a_look(world: World) -> None:
    said = {"actor": world.as_actor(world.officer), "household": world.family, "now": world.now}
    with nothing_written(), pytest.raises(PhotoNoteTooLong):
        keep_household_photo(data=_photo(), note="字" * (NOTE_LENGTH_MAX + 1), **said)
    assert keep_household_photo(data=_photo(), note="字" * NOTE_LENGTH_MAX, **said).note == "字" * NOTE_LENGTH_MAX
    with nothing_written(), pytest.raises(ReasonTooLong):
        opened_eyes(reason="因" * (REASON_LENGTH_MAX + 1), **said)
    opened_eyes(reason="因" * REASON_LENGTH_MAX, **said)
    assert list(reasons_of([world.family.views.get().id]).values()) == ["因" * REASON_LENGTH_MAX]


def test_who_helps_and_what_was_checked(world: World) -> None:
    said = {"actor": world.as_actor(world.officer), "now": world.now}
    with nothing_written(), pytest.raises(VolunteerTextTooLong):
        register_volunteer(name="名" * (NAME_LENGTH_MAX + 1), **said)
    row = register_volunteer(name="名" * NAME_LENGTH_MAX, **said)
    check = {"volunteer": row, "kind": "IDENTITY", "checked_on": world.now.date(), **said}
    with nothing_written(), pytest.raises(VolunteerTextTooLong):
        record_check(document="号" * (DOCUMENT_LENGTH_MAX + 1), **check)
    assert record_check(document="号" * DOCUMENT_LENGTH_MAX, **check).document == "号" * DOCUMENT_LENGTH_MAX


def test_signs_that_nobody_sees_are_taken_out(world: World) -> None:
    hidden = "毛\u200b毯\u202e是\u2066破\ufeff的\x00\x1b\r\n第二行\t好"
    assert without_hidden_signs(hidden) == "毛毯是破的\n第二行\t好"
    row = _told(world, text=hidden, contact="\u202e139\u200b0000")
    assert texts_of([row.id])[row.id] == {"text": "毛毯是破的\n第二行\t好", "contact": "1390000"}
    from logistics.replies.grievances import GrievanceTextOutOfBounds

    with nothing_written(), pytest.raises(GrievanceTextOutOfBounds):
        _told(world, text="\u200b" * 50)
