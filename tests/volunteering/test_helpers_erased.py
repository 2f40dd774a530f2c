"""Who helps is a person too: shown, confirmed, erased and exported, and again after a backup is restored."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from logistics.journal.committed import texts_of
from logistics.journal.revisions import revisions_of
from logistics.journal.verifying import verified_journal
from logistics.stock.knitters import KnitterMissing, get_knitter, register_knitter
from logistics.storage.erasures import ErasureCauseUnknown, ErasureTooEarly
from logistics.storage.secrets import EncryptedTextField
from logistics.volunteering.companions import assign_companion, close_companionship, record_companion_visit
from logistics.volunteering.erasure import (
    Helping,
    erase_helper,
    export_of_helper,
    get_helper,
    kept_of_helper,
    open_things_of_helper,
)
from logistics.volunteering.erasure_models import HelperErasure
from logistics.volunteering.errand_models import Errand
from logistics.volunteering.errands import ErrandNotSo, adopt_errand, record_errand_done, refuse_errand, report_errand
from logistics.volunteering.models import Volunteer
from logistics.volunteering.volunteers import VolunteerMissing, record_check, register_volunteer
from logistics.volunteering.wish_models import WishClaim
from logistics.volunteering.wishes import adopt_wish, release_claim
from tests.cast import World
from tests.looking import nothing_written
from tests.stock.test_knitting import Circle
from tests.volunteering.test_helping import TODAY, open_wish

NAME, PHONE, PAPER = "金丝雀志愿者", "13712345678", "金丝雀证书第七号"
LATER = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def canary(world: World) -> Volunteer:
    """A volunteer of whom every table keeps something: checks, a child, visits, a wish and an errand in hand."""
    said = {"actor": world.as_actor(world.officer), "now": world.now}
    helper = register_volunteer(name=NAME, telephone=PHONE, **said)
    for kind in ("IDENTITY", "NO_RECORD", "TRAINING"):
        record_check(volunteer=helper, kind=kind, checked_on=TODAY, document=PAPER, **said)
    row = assign_companion(volunteer=helper, member=world.girl, kind="LOVING_MOTHER", **said)
    record_companion_visit(companionship=row, visited_on=TODAY, note=f"{NAME}陪着写作业", **said)
    record_companion_visit(companionship=row, visited_on=TODAY, note="孩子学会了跳绳", **said)
    close_companionship(companionship=row, reason="金丝雀要搬家", **said)
    adopt_wish(wish=open_wish(world), volunteer=helper, now=timezone.now())
    adopt_errand(
        errand=report_errand(household=world.family, what="取药", due_on=TODAY, **said), volunteer=helper, now=world.now
    )
    return helper


def _erase(world: World, helper: Helping, cause: str = "ASKED") -> HelperErasure:
    return erase_helper(actor=world.as_actor(world.officer), helper=helper, cause=cause, now=LATER)


def _hands_empty(helper: Volunteer) -> None:
    """Put what is in a volunteer's hands into others'."""
    release_claim(wish=helper.claims.get().wish, now=timezone.now())
    refuse_errand(errand=helper.errands.get())


def _in_all_tables(text: str) -> list[str]:
    """Name the columns where a text stands, decrypted, in any table."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.get_internal_type() in ("CharField", "TextField", "JSONField") or isinstance(
                field, EncryptedTextField
            ):
                values = model._default_manager.values_list(field.name, flat=True)
                if any(text in str(value) for value in values):
                    found.append(f"{model._meta.db_table}.{field.column}")
    return found


def test_a_volunteer_is_shown_erased_and_nowhere_to_be_found(world: World) -> None:
    helper = canary(world)
    counts = {part.name: part.count for part in kept_of_helper(helper)}
    assert counts == {
        "stock.knitters": 0,
        "stock.yarn_notes": 0,
        "volunteering.checks": 3,
        "volunteering.companionships": 1,
        "volunteering.tasks": 2,
        "volunteering.volunteers": 1,
    }
    said = json.dumps(export_of_helper(helper), ensure_ascii=False)
    for secret in (NAME, PHONE[-4:], PAPER, world.girl.reference, "金丝雀要搬家"):
        assert secret in said, secret
    wish, errand = helper.claims.get().wish, helper.errands.get()
    with nothing_written(), pytest.raises(ErasureTooEarly, match=wish.reference) as refused:
        _erase(world, helper)
    assert errand.reference in str(refused.value) and open_things_of_helper(helper) == [
        wish.reference,
        errand.reference,
    ]
    with nothing_written(), pytest.raises(ErasureCauseUnknown):
        _erase(world, helper, cause="金丝雀")
    _hands_empty(helper)
    assert _in_all_tables("金丝雀")
    row = _erase(world, helper)
    assert row.counts["volunteering.checks"] == 3 and row.counts["volunteering.companionships"] == 2
    assert row.counts["journal.texts"] >= 2
    assert _in_all_tables("金丝雀") == [] and _in_all_tables(PHONE[-8:]) == []
    # What the child's record needs stays: that checks stood, who came when by number, and what is the child's alone.
    helper.refresh_from_db()
    assert (helper.name, helper.telephone, helper.erased_at) == ("", "", LATER)
    assert [one.kind for one in helper.checks.order_by("kind")] == ["IDENTITY", "NO_RECORD", "TRAINING"]
    assert _in_all_tables("孩子学会了跳绳") == ["volunteering_companionvisit.note"]
    assert texts_of(revisions_of(helper).values_list("id", flat=True)) == {}
    assert verified_journal(progress=lambda done, total: None)[0] is None
    assert set(_erase(world, helper).counts.values()) == {0}


