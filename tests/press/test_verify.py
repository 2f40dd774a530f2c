"""The auditor's program: it finds nothing in sound books, and stands on the standard library of an old Python alone."""

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from logistics.journal.log import SignedCheckpoint
from logistics.journal.models import SOURCES, WITHOUT_VOUCHER
from logistics.journal.sealing import latest_checkpoint, log_verifier_key
from logistics.kernel.checkpoints import verifier_key
from logistics.press.bundles import verify
from logistics.press.bundles.making import VERIFIER
from tests.books import fill_book, seal_all
from tests.cast import World
from tests.press.bundles import bundle_of, judged, judged_apart

OLDEST = (3, 8)


@pytest.fixture
def filled(world: World) -> World:
    """Books in which every kind of row stands, sealed in small batches."""
    fill_book(world)
    seal_all(world, limit=7)
    return world


def test_sound_books_hold(filled: World, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(SignedCheckpoint.objects.order_by("size")[2].note, encoding="utf-8")
    verdict = judged(bundle_of(filled, tmp_path), "--checkpoint", str(kept))
    assert verdict.code == 0, verdict.words
    assert str(latest_checkpoint().size) in verdict.words
    assert "--key" not in verdict.words and "--checkpoint" not in verdict.words


def test_it_runs_alone_on_the_oldest_python_that_is_here(filled: World, tmp_path: Path) -> None:
    path = bundle_of(filled, tmp_path)
    # The project's own is there in any case; what older ones understand is asked below, whether one is there or not.
    for python in (*_old_pythons(), sys.executable):
        verdict = judged_apart(path, python=python)
        assert verdict.code == 0, f"{python}: {verdict.words}"
        assert "--key" in verdict.words, "without a key from elsewhere it says so"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert judged(tmp_path / "unpacked").code == 0


def _old_pythons() -> list[str]:
    """List interpreters of the oldest version that really start: in the path, or where pyenv keeps them."""
    name = "python" + ".".join(map(str, OLDEST))
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(name), *map(str, sorted(kept.glob(f"{name.removeprefix('python')}*/bin/{name}")))]
    return [path for path in found if path and not subprocess.run([path, "-V"], capture_output=True).returncode]


def test_it_is_written_for_an_old_python_and_imports_the_standard_library_alone(tmp_path: Path) -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=OLDEST)
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)
    assert _beyond_old_pythons(VERIFIER) == ""
    # What the grammar does not show: a method and an operator that came a version later.
    planted = tmp_path / "planted.py"
    planted.write_text("print('ab'.removeprefix('a'))\nprint({1: 2} | {3: 4})\n", encoding="utf-8")
    assert "removeprefix" in _beyond_old_pythons(planted)


def _beyond_old_pythons(path: Path) -> str:
    """Say which lines need a Python newer than the oldest that auditors have."""
    command = [str(Path(sys.executable).with_name("vermin")), f"-t={'.'.join(map(str, OLDEST))}-", "--violations"]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_it_knows_the_books_kinds() -> None:
    assert {str(kind) for kind in SOURCES} == verify.SOURCES
    assert {str(kind) for kind in WITHOUT_VOUCHER} == verify.WITHOUT_VOUCHER


# RFC 8032, section 7.1: key, message, signature.
ED25519 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), ED25519)
def test_signatures_are_verified_as_the_standard_says(key: str, message: str, signature: str) -> None:
    raw, text, signed = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert verify.is_signed(raw, text, signed)
    assert not verify.is_signed(raw, text + b"x", signed)
    assert not verify.is_signed(raw, text, signed[:32] + bytes(32))
    assert not verify.is_signed(raw, text, bytes([signed[0] ^ 1]) + signed[1:])
    assert not verify.is_signed(raw, text, signed[:-1])
    # A signature plus the order of the group signs the same for whoever forgets to look.
    lifted = int.from_bytes(signed[32:], "little") + verify.L
    assert not verify.is_signed(raw, text, signed[:32] + lifted.to_bytes(32, "little"))


def test_another_key_opens_nothing(filled: World, tmp_path: Path) -> None:
    other = verifier_key(log_verifier_key().split("+")[0], bytes.fromhex(ED25519[0][0]))
    verdict = judged(bundle_of(filled, tmp_path), "--key", other)
    assert (verdict.code, verdict.fault) == (1, "signature_wrong")


@pytest.mark.parametrize("damage", ["changed", "added", "missing", "no manifest", "no ZIP"])
def test_a_bundle_that_was_handled_badly_is_told_from_one_that_was_forged(
    filled: World, tmp_path: Path, damage: str
) -> None:
    path, other = bundle_of(filled, tmp_path), tmp_path / "other.zip"
    if damage == "no ZIP":
        other.write_bytes(b"no ZIP")
    else:
        _rewritten(path, other, damage)
    verdict = judged(other)
    assert verdict.code == (2 if damage.startswith("no") and damage != "no manifest" else 1), verdict.words
    if verdict.code == 1:
        assert verdict.fault == "file_changed"


def _rewritten(path: Path, other: Path, damage: str) -> None:
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(other, "w") as copy:
        for name in archive.namelist():
            if damage == "missing" and name == "vouchers.csv":
                continue
            if damage == "no manifest" and name == "manifest.json":
                continue
            more = b"\n" if damage == "changed" and name == "journal.csv" else b""
            copy.writestr(name, archive.read(name) + more)
        if damage == "added":
            copy.writestr("more.txt", "more")


def test_it_speaks_chinese_too(filled: World, tmp_path: Path) -> None:
    assert "全部相符" in judged(bundle_of(filled, tmp_path), "--lang", "zh").words


@pytest.mark.parametrize("code", [code for code, texts in verify.TEXTS.items() if texts[2] != "-"])
def test_every_fault_says_what_to_do_in_both_languages(code: str) -> None:
    zh, en, advice = verify.TEXTS[code]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in zh + verify.TEXTS[advice][0])
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in en + verify.TEXTS[advice][1])
