"""Who was erased stays erased: a second copy goes too, and what comes late is not written down again."""

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from logistics.deliveries.models import ScanEvent
from logistics.deliveries.proofs import keep_proof
from logistics.grants.actions import plan_grant
from logistics.households.actions import MemberInput
from logistics.households.changes import correct_household, correct_member
from logistics.households.collectors import authorise_collector
from logistics.households.erasure import erase_person, kept_of, listed_erasures
from logistics.households.guardians import note_guardian
from logistics.households.hardships import note_hardship
from logistics.households.merges import undo_merge
from logistics.households.models import Household, Member, ScanDetail
from logistics.households.photos import keep_household_photo
from logistics.households.proof_models import KeptProof
from logistics.households.standing import PersonErased
from logistics.lists.allocations import NothingToAllocate
from logistics.needs.inputs import NeedInput, VisitInput
from logistics.needs.reporting import report_need
from logistics.needs.visits import record_visits
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.allocations import allocate_parcels
from logistics.parcels.models import Parcel
from logistics.replies.cards import record_reply
from logistics.replies.subjects import subject_behind
from logistics.storage.rows import new_id
from logistics.volunteering.errands import report_errand
from logistics.volunteering.knitted import report_measures
from logistics.volunteering.wishes import report_wish
from tests.cast import World
from tests.households.test_duplicates import again, merged, twins
from tests.households.test_erasure import said_of
from tests.households.test_family_photos import _photo
from tests.journal.test_races import WRITERS, _at_once
from tests.lists.conftest import Listing, make_listing
from tests.looking import nothing_written
from tests.replies.stage import card_of

LATER = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of erasures lies beside the keys: here in a folder of the test's own."""
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def _erase(world: World, family: Household, member: Member | None = None) -> None:
    actor = world.as_actor(world.officer)
    erase_person(actor=actor, household=family, member=member, cause="ASKED", now=LATER)


def _words(family: Household) -> str:
    family.refresh_from_db()
    rows = [family, *family.members.order_by("id")]
    return " ".join(str(getattr(row, name, "")) for row in rows for name in NAMES)


@pytest.fixture
def listing(world: World) -> Listing:
    """People who file, review, draft and approve."""
    return make_listing(world)


NAMES = ("head_name", "address", "telephone", "name", "identity_number")
GIRL = MemberInput("李小芳", "FEMALE", dt.date(2016, 3, 5), relation="女儿")


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_family_entered_twice_goes_with_its_second_copy(
    world: World, which: str, django_capture_on_commit_callbacks: Any
) -> None:
    pair = twins(world, first=(GIRL,), second=(GIRL,))
    merge = merged(world, pair)
    counts = {part.name: part.count for part in kept_of(getattr(pair, which))}
    assert (counts["households.household"], counts["households.members"]) == (2, 2), "what goes is shown whole"
    with django_capture_on_commit_callbacks(execute=True):
        _erase(world, getattr(pair, which))
    for row in (pair.first, pair.second):
        assert set(_words(row)) <= {" "}, _words(row)
        assert row.erased_at is not None
    # Each is on the list of its own: a backup from before the merge brings neither back.
    assert {listed.household_id for listed in listed_erasures()} == {pair.first_id, pair.second_id}
    merge.refresh_from_db()
    assert merge.before == ""


def test_a_member_entered_twice_goes_with_the_second_copy_and_the_others_stay(world: World) -> None:
    pair = twins(world, first=(GIRL,), second=(GIRL, MemberInput("李老太", "FEMALE")))
    merged(world, pair)
    girl = pair.first.members.get(name_index=pair.first.members.get(born_on=GIRL.born_on).name_index)
    _erase(world, pair.first, girl)
    told = _words(pair.first) + _words(pair.second)
    assert "李小芳" not in told and "李老太" in told and "李芳" in told


def test_the_copy_that_another_body_keeps_is_its_own(world: World) -> None:
    own = again(world, head="李芳", telephone="13900000001", address="少云镇示例村三组12号")
    theirs = again(world, head="李芳", telephone="13900000001", organisation=world.stranger_county)
    Household.objects.filter(id=own.id).update(merged_into=theirs)
    _erase(world, own)
    assert "李芳" not in _words(own) and "李芳" in _words(theirs)


def _after(world: World) -> dict[str, Callable[[], object]]:
    actor, family, now = world.as_actor(world.officer), world.family, world.now
    girl, ahead = world.girl, timezone.localdate(now) + dt.timedelta(days=3)
    need = NeedInput(need_id=new_id(), kind="CLOTHES", urgency=1)
    recipients = [Recipient(family)]
    plan = {"actor": world.partner, "programme": world.warm, "warehouse": world.warehouse, "recipe": world.recipe}
    grant = {"actor": actor, "fund": world.girls_fund, "household": family, "beneficiary": girl, "amount_minor": 1}
    said = {"actor": actor, "reason": "登记有误，更正", "now": now}
    return {
        "household": lambda: correct_household(household=family, changes={"head_name": "张三"}, **said),  # type: ignore[arg-type]
        "member": lambda: correct_member(member=girl, changes={"name": "张小三"}, **said),  # type: ignore[arg-type]
        "hardship": lambda: note_hardship(actor=actor, household=family, kind_code="DISASTER", now=now),
        "guardian": lambda: note_guardian(actor=actor, ward=girl, name="张奶奶", now=now),
        "photo": lambda: keep_household_photo(actor=actor, household=family, data=_photo(), now=now),
        "collector": lambda: authorise_collector(actor=actor, household=family, name="张邻居", now=now),
        "need": lambda: report_need(actor=actor, household=family, need=need, now=now),
        "wish": lambda: report_wish(actor=actor, member=girl, words="书包", now=now),
        "errand": lambda: report_errand(actor=actor, household=family, what="取药", due_on=ahead, now=now),
        "measures": lambda: report_measures(
            actor=actor, member=girl, garment=world.gloves, measures={"height": 1_200}, now=now
        ),
        "parcel": lambda: plan_parcels(recipients=recipients, now=now, **plan),  # type: ignore[arg-type]
        "grant": lambda: plan_grant(reference="late", now=now, **grant),  # type: ignore[arg-type]
    }


