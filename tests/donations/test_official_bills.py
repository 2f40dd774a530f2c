"""Official bills: registered per gift, each counting once, corrected by void and a new one, with their photos."""

import dataclasses
import datetime as dt
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from PIL import Image

from logistics.donations.acknowledgements import VoidReasonMissing
from logistics.donations.bill_models import OfficialBill, OfficialBillPhoto
from logistics.donations.bill_reads import BillMissing, bills_of, get_bill, official_bill_numbers, with_bill
from logistics.donations.bills import (
    BillAmountMismatch,
    BillDateWrong,
    BillInput,
    BillMalformed,
    BillNumberTaken,
    BillStands,
    BillVoided,
    PhotoMismatch,
    attach_bill_photo,
    register_official_bill,
    void_official_bill,
)
from logistics.donations.models import Donation
from logistics.journal.log import Leaf
from logistics.kernel.refusals import Refusal
from logistics.ledgers.distribution import DistributionLedger
from logistics.ledgers.donations import DonationsLedger
from logistics.ledgers.scope import LedgerScope
from logistics.storage import photos
from logistics.storage.photos import PhotoMissing, PhotoTooLarge, PhotoUnreadable, photo_bytes, read_photo
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written
from tests.papers import give_goods, photo

BILL = BillInput("11040126", "0000012345", dt.date(2026, 1, 12), "示例县财政局", 100_000)
WRITERS = 8


def _register(world: World, gift: Donation, **changes: object) -> OfficialBill:
    bill = dataclasses.replace(BILL, **changes)  # type: ignore[arg-type]
    return register_official_bill(actor=world.partner, donation=gift, bill=bill, now=world.now)[0]


def test_a_bill_is_registered_and_read_in_bulk(world: World) -> None:
    gift, other = world.give_money(), world.give_money()
    bill = _register(world, gift)
    assert official_bill_numbers([gift.id, other.id]) == {gift.id: "11040126 0000012345"}
    assert list(with_bill(Donation.objects.all(), has_bill=True)) == [gift]
    assert list(with_bill(Donation.objects.all(), has_bill=False)) == [other]
    assert Leaf.objects.get(kind="OFFICIAL_BILL").subject_id == bill.id
    with pytest.raises(BillMissing):
        get_bill(donation=other)


def test_the_same_bill_again_is_answered_again(world: World) -> None:
    gift = world.give_money()
    bill = _register(world, gift)
    with nothing_written():
        assert _register(world, gift) == bill


def test_a_wrong_bill_is_voided_and_another_registered(world: World) -> None:
    gift = world.give_money()
    wrong = _register(world, gift)
    with nothing_written(), pytest.raises(BillStands):
        _register(world, gift, number="0000012346")
    void_official_bill(actor=world.partner, bill=wrong, reason="号码抄错", now=world.now)
    assert official_bill_numbers([gift.id]) == {}
    right = _register(world, gift, number="0000012346")
    assert [hasattr(bill, "void_row") for bill in bills_of(gift)] == [True, False]
    assert get_bill(donation=gift) == right
    for reason, refusal in (("", VoidReasonMissing), ("长" * 201, VoidReasonMissing)):
        with nothing_written(), pytest.raises(refusal):
            void_official_bill(actor=world.partner, bill=right, reason=reason, now=world.now)
    with nothing_written(), pytest.raises(BillVoided):
        void_official_bill(actor=world.partner, bill=wrong, reason="再来", now=world.now)


def test_one_number_counts_for_one_gift(world: World) -> None:
    gift, other = world.give_money(), world.give_money()
    wrong = _register(world, gift)
    with nothing_written(), pytest.raises(BillNumberTaken):
        _register(world, other)
    void_official_bill(actor=world.partner, bill=wrong, reason="登错捐赠", now=world.now)
    assert _register(world, other).use == 2


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount_minor": 99_999}, BillAmountMismatch),
        ({"amount_minor": 0}, BillAmountMismatch),
        ({"currency": "USD"}, BillAmountMismatch),
        ({"issued_on": dt.date(2026, 1, 11)}, BillDateWrong),
        ({"issued_on": dt.date(2026, 1, 13)}, BillDateWrong),
        ({"number": ""}, BillMalformed),
        ({"number": "1" * 21}, BillMalformed),
        ({"code": "票"}, BillMalformed),
        ({"issuer": "  "}, BillMalformed),
        ({"photo_sha256": "x"}, BillMalformed),
    ],
)
def test_what_cannot_be_its_bill_is_refused(world: World, change: dict[str, object], refusal: type[Refusal]) -> None:
    gift = world.give_money()
    with nothing_written(), pytest.raises(refusal):
        _register(world, gift, **change)


def test_goods_without_value_may_be_valued_on_the_bill(world: World) -> None:
    gift = give_goods(world)
    with nothing_written(), pytest.raises(BillAmountMismatch):
        _register(world, gift, amount_minor=10_049)
    assert _register(world, gift, amount_minor=20_000).amount_minor == 20_000


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_the_photo_is_kept_under_its_hash(world: World, form: str) -> None:
    found = read_photo(photo(form=form))
    bill = _register(world, world.give_money(), photo_sha256=found.sha256)
    row = attach_bill_photo(bill=bill, photo=found, now=world.now)
    with nothing_written():
        assert attach_bill_photo(bill=bill, photo=found, now=world.now) == row
    assert photo_bytes(row.path) == found.data
    assert found.sha256 in row.path
    assert row.path.startswith("official-bills/")
    assert str(settings.MEDIA_ROOT) not in row.path


