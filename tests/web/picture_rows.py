"""One row of each kind whose picture or file has its own address: a bill, a box of a sheet, thanks, a station."""

import base64
import datetime as dt

from django.utils import timezone

from logistics.codes.actions import issue_codes
from logistics.donations.bills import BillInput, attach_bill_photo, register_official_bill
from logistics.press.models import PaperJob, SheetRow
from logistics.press.returned_models import ReturnedPaper, ReturnedRow
from logistics.replies.cards import release_reply
from logistics.replies.subjects import ReplySubject, gifts_behind
from logistics.storage.photos import read_photo
from logistics.storage.rows import new_id
from logistics.web.station_files import station_version
from tests.cast import World
from tests.papers import photo
from tests.replies.stage import picture, reply_of

BILL_PHOTO = "gifts/<uuid:donation_id>/bill/photo"
BOX = "returned-sheets/<uuid:paper_id>/boxes/<uuid:row_id>.jpg"
THANKS = "Q/<str:code>/thanks/<uuid:reply_id>.jpg"
STATION_FILE = "scan/app/<str:version>/<path:name>"


def rows_with_pictures(world: World, sheets: ReturnedPaper) -> dict[str, str]:
    """Let the county have them all; returns which row the addresses name."""
    world.stock_kits(2)
    return {
        **_bill(world),
        **_box(world, sheets),
        **_thanks(world),
        f"{STATION_FILE} version": station_version(),
        f"{STATION_FILE} name": "main.js",
    }


def _bill(world: World) -> dict[str, str]:
    actor, gift, seen = world.as_actor(world.officer), world.give_money(168_032), read_photo(photo())
    bill = BillInput("11040126", "54321", dt.date(2026, 1, 12), "示例县财政局", 168_032, photo_sha256=seen.sha256)
    row, _ = register_official_bill(actor=actor, donation=gift, bill=bill, now=world.now)
    attach_bill_photo(bill=row, photo=seen, now=world.now)
    return {f"{BILL_PHOTO} donation_id": str(gift.id)}


def _box(world: World, sheets: ReturnedPaper) -> dict[str, str]:
    row_id, job = new_id(), PaperJob.objects.filter(organisation=world.county)[0]
    (code,) = issue_codes(kind="SHEET_ROW", subjects=[row_id], organisation_id=world.county.id, now=timezone.now())
    (parcel,) = world.plan(with_family=False)
    row = SheetRow.objects.create(id=row_id, job=job, position=1, parcel=parcel, code=code)
    jpeg = base64.b64encode(picture((40, 20))).decode()
    box = ReturnedRow.objects.create(paper=sheets, row=row, verdict="MARKED", ink_permille=90, picture=jpeg)
    return {f"{BOX} row_id": str(box.id)}


def _thanks(world: World) -> dict[str, str]:
    reply = reply_of(world, "", picture(), parcel=world.walk(world.plan(with_family=False)[0]))
    officer = world.as_actor(world.officer)
    release_reply(actor=officer, reply=reply, text="谢谢", with_picture=True, has_looked=True, now=world.now)
    gift = gifts_behind(ReplySubject(reply.parcel, reply.grant, reply.card))[0]
    return {f"{THANKS} code": gift.code.text, f"{THANKS} reply_id": str(reply.id)}