@pytest.mark.parametrize("what", ["household", "member", "hardship", "guardian", "photo", "collector", "need", "wish"])
def test_nothing_new_is_written_of_a_family_that_was_erased(world: World, what: str) -> None:
    late = _after(world)[what]
    _erase(world, world.family)
    with nothing_written(), pytest.raises(PersonErased):
        late()


@pytest.mark.parametrize("what", ["errand", "measures", "parcel", "grant"])
def test_nothing_is_promised_to_a_family_that_was_erased(world: World, what: str) -> None:
    world.stock_kits(1)
    late = _after(world)[what]
    _erase(world, world.family)
    with nothing_written(), pytest.raises(PersonErased):
        late()


@pytest.mark.parametrize("what", ["member", "guardian", "wish", "measures"])
def test_nothing_new_is_written_of_one_member_who_was_erased(world: World, what: str) -> None:
    late = _after(world)[what]
    _erase(world, world.family, world.girl)
    with nothing_written(), pytest.raises(PersonErased):
        late()


def test_a_family_that_was_erased_is_not_merged(world: World) -> None:
    pair = twins(world)
    _erase(world, pair.first)
    with nothing_written(), pytest.raises(PersonErased):
        merged(world, pair)
    pair.second.refresh_from_db()
    assert (pair.second.head_name, pair.second.merged_into) == ("李方", None)


def test_a_merge_of_who_was_erased_is_not_undone(world: World) -> None:
    merge = merged(world, twins(world))
    _erase(world, merge.survivor)
    with pytest.raises(PersonErased):
        undo_merge(actor=world.as_actor(world.officer), merge=merge, reason="认错了，是两家", now=world.now)


def test_a_list_goes_on_past_whom_was_erased(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(2)
    gone, stays = listing.family(), listing.family()
    frozen = listing.approved(gone, stays)
    erase_person(actor=listing.approver, household=gone, cause="ASKED", now=listing.now)
    (parcel,) = allocate_parcels(actor=listing.drafter, row=frozen, now=listing.now)
    assert parcel.household == stays
    with pytest.raises(NothingToAllocate):
        allocate_parcels(actor=listing.drafter, row=frozen, now=listing.now)


def _delivered(world: World, *proofs: tuple[str, str]) -> Parcel:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    world.record(world.scan(parcel, "HAND_OVER", proofs=proofs))
    return parcel


@pytest.mark.parametrize("is_first", [True, False])
def test_the_bytes_of_a_photo_that_come_late_are_not_kept(world: World, is_first: bool) -> None:
    data = _photo(colour="green")
    sha256 = hashlib.sha256(data).hexdigest()
    _delivered(world, ("PHOTO", sha256))
    if is_first:
        keep_proof(actor=world.partner, sha256=sha256, data=data, now=world.now)
    _erase(world, world.family)
    row, is_new = keep_proof(actor=world.partner, sha256=sha256, data=data, now=LATER)
    assert (is_new, row.file_key, KeptProof.objects.get().erased_at) == (False, "", LATER)
    assert not default_storage.exists(row.path)


@pytest.mark.parametrize("step", ["HAND_OVER", "ATTEMPT"])
def test_what_a_late_scan_says_of_a_person_is_committed_to_and_not_kept(world: World, step: str) -> None:
    parcel = _delivered(world)
    _erase(world, world.family)
    scan = world.scan(parcel, step, detail={"collector": "金丝雀邻居"}, reason="NOT_HOME")
    world.record(scan, actor=world.other_device())
    assert not ScanDetail.objects.exists()
    assert len(ScanEvent.objects.get(id=scan.scan_id).content_sha256) == 64


def test_a_visit_that_a_telephone_brings_late_is_refused(world: World) -> None:
    _erase(world, world.family)
    visit = VisitInput(new_id(), world.family.id, world.now, 480, "HEAD", note="金丝雀家的事")
    with nothing_written():
        (answer,) = record_visits(actor=world.partner, visits=[visit], now=LATER)
    assert isinstance(answer.refusal, PersonErased)


def test_a_reply_that_comes_late_is_not_kept(world: World) -> None:
    code = card_of(world, _delivered(world))
    subject, courier = subject_behind(code.text, within=world.county), world.as_actor(world.courier)
    _erase(world, world.family)
    with nothing_written(), pytest.raises(PersonErased):
        record_reply(actor=courier, subject=subject, text="谢谢", now=LATER, token=new_id())


def test_who_writes_while_somebody_is_erased_is_before_or_after(committed_world: World) -> None:
    """Whatever comes first: nothing is left of the family that a second erasure would have to find."""
    world = committed_world
    actor = world.as_actor(world.officer)

    def work(number: int) -> object:
        if number == WRITERS // 2:
            return erase_person(actor=actor, household=world.family, cause="ASKED", now=LATER)
        if number % 2:
            need = NeedInput(need_id=new_id(), kind="CLOTHES", urgency=1, text="金丝雀家的事")
            return report_need(actor=actor, household=world.family, need=need, now=world.now)
        return correct_member(
            actor=actor, member=world.girl, changes={"name": f"金丝雀{number}"}, reason="登记有误，更正", now=world.now
        )

    _at_once(work)
    assert "金丝雀" not in said_of(world.family)
    assert "金丝雀" not in _words(world.family)
