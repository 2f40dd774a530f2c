"""The younger rooms: lists that are walked by a job, imports, settlements, words bound to no family, helpers, and who
signs in. What they hear is found nowhere as bytes, goes with whom it is of, and goes again after a restore.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from logistics.deliveries.settlements import Ruling, settle_dispute
from logistics.households.erasure import erase_person
from logistics.households.models import Household
from logistics.journal.verifying import verified_journal
from logistics.lists.objections import answer_objection, raise_objection
from logistics.needs.actions import refer_need
from logistics.needs.holders import escalate_need
from logistics.needs.inputs import NeedInput
from logistics.needs.reporting import report_need
from logistics.parcels.models import Parcel
from logistics.parties.actions import register_person
from logistics.parties.changes import change_person
from logistics.parties.devices import enrol_here
from logistics.parties.erasure import erase_signed_in
from logistics.parties.models import Person
from logistics.parties.operators import set_pin
from logistics.press.allocation_jobs import ask_to_allocate
from logistics.press.allocation_walk import walk_list
from logistics.replies.grievance_kinds import grievance_kinds
from logistics.replies.grievances import Told, answer_grievance, receive_grievance
from logistics.replies.subjects import subject_behind
from logistics.replies.visits import ask_for_visit
from logistics.stock.actions import register_item
from logistics.storage.rows import new_id
from logistics.volunteering.companions import assign_companion, close_companionship, record_companion_visit
from logistics.volunteering.erasure import erase_helper
from logistics.volunteering.errands import adopt_errand, confirm_errand, record_errand_done, report_errand
from logistics.volunteering.knitted import report_measures
from logistics.volunteering.models import CheckKind, Volunteer
from logistics.volunteering.volunteers import record_check, register_volunteer
from tests.cast import PASSWORD, World
from tests.databases import copied, point_at
from tests.households.canary import needles, seen_in
from tests.households.test_canary import SECRETS, decrypted_everywhere, everything_at_rest, found_in, ring
from tests.households.test_erasure import ADDRESS, NAME, NUMBER, PHONE, canary
from tests.lists.conftest import make_listing
from tests.press.test_household_imports import HEAD, read
from tests.press.test_imports import as_csv
from tests.volunteering.test_helpers_erased import _in_all_tables

__all__ = ["ring"]
TOLD = "金丝雀家屋顶塌了"
HELPER, HELPER_PHONE, PAPER = "陪伴金丝雀阿姨", "13711112222", "金丝雀无犯罪证明第九号"
OFFICER, SIGNS_IN, PHONE_NAME = "调走的金丝雀干部", "jinsique-left", "金丝雀干部的手机"
OF_FAMILY = SECRETS | {"told": TOLD}
OF_HELPER = {"helper": HELPER, "helper's telephone": HELPER_PHONE, "paper": PAPER}
OF_COLLEAGUE = {"colleague": OFFICER, "signs in as": SIGNS_IN, "telephone's name": PHONE_NAME}


def _listed(world: World, family: Household) -> Parcel:
    """Go onto a list, past an objection without a number, and be allocated for by a job."""
    listing = make_listing(world)
    listing.now = timezone.now()
    listing.rules()
    world.stock_kits(2)
    listing.accept(listing.file(family, text=TOLD))
    notice = listing.notice()
    said = raise_objection(notice=notice, text=f"{NAME}家有车，{TOLD}", contact=PHONE, now=listing.now)
    answer_objection(actor=listing.drafter, objection=said, is_upheld=False, text=f"{NAME}没有车", now=listing.now)
    frozen = listing.approve(listing.draft(notice))
    job = ask_to_allocate(actor=listing.drafter, row=frozen, kind="PARCEL", now=listing.now)
    walk_list(job.id)
    job.refresh_from_db()
    assert (job.state, job.done) == ("DONE", 1)
    return family.parcels.get()


def _disputed(world: World, parcel: Parcel) -> None:
    """Two say that they handed it over; an officer settles it with words about the family."""
    world.walk(parcel, "PACK", "DISPATCH")
    scans = [world.scan(parcel, "HAND_OVER", detail={"note": TOLD}) for _ in range(2)]
    for actor, scan in zip((world.partner, world.other_device()), scans, strict=True):
        world.record(scan, actor=actor)
    ruling = Ruling(tuple(one.scan_id for one in scans), scans[0].scan_id)
    officer = world.as_actor(world.officer)
    settle_dispute(actor=officer, parcel=parcel, ruling=ruling, reason=TOLD, now=timezone.now())


def _said(world: World, family: Household, parcel: Parcel) -> None:
    """Needs that go up and out, a visit afterwards, a complaint about no parcel, a list that names them."""
    now, officer = timezone.now(), world.as_actor(world.officer)
    said = {"actor": officer, "now": now}
    need = report_need(household=family, need=NeedInput(new_id(), "HOUSING", 2, text=TOLD), **said)
    refer_need(need=need, body="CIVIL_AFFAIRS", reason=TOLD, **said)
    second = report_need(household=family, need=NeedInput(new_id(), "BEDDING", 2, text=TOLD), **said)
    escalate_need(need=second, reason=TOLD, **said)
    subject = subject_behind(parcel.code.text, within=world.county)
    day = timezone.localdate() + dt.timedelta(days=3)
    ask_for_visit(subject=subject, why=TOLD, due_on=day, token=new_id(), **said)
    kind = next(one.code for one in grievance_kinds().values() if not one.is_sensitive)
    told = Told(kind, f"{NAME}：{TOLD}", contact=PHONE)
    row, _ = receive_grievance(organisation=world.county, told=told, channel="VISIT", source="", token=new_id(), **said)
    answer_grievance(grievance=row, text=f"已去{NAME}家看过", **said)
    known = ["1", NAME, "户主", "", "", NUMBER, PHONE, ADDRESS, "少云镇", "", ""]
    job = read(world, as_csv([HEAD, known]))
    assert job.rows.get().household == family


def _helped(world: World, family: Household) -> Volunteer:
    """Somebody accompanies the child, fetches medicine, and orders a vest by the child's measures."""
    now, child = timezone.now(), family.members.get(is_head=False)
    said = {"actor": world.as_actor(world.officer), "now": now}
    helper = register_volunteer(name=HELPER, telephone=HELPER_PHONE, **said)
    for kind in CheckKind.values:
        record_check(volunteer=helper, kind=kind, checked_on=timezone.localdate(), document=PAPER, **said)
    row = assign_companion(volunteer=helper, member=child, kind="LOVING_MOTHER", **said)
    record_companion_visit(companionship=row, visited_on=timezone.localdate(), note=f"{HELPER}：{TOLD}", **said)
    close_companionship(companionship=row, reason=f"{HELPER}要搬家", **said)
    errand = report_errand(household=family, what=TOLD, due_on=timezone.localdate(), **said)
    adopt_errand(errand=errand, volunteer=helper, now=now)
    record_errand_done(errand=errand, now=now)
    confirm_errand(errand=errand, **said)
    vest = register_item(code="knit-vest", name_zh="背心")
    report_measures(member=child, garment=vest, measures={"height": 1_300}, **said)
    return helper


