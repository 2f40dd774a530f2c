"""The evidence file of a parcel: everything on record of it, read back from the PDF; persons by reference alone."""

import datetime as dt
import io
import re

import pypdfium2
import pytest
from django.utils import timezone

from logistics.funds.agreements import record_agreement
from logistics.journal.models import JournalEntry
from logistics.journal.sealing import latest_checkpoint, seal_leaves
from logistics.parcels.reads import ParcelMissing
from logistics.press.evidence import evidence_of, missing_from, proofs_of
from logistics.press.models import PaperJob
from logistics.press.paper_jobs import draw_paper_job, file_of_paper
from logistics.press.paper_requests import PaperRequestIncomplete, ask_for_paper
from logistics.press.papers.evidence import EVIDENCE
from tests.cast import World
from tests.looking import nothing_written
from tests.papers import assert_readable_by_all


def _delivered(world: World):  # type: ignore[no-untyped-def] -- a parcel
    parcel = world.parcel()
    world.record(world.scan(parcel, "PACK"), world.scan(parcel, "SEAL"), world.scan(parcel, "DISPATCH"))
    world.record(world.scan(parcel, "HAND_OVER", proofs=(("PHOTO", "cd" * 32),)))
    parcel.refresh_from_db()
    assert parcel.state == "DELIVERED"
    return parcel


def _ask(world: World, code: str) -> PaperJob:
    auditor = world.as_actor(world.auditor)
    return ask_for_paper(actor=auditor, kind=EVIDENCE, request={"parcel": code}, now=timezone.now())


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_the_file_holds_everything_on_record(world: World) -> None:
    record_agreement(
        actor=world.as_actor(world.officer),
        fund=world.warm_fund,
        number="示例协议-7",
        signed_on=dt.date(2025, 12, 1),
        document_sha256="ab" * 32,
        purpose="暖心包",
        now=world.now,
    )
    parcel = _delivered(world)
    while seal_leaves(now=timezone.now()):
        pass
    job = _ask(world, parcel.code.text)
    told: list[tuple[int, int]] = []
    draw_paper_job(job.id, lambda done, total: told.append((done, total)))
    job.refresh_from_db()
    assert (job.state, job.problem) == ("DONE", None)
    assert told[-1] == (job.total, job.total) and job.total == 2
    pdf = file_of_paper(job).read_bytes()
    text = _text(pdf)
    flat = "".join(text.split())
    found = evidence_of(parcel)
    wanted = [
        *("包裹证据档案", "系统未存", "示例协议-7", "示例发票-001", "示例供应商", "发票 Invoice", "PHOTO"),
        *("交付 Handed over", "捐赠人 Donor", "已送达 Delivered"),
        *(row.donation_code for row in found.gifts),
        *(row.donor_reference for row in found.gifts),
        *(str(row.entry.id) for row in found.entries),
        *(str(row.scan.id) for row in found.scans),
        *("ab" * 32, "cd" * 32, parcel.household.reference, "¥200.00"),
    ]
    # Where a line breaks at a hyphen the reader of the PDF leaves it out.
    unbroken = re.sub("[-\ufffe]", "", flat)
    for words in wanted:
        assert "".join(words.split()).replace("-", "") in unbroken, words
    # The checkpoint and every proof stand in it whole.
    assert "".join(latest_checkpoint().note.split()) in flat
    for _, proof in proofs_of(found):
        assert "".join(proof.split()) in flat
    for name in ("示例家庭", "示例女童", "示例男童", "示例捐赠人", "13800138000", "示例村一组"):
        assert name not in text
    assert_readable_by_all(pdf, f"包裹证据档案 {parcel.code.text}")


def test_it_names_what_is_not_on_record(world: World) -> None:
    parcel = world.parcel()
    names = dict(missing_from(evidence_of(parcel)))
    for zh in ("本专项的捐赠协议", "扫码记录", "已签名的日志校验点", "签收凭证的哈希"):
        assert zh in names
    job = _ask(world, parcel.code.text)
    draw_paper_job(job.id)
    job.refresh_from_db()
    assert job.state == "DONE"
    assert "已签名的日志校验点" in "".join(_text(file_of_paper(job).read_bytes()).split())


def test_the_entries_behind_a_parcel_are_just_its_own(world: World) -> None:
    other = world.parcel()
    parcel = _delivered(world)
    found = evidence_of(parcel)
    kinds = [row.entry.kind for row in found.entries]
    assert sorted(kinds) == sorted(["DONATION", "PURCHASE", "ASSEMBLY", "RESERVE", "PACK", "HAND_OVER"]), kinds
    assert {row.entry.kind for row in found.entries if row.of_parcel} == {"RESERVE", "PACK", "HAND_OVER"}
    assert not {row.entry.id for row in found.entries} & {row.entry.id for row in evidence_of(other).entries}
    assert JournalEntry.objects.count() == 4 + 6
    assert sum(gift.value_minor for gift in found.gifts) == parcel.value_minor


def test_a_parcel_of_an_entry_for_many_shows_its_own_lines_alone(world: World) -> None:
    world.stock_kits(3)
    parcels = world.plan(3)
    for parcel in parcels:
        reserved = next(row for row in evidence_of(parcel).entries if row.entry.kind == "RESERVE")
        assert sum(line.value_minor for line in reserved.lines) == parcel.value_minor


@pytest.mark.parametrize("request_", [{}, {"parcel": ""}, {"parcel": "x", "year": 2026}])
def test_a_request_that_does_not_say_which_parcel(world: World, request_: dict[str, str]) -> None:
    with nothing_written(), pytest.raises(PaperRequestIncomplete):
        ask_for_paper(actor=world.as_actor(world.auditor), kind=EVIDENCE, request=request_, now=timezone.now())


def test_another_bodys_parcel_is_not_there(world: World) -> None:
    parcel = world.parcel()
    with nothing_written(), pytest.raises(ParcelMissing):
        stranger = world.as_actor(world.stranger)
        ask_for_paper(actor=stranger, kind=EVIDENCE, request={"parcel": parcel.code.text}, now=timezone.now())
