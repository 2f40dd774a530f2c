"""Register the official bill (公益事业捐赠票据) of a gift: issued elsewhere, recorded here with its photo."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from logistics.donations.acknowledgements import REASON_LENGTH_MAX, VoidReasonMissing
from logistics.donations.bill_models import OfficialBill, OfficialBillPhoto, OfficialBillVoid
from logistics.donations.models import Donation
from logistics.journal.leaves import append_leaves
from logistics.journal.postings import LeafData
from logistics.kernel.canonical import CanonicalValue, leaf_bytes, sha256_hex
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.outbox.actions import News, record_events
from logistics.parties.actors import Actor
from logistics.stock.valuation import ValueBasis
from logistics.storage.camera_notes import without_camera_notes
from logistics.storage.photos import Photo, keep_photo
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

PHOTO_FOLDER = "official-bills"
_NUMBER = re.compile(r"[0-9A-Za-z-]{1,20}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class BillStands(Conflicting):
    code = "bill_stands"
    zh = "这笔捐赠已登记票据 {bill}；如有错误，请先作废。"
    en = "The bill {bill} is registered for this gift; void it first if it is wrong."


class BillNumberTaken(Conflicting):
    code = "bill_number_taken"
    zh = "票据 {bill} 已登记在另一笔捐赠名下。"
    en = "The bill {bill} is registered for another gift."


class BillVoided(Conflicting):
    code = "bill_voided"
    zh = "票据 {bill} 已经作废。"
    en = "The bill {bill} is void already."


class BillMalformed(Unacceptable):
    code = "bill_malformed"
    zh = "票据代码、号码为 1 到 20 位数字或字母；照片哈希为 64 位十六进制；开票单位不能空。"
    en = "Code and number have 1 to 20 digits or letters, a photo's hash 64 hexadecimal digits, and the issuer a name."


class BillAmountMismatch(Unacceptable):
    code = "bill_amount_mismatch"
    zh = "票据金额 {bill} 与捐赠金额 {gift} 不符。"
    en = "The bill says {bill}, the gift {gift}."


class BillDateWrong(Unacceptable):
    code = "bill_date_wrong"
    zh = "开票日期须在接收捐赠之日（{first}）到今天之间。"
    en = "A bill is dated between the day of the gift ({first}) and today."


class PhotoMismatch(Unacceptable):
    code = "photo_mismatch"
    zh = "照片与登记的哈希不符：登记 {wanted}，收到 {found}。"
    en = "The photo is not the one that was registered: {wanted} was, {found} came."


@dataclass(frozen=True)
class BillInput:
    """What stands on the bill: `amount_minor` in minor units, `photo_sha256` of the photo that follows, if any."""

    code: str
    number: str
    issued_on: dt.date
    issuer: str
    amount_minor: int
    currency: str = "CNY"
    photo_sha256: str = ""


@action
def register_official_bill(
    *, actor: Actor, donation: Donation, bill: BillInput, now: dt.datetime
) -> tuple[OfficialBill, bool]:
    """Register the bill of a gift. Returns (bill, is new); the same bill again is answered again.

    Refuses BillStands, BillNumberTaken, BillMalformed, BillAmountMismatch, BillDateWrong.
    """
    # Two clerks with one gift, or with one number: the second waits here, or meets the unique key.
    Donation.objects.select_for_update(no_key=True).get(id=donation.id)
    last = _bills(donation=donation)
    if last is not None and not hasattr(last, "void_row"):
        if _content(last) == _content(bill):
            return last, False
        raise BillStands(bill=bill_text(last))
    _require_bill(donation, bill, now)
    same = _bills(code=bill.code, number=bill.number)
    if same is not None and not hasattr(same, "void_row"):
        raise BillNumberTaken(bill=bill_text(same), pointer="/number")
    row = OfficialBill.objects.create(
        id=new_id(),
        organisation_id=donation.organisation_id,
        donation=donation,
        revision=last.revision + 1 if last else 1,
        use=same.use + 1 if same else 1,
        registered_at=now,
        registered_by_id=actor.holder_id,
        **vars(bill),
    )
    append_leaves([_leaf(row)])
    record_events([_news("official_bill.registered", row, now)])
    return row, True


@action
def void_official_bill(*, actor: Actor, bill: OfficialBill, reason: str, now: dt.datetime) -> OfficialBillVoid:
    """Say that a registered bill does not count; it stays on record. Refuses BillVoided, VoidReasonMissing."""
    if OfficialBillVoid.objects.filter(bill=bill).exists():
        raise BillVoided(bill=bill_text(bill))
    why = reason.strip()
    if not 0 < len(why) <= REASON_LENGTH_MAX:
        raise VoidReasonMissing(most=REASON_LENGTH_MAX, pointer="/reason")
    void = OfficialBillVoid.objects.create(bill=bill, reason=why, voided_at=now, voided_by_id=actor.holder_id)
    fields: dict[str, CanonicalValue] = {
        "id": str(void.id),
        "bill": str(bill.id),
        "reason": sha256_hex(why.encode()),
        "voided_at": now.astimezone(dt.UTC).isoformat(),
        "actor": str(actor.holder_id),
    }
    append_leaves([LeafData("OFFICIAL_BILL_VOID", void.id, leaf_bytes("OFFICIAL_BILL_VOID", fields))])
    record_events([_news("official_bill.voided", bill, now)])
    return void


@action
def attach_bill_photo(*, bill: OfficialBill, photo: Photo, now: dt.datetime) -> OfficialBillPhoto:
    """Keep the photo that was registered by its hash; sent twice, it is kept once. Refuses PhotoMismatch.

    What a camera wrote beside the picture is judged by the hash and not kept.
    """
    if photo.sha256 != bill.photo_sha256:
        raise PhotoMismatch(wanted=bill.photo_sha256 or "—", found=photo.sha256, pointer="/photo")
    standing = OfficialBillPhoto.objects.filter(bill=bill).first()
    if standing is not None:
        return standing
    path = keep_photo(without_camera_notes(photo), PHOTO_FOLDER)
    return OfficialBillPhoto.objects.create(bill=bill, path=path, media_type=photo.media_type, stored_at=now)


def bill_text(bill: OfficialBill) -> str:
    """Say a bill by its code and number, as ledgers do."""
    return f"{bill.code} {bill.number}"


def _bills(**which: object) -> OfficialBill | None:
    """Find the latest bill of a gift, or of a number, with its void."""
    rows = OfficialBill.objects.filter(**which).select_related("void_row")
    return rows.order_by("-revision" if "donation" in which else "-use").first()


def _content(bill: OfficialBill | BillInput) -> Sequence[object]:
    names = ("code", "number", "issued_on", "issuer", "amount_minor", "currency", "photo_sha256")
    return [getattr(bill, name) for name in names]


def _require_bill(donation: Donation, bill: BillInput, now: dt.datetime) -> None:
    if not (_NUMBER.fullmatch(bill.code) and _NUMBER.fullmatch(bill.number) and bill.issuer.strip()):
        raise BillMalformed(pointer="/number")
    if bill.photo_sha256 and not _SHA256.fullmatch(bill.photo_sha256):
        raise BillMalformed(pointer="/photo_sha256")
    first = timezone.localdate(donation.received_at)
    if not first <= bill.issued_on <= timezone.localdate(now):
        raise BillDateWrong(first=first.isoformat(), pointer="/issued_on")
    if bill.currency != donation.currency or not _is_worth(donation, bill.amount_minor):
        raise BillAmountMismatch(
            bill=f"{bill.currency} {bill.amount_minor}",
            gift=f"{donation.currency} {donation.amount_minor}",
            pointer="/money",
        )


def _is_worth(donation: Donation, amount_minor: int) -> bool:
    """Tell whether a bill may say this amount: what had no value when it came may be valued on the bill."""
    if donation.lines.filter(basis=ValueBasis.NONE).exists():
        return amount_minor >= max(donation.amount_minor, 1)
    return amount_minor == donation.amount_minor


def _leaf(row: OfficialBill) -> LeafData:
    fields: dict[str, CanonicalValue] = {
        "id": str(row.id),
        "organisation": str(row.organisation_id),
        "donation": str(row.donation_id),
        "revision": row.revision,
        "code": row.code,
        "number": row.number,
        "use": row.use,
        "issued_on": row.issued_on.isoformat(),
        "issuer": row.issuer,
        "amount": row.amount_minor,
        "currency": row.currency,
        "photo": row.photo_sha256,
        "registered_at": row.registered_at.astimezone(dt.UTC).isoformat(),
        "actor": str(row.registered_by_id),
    }
    return LeafData("OFFICIAL_BILL", row.id, leaf_bytes("OFFICIAL_BILL", fields))


def _news(kind: str, row: OfficialBill, now: dt.datetime) -> News:
    payload: dict[str, str | int | None] = {"donation": str(row.donation_id), "bill": bill_text(row)}
    return News(kind, row.organisation_id, row.id, now, payload)
