"""Words of objections, grievances and lists that no family is bound to go after their time; what is sealed stands."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from logistics.journal.history import CommittedText
from logistics.journal.verifying import verified_journal
from logistics.lists.objections import answer_objection, raise_objection, texts_of_objections
from logistics.press.household_import_models import HouseholdImport, HouseholdImportRow
from logistics.press.retention import apply_rule, due_by_rule
from logistics.replies.grievances import answer_grievance, take_up_grievance
from tests.books import seal_all
from tests.cast import World
from tests.lists.conftest import make_listing
from tests.press.test_household_imports import HEAD, ROWS, read, recorded
from tests.press.test_imports import as_csv
from tests.replies.test_grievances import _told

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_periods(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)


def _taken(rule: str, now: dt.datetime) -> int:
    """Apply one rule at a moment; what was due is what went."""
    due = next(due for due in due_by_rule(now=now) if due.rule.code == rule)
    assert apply_rule(due, now=now) == due.count
    return due.count


def test_objections_forget_their_words_contacts_and_answers(world: World) -> None:
    listing = make_listing(world)
    listing.rules()
    listing.accepted(listing.family())
    notice = listing.notice()
    rows = [raise_objection(notice=notice, text="这家有汽车", contact="邻居", now=listing.now) for _ in range(2)]
    answer_objection(actor=listing.drafter, objection=rows[0], is_upheld=False, text="查过，没有车", now=listing.now)
    assert _taken("objections", listing.now + 1_095 * DAY) == 0
    assert set(texts_of_objections(rows)[rows[0].id]) == {"text", "contact", "answer"}
    assert _taken("objections", listing.now + 1_096 * DAY) == 2
    assert texts_of_objections(rows) == {rows[0].id: {}, rows[1].id: {}}
    assert _taken("objections", listing.now + 1_096 * DAY) == 0
    seal_all(world)
    assert verified_journal(progress=lambda done, total: None)[0] is None


def test_grievances_forget_their_words_once_they_were_answered(world: World) -> None:
    row, _ = _told(world)
    before = CommittedText.objects.count()
    officer = world.as_actor(world.officer)
    take_up_grievance(actor=officer, grievance=row, now=world.now)
    assert _taken("grievances", world.now + 4_000 * DAY) == 0, "nobody waits a complaint away"
    answer_grievance(actor=officer, grievance=row, text="已经查清", now=world.now + 10 * DAY)
    assert _taken("grievances", world.now + 1_105 * DAY) == 0
    assert _taken("grievances", world.now + 1_106 * DAY) == 1
    assert CommittedText.objects.count() < before
    assert not CommittedText.objects.filter(owner_id__in=[row.id, *row.steps.values_list("id", flat=True)]).exists()
    assert _taken("grievances", world.now + 4_000 * DAY) == 0


def test_rows_of_lists_go_also_where_nobody_became_a_family(world: World) -> None:
    job = recorded(world, read(world, as_csv([HEAD, *ROWS])), families=[1])
    assert HouseholdImportRow.objects.filter(household=None).exists()
    now = timezone.now()
    assert _taken("household_rows", now + 179 * DAY) == 0
    assert _taken("household_rows", now + 181 * DAY) == 1
    assert not HouseholdImportRow.objects.exists()
    assert HouseholdImport.objects.get(id=job.id).name == ""
