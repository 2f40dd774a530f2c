"""The bundle: the same bytes for the same question, whole or not at all, and nothing of a person in it."""

import csv
import datetime as dt
import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from logistics.journal.log import EVERYBODY, SealedLeaf, SignedCheckpoint, UnsealedLeaf
from logistics.journal.models import JournalEntry
from logistics.journal.sealing import CheckpointMissing, latest_checkpoint
from logistics.kernel.merkle import is_consistent
from logistics.ledgers.reads import LEDGERS
from logistics.parties.actions import register_donor
from logistics.press.bundles import verify
from logistics.press.bundles.bundle import (
    Asked,
    BundlePeriodWrong,
    EntriesUnsealed,
    OldCheckpointUnknown,
    SampleOutOfBounds,
)
from logistics.press.bundles.making import LOG_FILES, BundleFile, write_bundle
from tests.books import fill_book, seal_all
from tests.cast import World
from tests.looking import nothing_written
from tests.press.bundles import FIRST, LAST, bundle_of, judged


@pytest.fixture
def filled(world: World) -> World:
    """Books in which every kind of row stands, with another county beside it, sealed."""
    register_donor(organisation=world.stranger_county, kind="PERSON", name="示例邻县捐赠人")
    fill_book(world)
    seal_all(world, limit=9)
    return world


def _read(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8-sig")


def _lines(path: Path) -> Iterator[dict[str, object]]:
    return (json.loads(line) for line in _read(path, "leaves.jsonl").splitlines())


def test_the_same_question_gives_the_same_bytes(filled: World, tmp_path: Path) -> None:
    first = bundle_of(filled, tmp_path, name="a.zip", seed="骰子", sample_size=3)
    second = bundle_of(filled, tmp_path, name="b.zip", seed="骰子", sample_size=3)
    assert first.read_bytes() == second.read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_what_was_known_then_gives_the_same_bytes_for_ever(filled: World, tmp_path: Path) -> None:
    first = bundle_of(filled, tmp_path, name="a.zip", known_at=filled.now)
    later = filled.now + dt.timedelta(days=9)
    filled.now = later
    filled.give_money(12_300)
    seal_all(filled)
    second = bundle_of(filled, tmp_path, name="b.zip", known_at=later - dt.timedelta(days=9))
    for name in (
        *(file.name for file in LOG_FILES),
        "journal.csv",
        "vouchers.csv",
        "trial-balance.csv",
        "book.journal",
    ):
        assert _read(first, name) == _read(second, name), name
    assert judged(first).code == 0
    whole = bundle_of(filled, tmp_path, name="c.zip")
    assert whole.read_bytes() != first.read_bytes()
    assert judged(whole).code == 0


def test_it_has_every_ledger_and_the_manifest_names_every_file(filled: World, tmp_path: Path) -> None:
    path = bundle_of(filled, tmp_path, seed="s")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    manifest = json.loads(_read(path, "manifest.json"))
    assert [row["name"] for row in manifest["files"]] == names[:-1]
    assert {f"{name}.csv" for name in LEDGERS} <= set(names)
    assert {"README.zh.md", "README.en.md", "book.xlsx", "book.beancount", "book.journal", "sample.csv"} <= set(names)
    assert manifest["checkpoint_size"] == latest_checkpoint().size
    assert "{" not in _read(path, "README.zh.md") + _read(path, "README.en.md")


def test_other_bodies_leaves_are_bare_hashes_and_own_numbers_show_that_none_is_hidden(
    filled: World, tmp_path: Path
) -> None:
    path = bundle_of(filled, tmp_path)
    sealed = {row.id: row for row in SealedLeaf.objects.select_related("leaf")}
    own = {filled.county.id, EVERYBODY}
    shown = hidden = 0
    for number, line in enumerate(_lines(path)):
        assert line["hash"] == sealed[number].hash
        if sealed[number].organisation_id in own:
            shown += 1
            assert line["record"]["fact"]["kind"] == sealed[number].leaf.kind  # type: ignore[index]
        elif "record" not in line:
            hidden += 1
    assert shown > 20 and hidden
    assert str(filled.stranger_county.id) not in _read(path, "leaves.jsonl")
    # Who sees every body sees every leaf, and then a bare hash is a fault.
    whole = bundle_of(filled, tmp_path, name="whole.zip", organisation=filled.province)
    assert json.loads(_read(whole, "manifest.json"))["is_whole"] is True
    assert all("record" in line for line in _lines(whole))
    assert judged(whole).code == 0


def test_it_says_nothing_of_a_person(filled: World, tmp_path: Path) -> None:
    path = bundle_of(filled, tmp_path, seed="s")
    with zipfile.ZipFile(path) as archive:
        text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    for secret in ("示例家庭", "示例女童", "13800138000", "示例村一组", "示例捐赠人", "2014-06-01"):
        assert secret not in text
    assert filled.donor.reference in text


def test_the_old_checkpoint_is_proven_to_be_continued(filled: World, tmp_path: Path) -> None:
    old = SignedCheckpoint.objects.order_by("size")[1]
    path = bundle_of(filled, tmp_path, old_checkpoint=old.note)
    assert _read(path, "checkpoint-old.txt") == old.note
    proof = [verify.base64.b64decode(line) for line in _read(path, "consistency.txt").splitlines()]
    new = latest_checkpoint()
    assert is_consistent(old.size, new.size, proof, bytes.fromhex(old.root), bytes.fromhex(new.root))
    assert judged(path).code == 0


def test_the_sample_is_the_seed_s(filled: World, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(_read(bundle_of(filled, tmp_path, seed="a", sample_size=4), "sample.csv"))))
    assert 0 < len(rows) <= 4
    assert sum(int(row["命中次数 hits"]) for row in rows) == 4
    entries = JournalEntry.objects.in_bulk([row["分录号 entry"] for row in rows])
    assert len(entries) == len(rows)
    others = _read(bundle_of(filled, tmp_path, seed="b", sample_size=4), "sample.csv")
    again = _read(bundle_of(filled, tmp_path, seed="a", sample_size=4), "sample.csv")
    assert list(csv.DictReader(io.StringIO(again))) == rows
    assert others != again