def test_another_photo_is_refused(world: World) -> None:
    with_hash = _register(world, world.give_money(), photo_sha256=read_photo(photo()).sha256)
    without = _register(world, world.give_money(), number="2")
    for bill in (with_hash, without):
        with nothing_written(), pytest.raises(PhotoMismatch):
            attach_bill_photo(bill=bill, photo=read_photo(photo(9)), now=world.now)
    assert OfficialBillPhoto.objects.count() == 0
    with pytest.raises(PhotoMissing):
        photo_bytes("official-bills/nothing.png")


def _png_header(width: int, height: int) -> bytes:
    """Write a PNG of a few bytes that says it is this large, and holds nothing."""
    body = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    pixels = b"IDAT" + zlib.compress(b"")
    chunks = [body, pixels, b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (len(chunk) - 4).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4) for chunk in chunks
    )


@pytest.mark.parametrize("size", [(5_000, 4_001), (13_000, 13_000), (100_000, 100_000)])
def test_a_photo_too_large_is_refused_before_it_is_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was decoded"))
    with pytest.raises(PhotoTooLarge):
        read_photo(_png_header(*size))


def test_the_largest_photo_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "PIXELS_MAX", 48)
    assert read_photo(photo(8, 6)).width == 8
    with pytest.raises(PhotoTooLarge):
        read_photo(photo(7, 7))
    monkeypatch.setattr(photos, "PHOTO_BYTES_MAX", len(photo()) - 1)
    with pytest.raises(PhotoTooLarge):
        read_photo(photo())


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"GIF89a" + bytes(40), photo(900, 700)[:700], photo(form="WEBP")])
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoUnreadable):
        read_photo(data)


@pytest.mark.parametrize("table", ["donations_bill", "donations_bill_void"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_keeps_bills_as_they_are(world: World, table: str, verb: str) -> None:
    bill = _register(world, world.give_money())
    void_official_bill(actor=world.partner, bill=bill, reason="抄错", now=world.now)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


@pytest.mark.parametrize(("revision", "use"), [(2, 1), (0, 1), (3, 1), (1, 2), (1, 0)])
def test_the_database_itself_refuses_a_second_bill_that_counts(world: World, revision: int, use: int) -> None:
    bill = _register(world, world.give_money())
    values = {field.attname: getattr(bill, field.attname) for field in OfficialBill._meta.concrete_fields}
    gift = bill.donation if revision != 1 else world.give_money()
    number = bill.number if use != 1 else "2"
    changes = {"id": new_id(), "donation_id": gift.id, "revision": revision, "use": use, "number": number}
    with pytest.raises(DatabaseError, match="bill_stands"), transaction.atomic():
        OfficialBill.objects.create(**{**values, **changes})


@pytest.mark.parametrize("is_same_gift", [True, False])
def test_one_number_at_once_counts_once(committed_world: World, is_same_gift: bool) -> None:
    world = committed_world
    shared = world.give_money()
    gifts = [shared if is_same_gift else world.give_money() for _ in range(WRITERS)]
    start = threading.Barrier(WRITERS)

    def register(place: int) -> object:
        start.wait()
        try:
            return _register(world, gifts[place], issuer=f"示例财政局{place}")
        except Refusal as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        results = list(pool.map(register, range(WRITERS)))
    refused = BillStands if is_same_gift else BillNumberTaken
    assert results.count(refused) == WRITERS - 1, results
    assert OfficialBill.objects.count() == 1


def test_the_ledger_of_gifts_names_the_bill_that_was_known(world: World) -> None:
    gift = world.give_money()
    bill = _register(world, gift)
    later = world.now + dt.timedelta(days=1)
    void_official_bill(actor=world.partner, bill=bill, reason="抄错", now=later)
    known = [
        official_bill_numbers([gift.id], world.now - dt.timedelta(seconds=1)),
        official_bill_numbers([gift.id], world.now),
        official_bill_numbers([gift.id], later),
        official_bill_numbers([gift.id]),
    ]
    assert [numbers.get(gift.id) for numbers in known] == [None, "11040126 0000012345", None, None]
    (row,) = DonationsLedger().rows(LedgerScope(world.county, known_at=world.now))
    assert "11040126 0000012345" in row.cells
    (row,) = DonationsLedger().rows(LedgerScope(world.county))
    assert "11040126 0000012345" not in row.cells


def test_the_ledger_of_distribution_names_the_bills_of_the_gifts_in_a_parcel(world: World) -> None:
    parcel = world.walk(world.parcel())
    gift = Donation.objects.get()
    _register(world, gift, amount_minor=gift.amount_minor)
    after = world.now + dt.timedelta(hours=2)
    told = [row.cells for row in DistributionLedger().rows(LedgerScope(world.county, known_at=after))]
    assert parcel.code.text in told[0]
    assert "11040126 0000012345" in told[0]
    earlier = LedgerScope(world.county, known_at=world.now - dt.timedelta(seconds=1))
    assert not any("11040126 0000012345" in row.cells for row in DistributionLedger().rows(earlier))
