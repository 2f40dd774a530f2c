"""What tests of replies put on stage: a delivered parcel, a card, a picture with a place in it."""

import io

from PIL import Image

from logistics.codes.actions import issue_codes
from logistics.codes.models import Code
from logistics.households.consents import record_member_consent
from logistics.households.guardians import note_guardian
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.parties.models import Person
from logistics.replies.cards import record_reply
from logistics.replies.models import ReplyCard
from logistics.replies.subjects import subject_behind
from logistics.storage.rows import new_id
from tests.cast import PASSWORD, World


def someone(world: World, username: str, *roles: str) -> Person:
    """Register one more person of the county."""
    from logistics.parties.actions import register_person

    return register_person(
        organisation=world.county, username=username, name=f"示例{username}", roles=list(roles), password=PASSWORD
    )


def delivered(world: World) -> Parcel:
    """Let the family have a parcel."""
    return world.walk(world.parcel())


def card_of(world: World, parcel: Parcel) -> Code:
    """Print the reply card of a parcel."""
    (code,) = issue_codes(kind="REPLY_CARD", subjects=[parcel.id], organisation_id=world.county.id, now=world.now)
    return code


def picture(size: tuple[int, int] = (400, 300), colour: str = "red") -> bytes:
    """Take a photo that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "示例相机"
    exif.get_ifd(0x8825)[2] = (34.0, 43.0, 0.0)
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG", exif=exif)
    return written.getvalue()


def reply_of(
    world: World, text: str = "谢谢，衣服很暖和", photo: bytes = b"", *, parcel: Parcel | None = None
) -> ReplyCard:
    """Record a reply, by the courier."""
    code = card_of(world, parcel or delivered(world))
    subject = subject_behind(code.text, within=world.county)
    courier: Actor = world.as_actor(world.courier)
    return record_reply(actor=courier, subject=subject, text=text, photo=photo, now=world.now, token=new_id())


def consent_of(world: World, *scopes: str) -> None:
    """Let the girl's guardian agree to some things."""
    officer = world.as_actor(world.officer)
    guardian = note_guardian(actor=officer, ward=world.girl, name="示例奶奶", relation="祖母", now=world.now)
    record_member_consent(actor=officer, member=world.girl, scopes=scopes, guardian=guardian, now=world.now)