def test_who_was_erased_is_given_nothing_any_more(world: World) -> None:
    helper, actor = canary(world), world.as_actor(world.officer)
    _hands_empty(helper)
    errand = report_errand(actor=actor, household=world.family, what="买米", due_on=TODAY, now=world.now)
    wish = open_wish(world)
    _erase(world, helper)
    with pytest.raises(VolunteerMissing):
        get_helper(reference=helper.reference, organisation=world.county)
    for act in (
        lambda: adopt_errand(errand=errand, volunteer=helper, now=LATER),
        lambda: adopt_wish(wish=wish, volunteer=helper, now=LATER),
        lambda: assign_companion(actor=actor, volunteer=helper, member=world.girl, kind="LOVING_MOTHER", now=LATER),
        lambda: record_check(actor=actor, volunteer=helper, kind="TRAINING", checked_on=TODAY, now=LATER),
    ):
        with nothing_written(), pytest.raises(VolunteerMissing):
            act()


def test_a_child_in_their_care_comes_first(world: World) -> None:
    helper, actor = canary(world), world.as_actor(world.officer)
    _hands_empty(helper)
    assign_companion(actor=actor, volunteer=helper, member=world.girl, kind="LOVING_MOTHER", now=world.now)
    with nothing_written(), pytest.raises(ErasureTooEarly, match=world.girl.reference):
        _erase(world, helper)


def test_a_restored_backup_forgets_again_and_frees_what_they_held(
    world: World,
    django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
) -> None:
    helper = canary(world)
    knitter = register_knitter(actor=world.partner, name="金丝雀编织者")
    backup = transaction.savepoint()
    _hands_empty(helper)
    with django_capture_on_commit_callbacks(execute=True):
        _erase(world, helper)
        _erase(world, knitter)
    transaction.savepoint_rollback(backup)
    assert "volunteering_volunteer.name" in _in_all_tables(NAME), "the backup brought them back"
    call_command("replay_erasures")
    assert _in_all_tables("金丝雀") == []
    assert not WishClaim.objects.filter(ended_at__isnull=True).exists() and not helper.errands.exists()
    assert HelperErasure.objects.count() == 2
    with nothing_written():
        call_command("replay_erasures")
    listed = Path(settings.DATA_KEYS).with_name("erasures.jsonl").read_text()
    assert len(listed.splitlines()) == 2 and "金丝雀" not in listed
    with pytest.raises(ErrandNotSo):
        record_errand_done(errand=Errand.objects.get(household=world.family), now=LATER)


def test_who_knits_is_encrypted_and_erased_once_no_yarn_is_in_her_hands(world: World) -> None:
    circle = Circle(world)
    knitter = circle.knitter
    circle.out(100)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM stock_knitter")
        assert all(str(name).startswith("v1.") for (name,) in cursor.fetchall())
    with nothing_written(), pytest.raises(ErasureTooEarly, match=knitter.reference):
        _erase(world, knitter)
    circle.back(100)
    _erase(world, knitter)
    with nothing_written(), pytest.raises(KnitterMissing):
        circle.out(100)


def test_a_knitter_without_yarn_goes(world: World) -> None:
    knitter = register_knitter(actor=world.partner, name="金丝雀编织者")
    assert get_helper(reference=knitter.reference, organisation=world.county).id == knitter.id
    _erase(world, knitter)
    assert _in_all_tables("金丝雀") == []
    with pytest.raises(KnitterMissing):
        get_knitter(reference=knitter.reference, organisation=world.county)
    assert verified_journal(progress=lambda done, total: None)[0] is None


def test_the_record_of_an_erasure_is_only_added_to(world: World) -> None:
    row = _erase(world, register_knitter(actor=world.partner, name="金丝雀编织者"))
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        HelperErasure.objects.filter(id=row.id).update(cause="MISTAKE")
