"""What every room hears of a family is found nowhere it should not be, and goes with the family, for good."""

import datetime as dt
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from logistics.deliveries.proofs import keep_proof
from logistics.households.consents import record_member_consent
from logistics.households.erasure import erase_person, listed_erasures, replay_erasure
from logistics.households.models import Household
from logistics.journal.sealing import seal_leaves
from logistics.lists.objections import raise_objection
from logistics.needs.inputs import NeedInput, VisitInput
from logistics.needs.reporting import report_need
from logistics.needs.visits import record_visits
from logistics.press.actions import ask_for_labels
from logistics.press.label_batches import draw_batch
from logistics.press.reads import labels_file
from logistics.replies.cards import record_reply
from logistics.replies.grievance_kinds import grievance_kinds
from logistics.replies.grievances import Told, answer_grievance, receive_grievance
from logistics.replies.models import Grievance
from logistics.replies.subjects import subject_behind
from logistics.sponsorships.actions import begin_sponsorship, end_sponsorship
from logistics.sponsorships.letters import record_letter
from logistics.sponsorships.models import Sponsorship
from logistics.storage.rows import new_id
from logistics.volunteering.errands import report_errand
from logistics.volunteering.wishes import report_wish
from logistics.web.views import family_register
from tests.cast import PASSWORD, World
from tests.databases import copied, point_at
from tests.households.canary import needles, seen_in
from tests.households.test_canary import SECRETS, decrypted_everywhere, everything_at_rest, found_in, ring
from tests.households.test_erasure import ADDRESS, NAME, NUMBER, PHONE, canary
from tests.households.test_family_photos import _photo
from tests.lists.conftest import make_listing
from tests.press.bundles import bundle_of
from tests.press.test_household_imports import HEAD, read
from tests.press.test_imports import as_csv

__all__ = ["ring"]
TOLD = "金丝雀说家里漏雨"
HEARD = needles({"told": TOLD})


def _heard(world: World, family: Household) -> None:
    """Let each room write down the same words."""
    officer, child, now = world.as_actor(world.officer), family.members.get(is_head=False), timezone.now()
    said = {"actor": officer, "now": now}
    guardian = child.guardians.get()
    record_member_consent(member=child, scopes=["SPONSOR", "LETTER"], guardian=guardian, **said)
    need = NeedInput(new_id(), "CLOTHES", 1, text=TOLD)
    report_need(household=family, need=need, **said)
    visit = VisitInput(visit_id=new_id(), household_id=family.id, visited_at=now, met="HEAD", note=TOLD)
    assert [one.outcome for one in record_visits(visits=[visit], **said)] == ["RECORDED"]
    listing = make_listing(world)
    listing.now = now
    listing.rules()
    row = listing.accept(listing.file(family, text=TOLD))
    raise_objection(notice=listing.notice(), number=row.reference, text=TOLD, contact=PHONE, now=now)
    parcel = family.parcels.get()
    subject = subject_behind(parcel.code.text, within=world.county)
    record_reply(subject=subject, text=TOLD, token=new_id(), **said)
    told = Told(next(one.code for one in grievance_kinds().values() if not one.is_sensitive), TOLD, parcel=parcel)
    receive_grievance(organisation=world.county, told=told, channel="VISIT", source="", token=new_id(), **said)
    report_wish(member=child, words=TOLD, **said)
    report_errand(household=family, what=TOLD, due_on=timezone.localdate(), **said)
    pair = begin_sponsorship(
        fund=world.girls_fund,
        donor=world.donor,
        member=child,
        alias="小葵",
        stage="PRIMARY_UPPER",
        yearly_minor=100,
        started_on=timezone.localdate(),
        token=new_id(),
        **said,
    )
    record_letter(sponsorship=pair, direction="TO_SPONSOR", text=TOLD, token=new_id(), **said)