def _worked(world: World) -> Person:
    """Somebody signs in, has a PIN and a telephone, gets another role, and leaves."""
    now, boss = timezone.now(), world.as_actor(world.administrator)
    person = register_person(
        organisation=world.county, username=SIGNS_IN, name=OFFICER, roles=["OFFICER"], password=PASSWORD
    )
    change_person(person=person, changes={"roles": ["COURIER"]}, cause=boss.cause(now, f"{OFFICER}换岗"))
    set_pin(person=person, pin="2580", now=now, cause=boss.cause(now))
    enrol_here(actor=world.as_actor(person), name=PHONE_NAME, token=new_id(), now=now)
    assert Client().login(username=SIGNS_IN, password=PASSWORD)
    return person


def _told_to_strangers() -> Iterator[tuple[str, bytes]]:
    for path in ("/tell", "/follow", "/wishes", "/notices/", "/find"):
        yield path, Client().get(path).content


def test_what_the_younger_rooms_hear_goes_for_good(
    committed_world: World, committed_database: str, ring: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = committed_world
    caplog.set_level(logging.INFO)
    family = canary(world)
    parcel = _listed(world, family)
    _disputed(world, parcel)
    _said(world, family, parcel)
    helper, colleague = _helped(world, family), _worked(world)
    everybody = needles(OF_FAMILY | OF_HELPER | OF_COLLEAGUE)
    locked = needles(OF_FAMILY | OF_HELPER)
    assert set(seen_in(decrypted_everywhere(), locked)) == {*OF_FAMILY, *OF_HELPER}
    assert found_in(everything_at_rest(tmp_path, caplog), locked) == {}
    assert found_in(_told_to_strangers(), everybody) == {}
    connection.close()
    backup = copied(committed_database.rsplit("/", 1)[1].removesuffix(".sqlite3"))
    boss, now = world.as_actor(world.administrator), timezone.now()
    erase_person(actor=boss, household=family, cause="ASKED", now=now)
    erase_helper(actor=boss, helper=helper, cause="ASKED", now=now)
    erase_signed_in(actor=boss, person=colleague, cause="ASKED", now=now)
    _nothing_is_left(tmp_path, caplog)
    point_at(backup)
    assert set(seen_in(decrypted_everywhere(), locked)) == {*OF_FAMILY, *OF_HELPER}, "the backup brought them back"
    assert _in_all_tables(OFFICER) and _in_all_tables(SIGNS_IN)
    call_command("replay_erasures")
    _nothing_is_left(tmp_path, caplog)


def _nothing_is_left(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is found: in the clear, in the database's own bytes, in files, logs, events, the list of erasures."""
    everybody = needles(OF_FAMILY | OF_HELPER | OF_COLLEAGUE)
    assert seen_in(decrypted_everywhere(), everybody) == []
    assert [_in_all_tables(secret) for secret in (*OF_COLLEAGUE.values(), *OF_HELPER.values())] == [[]] * 6
    assert found_in(everything_at_rest(folder, caplog), everybody) == {}
    assert verified_journal(progress=lambda done, total: None)[0] is None