@pytest.mark.parametrize("program", ["bean-check", "hledger"])
def test_independent_programs_read_its_books(filled: World, tmp_path: Path, program: str) -> None:
    path = bundle_of(filled, tmp_path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    beancount = Path(verify.sys.executable).with_name("bean-check")
    commands = {
        "bean-check": [str(beancount), str(tmp_path / "book.beancount")],
        "hledger": ["hledger", "-f", str(tmp_path / "book.journal"), "check", "-s"],
    }
    done = subprocess.run(commands[program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"from_on": dt.date(2027, 1, 1)}, BundlePeriodWrong),
        ({"as_of": dt.date(2025, 12, 31)}, BundlePeriodWrong),
        ({"seed": "x", "sample_size": 0}, SampleOutOfBounds),
        ({"seed": "x" * 201}, SampleOutOfBounds),
        ({"seed": "a\nb"}, SampleOutOfBounds),
        ({"old_checkpoint": "nuanliu.example/7k\n3\nAAAA\n"}, OldCheckpointUnknown),
        ({"old_checkpoint": "x"}, OldCheckpointUnknown),
    ],
)
def test_what_cannot_be_asked_is_refused(
    filled: World, tmp_path: Path, more: dict[str, object], refusal: type[Exception]
) -> None:
    with nothing_written(), pytest.raises(refusal):
        bundle_of(filled, tmp_path, **more)
    assert not list(tmp_path.iterdir())


def test_before_the_first_checkpoint_there_is_no_bundle(world: World, tmp_path: Path) -> None:
    with pytest.raises(CheckpointMissing):
        bundle_of(world, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_waits_to_be_sealed_is_waited_for(filled: World, tmp_path: Path) -> None:
    filled.give_money(500)
    with pytest.raises(EntriesUnsealed):
        bundle_of(filled, tmp_path, known_at=filled.now)
    # Without a moment asked for it ends with the last checkpoint.
    assert judged(bundle_of(filled, tmp_path)).code == 0


def test_the_command_seals_what_waits_and_writes_the_file(filled: World, tmp_path: Path) -> None:
    filled.give_money(500)
    out, output = tmp_path / "bundle.zip", io.StringIO()
    options = {"organisation": filled.county.code, "from_on": FIRST, "to_on": LAST, "out": out}
    call_command("make_bundle", stdout=output, **options)
    assert out.name in output.getvalue()
    assert not UnsealedLeaf.objects.exists()
    assert judged(out).code == 0
    with pytest.raises(CommandError, match="first day"):
        call_command("make_bundle", **{**options, "to_on": dt.date(2025, 1, 1)})
    with pytest.raises(CommandError, match="No such file"):
        call_command("make_bundle", **{**options, "out": tmp_path / "no" / "such.zip"})


def test_nothing_half_written_is_left(filled: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(bundle: object) -> Iterator[bytes]:
        yield b"begun"
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("logistics.press.bundles.making.files_of", lambda bundle: [BundleFile("leaves", broken)])
    asked = Asked(organisation=filled.county, from_on=FIRST, to_on=LAST)
    with pytest.raises(RuntimeError):
        write_bundle(asked, tmp_path / "bundle.zip")
    assert not list(tmp_path.iterdir())