def _finished(world: World) -> None:
    """End what keeps a family from being erased: a pair of two, a complaint without an answer."""
    approver, now = world.as_actor(world.approver), timezone.now()
    answer_grievance(actor=approver, grievance=Grievance.objects.get(), text=TOLD, now=now)
    pair, day = Sponsorship.objects.get(), timezone.localdate()
    officer = world.as_actor(world.officer)
    end_sponsorship(actor=officer, sponsorship=pair, reason="OTHER", thanks="谢谢您", on=day, now=now)


def _labelled_and_served(world: World, family: Household) -> bytes:
    """Print the label of a parcel, then hand it over with a note; returns the sheet."""
    mine, world.family = world.family, family
    parcel = world.parcel()
    batch = ask_for_labels(actor=world.partner, parcels=[parcel], sheet="A4_3X7", now=world.now)
    draw_batch(batch.id)
    batch.refresh_from_db()
    sheet = labels_file(batch)
    parcel = world.walk(parcel, "PACK", "DISPATCH")
    data = _photo(colour="green")
    sha256 = hashlib.sha256(data).hexdigest()
    keep_proof(actor=world.partner, sha256=sha256, data=data, now=world.now)
    detail = {"collector": "金丝雀邻居", "note": ADDRESS}
    world.record(world.scan(parcel, "HAND_OVER", detail=detail, proofs=(("PHOTO", sha256),)))
    world.family = mine
    return sheet


def _papers(world: World, sheet: bytes, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what leaves on paper and in files: labels, and the auditor's bundle with its book."""
    yield "labels", sheet
    seal_leaves(now=timezone.now())
    last = timezone.localdate() + dt.timedelta(days=1)
    yield "bundle", bundle_of(world, folder, with_paper=True, to_on=last).read_bytes()


def _errors(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, bytes]]:
    """Yield what is said of a list whose columns slipped, and of a form on which something breaks."""
    slipped = [["1", NAME, "户主", NAME, ADDRESS, NUMBER, NAME, ADDRESS, "", "", NAME]]
    job = read(world, as_csv([HEAD, *slipped]))
    yield "faults", repr(list(job.rows.values_list("faults", flat=True))).encode()
    browser = Client(raise_request_exception=False)
    assert browser.login(username="officer", password=PASSWORD)

    def broken(**values: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(family_register, "register_family", broken)
    place = {"township": "少云镇", "division_code": "990101001", "once": str(new_id())}
    told = browser.post("/households/new", {"head_name": NAME, "telephone": PHONE, "address": ADDRESS, **place})
    assert told.status_code == 500, told.status_code
    yield "broken page", told.content
    for path in ("/tell", "/find", "/wishes", "/notices/"):
        yield path, browser.get(path).content


def test_what_rooms_hear_is_found_nowhere_and_goes_with_the_family(
    committed_world: World,
    committed_database: str,
    ring: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = committed_world
    caplog.set_level(logging.INFO)
    family = canary(world)
    sheet = _labelled_and_served(world, family)
    _heard(world, family)
    wanted = HEARD | needles(SECRETS)
    assert set(seen_in(decrypted_everywhere(), wanted)) == {"told", *SECRETS}
    assert found_in(_papers(world, sheet, tmp_path), wanted) == {}
    assert found_in(_errors(world, monkeypatch), wanted) == {}
    assert found_in(everything_at_rest(tmp_path, caplog), wanted) == {}
    monkeypatch.undo()
    _finished(world)
    connection.close()
    backup = copied(committed_database.rsplit("/", 1)[1].removesuffix(".sqlite3"))
    erase_person(actor=world.as_actor(world.officer), household=family, cause="ASKED", now=timezone.now())
    assert seen_in(decrypted_everywhere(), HEARD) == []
    point_at(backup)
    assert seen_in(decrypted_everywhere(), HEARD) == ["told"], "the backup brought the words back"
    assert [replay_erasure(one) for one in listed_erasures()] == [True]
    assert seen_in(decrypted_everywhere(), HEARD) == []
