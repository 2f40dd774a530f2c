"""The house stands as it was drawn; each rule is shown once to bite on a planted violation."""

import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from logistics.journal.verifying_history import master_models
from logistics.kernel.refusals import Refusal, every_refusal
from logistics.parties.models import Named
from logistics.storage.triggers import TriggersAbsent, absent_triggers, declared_triggers, require_triggers
from tests.architecture import house
from tests.databases import as_owner, drop_trigger


@cache
def _texts() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in house.source_files()}


def test_every_room_with_tables_stands_on_a_floor() -> None:
    """What is not on a floor is not looked at by any of these tests, nor counted where nothing may be written."""
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith(("logistics.", "api"))}
    assert rooms == {name for floor in house.FLOORS for name in floor} & rooms
    assert {"lists", "volunteering", "replies", "sponsorships"} <= rooms


def test_foreign_keys_point_down() -> None:
    assert house.upward_keys(house.own_models()) == []


def test_an_upward_foreign_key_is_found() -> None:
    class Planted(models.Model):
        parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT)

        class Meta:
            app_label = "journal"
            managed = False

    assert house.upward_keys([Planted]) == ["journal.Planted.parcel -> parcels.Parcel"]


def test_imports_keep_the_floors() -> None:
    done = _lint_imports(house.ROOT)
    assert done.returncode == 0, done.stdout


def test_an_import_upwards_is_found(tmp_path: Path) -> None:
    _copy_house(tmp_path)
    planted = tmp_path / "logistics" / "journal" / "planted.py"
    planted.write_text("from logistics.parcels import models\n", encoding="utf-8")
    done = _lint_imports(tmp_path)
    assert done.returncode != 0
    assert "logistics.journal.planted -> logistics.parcels.models" in done.stdout


def test_files_are_short() -> None:
    sizes = [text.count("\n") for path, text in _texts().items() if text.strip() and path != house.SINGLE_FILE]
    assert (
        house.too_long(
            sizes, median=house.FILE_LINES_MEDIAN_MAX, p90=house.FILE_LINES_P90_MAX, longest=house.FILE_LINES_MAX
        )
        == []
    )


def test_the_auditor_s_program_can_be_read_in_an_hour() -> None:
    assert house.SINGLE_FILE.read_text(encoding="utf-8").count("\n") <= house.SINGLE_FILE_LINES_MAX


def test_functions_are_short() -> None:
    sizes = [size for text in _texts().values() for size in house.sizes_of_functions(text)]
    assert (
        house.too_long(
            sizes,
            median=house.FUNCTION_LINES_MEDIAN_MAX,
            p90=house.FUNCTION_LINES_P90_MAX,
            longest=house.FUNCTION_LINES_MAX,
        )
        == []
    )


def test_a_long_function_is_found() -> None:
    sizes = house.sizes_of_functions("def long() -> None:\n" + "    pass\n" * 61)
    assert house.too_long(sizes, median=8, p90=28, longest=60) == [
        "median: 62 lines, 8 allowed",
        "90th percentile: 62 lines, 28 allowed",
        "longest: 62 lines, 60 allowed",
    ]


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (house.signals_in, "@receiver(post_save)\ndef listen(): ...\n"),
        (house.loose_ends_in, "# TODO: later\n"),
        (house.bare_exceptions_in, "x = 1  # noqa: E501\n"),
        (house.undocumented_in, "def shown():\n    return 1\n"),
    ],
)
def test_a_rule_holds_everywhere_and_bites(rule, planted: str) -> None:  # type: ignore[no-untyped-def] -- four rules
    assert rule(planted)
    assert {str(path): found for path, text in _texts().items() if (found := rule(text))} == {}


def test_names_say_what_they_mean() -> None:
    assert house.bad_names_in(Path("logistics/stock/utils.py"), "def handle_x(): ...\n") == ["utils", "handle_x"]
    assert {str(path): found for path, text in _texts().items() if (found := house.bad_names_in(path, text))} == {}


def test_doors_write_no_rows() -> None:
    assert house.writes_in("Parcel.objects.create(state='PACKED')") != []
    doors = [path for path in house.source_files() if "web" in path.parts or "v1" in path.parts]
    assert doors
    assert {str(path): found for path in doors if (found := house.writes_in(path.read_text(encoding="utf-8")))} == {}


# Who notes when a key was last used or a device last seen: that is no change of it. Nor is how an endpoint fares from
# call to call (`settle`; that it is disabled is noted by `_disable`), nor a test that is sent to it, nor by which
# name a new giver is found.
NOTED_ELSEWHERE = {"note_use", "note_seen", "note_told", "settle", "send_test", "_release_name"}


def test_no_action_forgets_the_history_of_master_data() -> None:
    masters = [model.__name__ for model in master_models()]
    planted = "def register_donor():\n    return Donor.objects.filter(id=1).update(name='x')\n"
    assert house.unnoted_writes_in(planted, masters) == ["register_donor"]
    planted = "def change_person(person: Person):\n    person.save()\n"
    assert house.unnoted_writes_in(planted, masters) == ["change_person"]
    writers = [text for path, text in _texts().items() if "cases" not in path.parts]
    found = [name for text in writers for name in house.unnoted_writes_in(text, masters)]
    assert sorted(set(found) - NOTED_ELSEWHERE) == []


def test_everything_with_a_code_and_a_name_is_master_data() -> None:
    assert {model for model in house.own_models() if issubclass(model, Named)} <= set(master_models())


def test_no_two_files_of_tests_share_a_name() -> None:
    # Folders of tests are no packages, so a second file of a name is not collected and ends the whole run.
    names = [
        path.name for path in (house.ROOT / "tests").rglob("test_*.py") if not (path.parent / "__init__.py").exists()
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_refusal_codes_are_unique_and_speak_both_languages() -> None:
    _import_everything()
    kinds = list(every_refusal())
    codes = [kind.code for kind in kinds]
    assert len(codes) > 30
    assert sorted(set(codes)) == sorted(codes)
    for kind in kinds:
        assert kind.code == kind.code.lower()
        assert any("\u4e00" <= sign <= "\u9fff" for sign in kind.zh), kind
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in kind.en), kind


def test_a_second_refusal_with_the_same_code_is_found() -> None:
    class Planted(Refusal):
        code = "bad_check"
        zh = "种"
        en = "planted"

    codes = [kind.code for kind in every_refusal()]
    assert codes.count("bad_check") >= 2
    del Planted


@pytest.mark.django_db
def test_every_declared_trigger_is_present() -> None:
    assert len(declared_triggers()) > 40
    assert absent_triggers() == []


def test_a_dropped_trigger_is_found(committed_database: str) -> None:
    as_owner(committed_database, drop_trigger("journal_entry", "journal_entry_no_update"))
    assert absent_triggers() == ["journal_entry_no_update"]
    with pytest.raises(TriggersAbsent, match="journal_entry_no_update"):
        require_triggers()


def _lint_imports(root: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)


def _copy_house(target: Path) -> None:
    for name in (*house.ROOMS, "pyproject.toml"):
        subprocess.run(["cp", "-r", str(house.ROOT / name), str(target / name)], check=True)


def _import_everything() -> None:
    import importlib

    for path in house.source_files():
        parts = path.relative_to(house.ROOT).with_suffix("").parts
        if parts[-1] not in {"__init__", "wsgi", "asgi"} and "setup" not in parts:
            importlib.import_module(".".join(parts))


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (house.ROOT / "docs" / "decisions").glob("*.md")]
    assert sorted(numbers) == [f"{number:04}" for number in range(1, len(numbers) + 1)]
