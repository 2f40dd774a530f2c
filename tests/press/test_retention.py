"""What is no longer needed is shown, then taken away, and that it was stands on record."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from logistics.households.hardships import end_hardship, hardship_history, note_hardship
from logistics.households.models import Household, ScanDetail
from logistics.households.photos import keep_household_photo, standing_photos
from logistics.press.retention import DAYS_MIN, RetentionWrong, apply_rule, due_by_rule
from logistics.press.retention_models import RetentionRun
from logistics.storage.retaining import rules
from tests.cast import NOW, World
from tests.households.test_family_photos import _photo
from tests.looking import nothing_written
from tests.press.test_imports import HEAD, ROWS, as_csv, read

LATER = NOW + dt.timedelta(days=1_100)
MUCH_LATER = NOW + dt.timedelta(days=1_900)


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)


def _due(now: dt.datetime) -> dict[str, int]:
    return {due.rule.code: due.count for due in due_by_rule(now=now)}


def _apply(now: dt.datetime) -> dict[str, int]:
    return {due.rule.code: apply_rule(due, now=now) for due in due_by_rule(now=now)}


def _old(world: World) -> None:
    """A hand-over with a note, a photo, and a hardship that is over."""
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    world.record(world.scan(parcel, "HAND_OVER", detail={"note": "示例"}))
    keep_household_photo(actor=world.partner, household=world.family, data=_photo(), now=world.now)
    row = note_hardship(actor=world.partner, household=world.family, kind_code="DISASTER", now=world.now)
    end_hardship(actor=world.partner, household=world.family, hardship_id=row.id, now=world.now)


def test_nothing_goes_before_its_time_and_each_by_its_own(world: World) -> None:
    _old(world)
    assert set(_due(NOW + dt.timedelta(days=700)).values()) == {0}
    assert _due(NOW + dt.timedelta(days=731))["photos"] == 1
    counts = {"hardships": 1, "photos": 1, "scan_details": 1}
    wanted = {rule.code: counts.get(rule.code, 0) for rule in rules()}
    assert _due(LATER) == _apply(LATER) == wanted
    assert not ScanDetail.objects.exists()
    assert not standing_photos(world.family).exists()
    assert hardship_history(world.family) == []
    assert set(_apply(LATER).values()) == {0}
    runs = RetentionRun.objects.order_by("ran_at", "rule").values_list("rule", "count")
    assert ("photos", 1) in runs and ("photos", 0) in runs


def test_a_family_goes_when_nothing_has_happened_for_years(world: World) -> None:
    _old(world)
    assert _due(MUCH_LATER)["families"] == 1
    assert _apply(MUCH_LATER)["families"] == 1
    family = Household.objects.get(id=world.family.id)
    assert (family.head_name, family.erasures.get().cause) == ("", "RETENTION")


def test_a_family_with_an_open_parcel_stays(world: World) -> None:
    world.parcel()
    assert _due(MUCH_LATER)["families"] == 0


def test_the_command_only_shows_unless_it_is_told_to(world: World) -> None:
    keep_household_photo(
        actor=world.partner,
        household=world.family,
        data=_photo(),
        now=timezone.now() - dt.timedelta(days=800),
    )
    told = io.StringIO()
    with nothing_written():
        call_command("apply_retention", stdout=told)
    assert "photos: 730 days" in told.getvalue() and "1 due" in told.getvalue()
    call_command("apply_retention", "--apply", stdout=told)
    assert "1 taken away" in told.getvalue()
    assert not standing_photos(world.family).exists()


@pytest.mark.parametrize("text", ["code,days\nphotos,30\n", "code,days\n", "no table", f"photos,{DAYS_MIN - 1}"])
def test_a_table_that_forgets_a_rule_or_is_hasty_is_refused(world: World, tmp_path: Path, text: str) -> None:
    (tmp_path / "retention.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RetentionWrong):
        due_by_rule(now=NOW)
    with nothing_written(), pytest.raises(CommandError):
        call_command("apply_retention", "--apply")


def test_an_installation_has_periods_of_its_own(world: World, tmp_path: Path) -> None:
    def write(days: int) -> None:
        lines = [f"{rule.code},{days}" for rule in rules()]
        (tmp_path / "retention.csv").write_text("\n".join(["code,days", *lines]), encoding="utf-8")

    write(DAYS_MIN)
    assert {due.days for due in due_by_rule(now=NOW)} == {DAYS_MIN}
    write(DAYS_MIN - 1)
    with pytest.raises(RetentionWrong):
        due_by_rule(now=NOW)


def test_rows_of_old_files_forget_who_gave(world: World) -> None:
    read(world, as_csv([HEAD, *ROWS]))
    now = timezone.now()
    assert _due(now + dt.timedelta(days=179))["gift_rows"] == 0
    assert _apply(now + dt.timedelta(days=181))["gift_rows"] == 1
    assert _apply(now + dt.timedelta(days=181))["gift_rows"] == 0
