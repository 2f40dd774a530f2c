"""The table of divisions by command: an edition, all or none, in either encoding."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from logistics.households.divisions import name_of_division
from logistics.households.family_models import Division
from logistics.management.commands import import_divisions

ROWS = "code,name\n411281001,示例街道\n411281002,样例街道\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_edition_comes_in(db: None, tmp_path: Path, encoding: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "divisions.csv"
    file.write_bytes(ROWS.encode(encoding))
    call_command("import_divisions", file, edition="2026")
    assert name_of_division("411281001") == "示例街道"
    call_command("import_divisions", file, edition="2026")
    assert capsys.readouterr().out.splitlines() == ["2026: 2 added, 0 renamed", "2026: 0 added, 0 renamed"]


@pytest.mark.parametrize(("rows", "edition"), [("41128,短", "2026"), (ROWS, " "), (ROWS, "年" * 25), ("\xff", "2026")])
def test_what_cannot_be_read_changes_nothing(db: None, tmp_path: Path, rows: str, edition: str) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text(rows, encoding="utf-8")
    before = Division.objects.count()
    with pytest.raises(CommandError):
        call_command("import_divisions", file, edition=edition)
    with pytest.raises(CommandError):
        call_command("import_divisions", tmp_path / "absent.csv", edition="2026")
    assert Division.objects.count() == before


def test_a_file_has_a_limit(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text(ROWS, encoding="utf-8")
    size = file.stat().st_size
    monkeypatch.setattr(import_divisions, "FILE_BYTES_MAX", size)
    call_command("import_divisions", file, edition="2026")
    monkeypatch.setattr(import_divisions, "FILE_BYTES_MAX", size - 1)
    with pytest.raises(CommandError, match="at most"):
        call_command("import_divisions", file, edition="2027")
