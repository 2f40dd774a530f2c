"""The scan station's files: what is sent, under which policy, how large, and that others' programs are untouched."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import brotli
import pytest
from django.test import Client

from logistics.web.station_files import FOLDER, WORKER, shell_names, station_files, station_version
from tests.architecture.house import ROOT

SHELL_BYTES_MAX = 500_000
VENDORS = [FOLDER / "vendor", ROOT / "tests" / "browser" / "vendor"]
FREE = {"MIT", "MPL-2.0"}


def changed_files(folder: Path) -> list[str]:
    """List the files of others that are not as they were published, and those that nobody has written down."""
    rows = json.loads((folder / "vendored.json").read_text(encoding="utf-8"))
    known = {name: digest for row in rows for name, digest in row["files"].items()}
    programs = [path for path in folder.iterdir() if path.suffix in {".js", ".wasm"}]
    return [path.name for path in programs if hashlib.sha256(path.read_bytes()).hexdigest() != known.get(path.name)]


@pytest.mark.parametrize("folder", VENDORS, ids=lambda path: path.parts[-3])
def test_programs_of_others_are_as_they_were_published(folder: Path) -> None:
    assert changed_files(folder) == []
    for row in json.loads((folder / "vendored.json").read_text(encoding="utf-8")):
        assert row["licence"] in FREE
        assert (
            "Permission is hereby granted" in (text := (folder / row["licence_file"]).read_text()) or "Mozilla" in text
        )


def test_a_changed_program_is_found(tmp_path: Path) -> None:
    (tmp_path / "vendored.json").write_text(json.dumps([{"files": {"a.js": hashlib.sha256(b"a").hexdigest()}}]))
    (tmp_path / "a.js").write_bytes(b"b")
    (tmp_path / "stranger.js").write_bytes(b"")
    assert sorted(changed_files(tmp_path)) == ["a.js", "stranger.js"]


@pytest.mark.django_db
def test_the_shell_is_small_enough_for_a_mountain() -> None:
    # What a browser asks for on a secure page; without one there is no service worker that keeps the shell.
    client, sent = Client(headers={"accept-encoding": "gzip, deflate, br, zstd"}), 0
    for path in [
        "/scan/",
        "/scan/worker.js?module",
        *(f"/scan/app/{station_version()}/{name}" for name in shell_names()),
    ]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        sent += len(answer.content)
    assert 0 < sent <= SHELL_BYTES_MAX, f"{sent} bytes"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, br", "br"), ("br;q=0, gzip", "gzip"), ("gzip", "gzip"), ("", ""), ("brr", ""), ("br;q=0.5", "br")],
)
def test_the_decoder_comes_as_small_as_the_browser_takes_it(accepted: str, encoding: str) -> None:
    name = "vendor/zxing_reader.wasm"
    answer = Client(headers={"accept-encoding": accepted}).get(f"/scan/app/{station_version()}/{name}")
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert unpack(answer.content) == (FOLDER / name).read_bytes()


@pytest.mark.django_db
def test_everybody_gets_the_same_shell_under_a_strict_policy() -> None:
    answer = Client().get("/scan/")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["default-src"] == "'self'"
    assert "unsafe-inline" not in str(policy) and "'unsafe-eval'" not in str(policy)
    page = answer.content.decode()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", page)
    assert answer.content == Client(headers={"accept-language": "en"}).get("/scan/").content
    # The rest of the house compiles nothing.
    assert "wasm" not in Client().get("/").headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_file_is_sent_packed_or_plain_and_only_of_this_version() -> None:
    path = f"/scan/app/{station_version()}/main.js"
    packed = Client(headers={"accept-encoding": "gzip, br"}).get(path)
    plain = Client(headers={"accept-encoding": "identity"}).get(path)
    assert gzip.decompress(packed.content) == plain.content == (FOLDER / "main.js").read_bytes()
    assert "immutable" in plain.headers["Cache-Control"]
    for wrong in ("/scan/app/000000000000/main.js", f"/scan/app/{station_version()}/nothing.js"):
        assert Client().get(wrong).status_code == 404
    assert Client().get(f"/scan/app/{station_version()}/../station.py").status_code == 404
    assert Client().post(path).status_code == 405


@pytest.mark.django_db
def test_the_service_worker_keeps_every_file_and_names_its_version() -> None:
    text = Client().get("/scan/worker.js").content.decode()
    kept = json.loads(text.splitlines()[0].removeprefix("const KEPT = ").removesuffix(";"))
    assert kept["version"] == station_version()
    assert [path.rsplit(f"{station_version()}/", 1)[1] for path in kept["files"]] == shell_names()
    assert WORKER not in shell_names() and {"main.js", "vendor/zxing_reader.wasm"} <= set(shell_names())


@pytest.mark.django_db
def test_a_worker_of_modules_is_the_same_and_sends_in_the_background() -> None:
    plain, module = (Client().get(f"/scan/worker.js{more}").content.decode() for more in ("", "?module"))
    assert module == f'{plain}import "/scan/app/{station_version()}/background.js";\n'
    assert Client().get(module.rsplit('"', 2)[1]).status_code == 200


@pytest.mark.django_db
def test_the_page_can_be_installed() -> None:
    sent = Client().get("/scan/manifest.webmanifest").json()
    assert sent["scope"] == sent["start_url"] == "/scan/"
    for icon in sent["icons"]:
        assert Client().get(icon["src"]).status_code == 200


def test_every_module_that_is_named_is_there() -> None:
    for name, file in station_files().items():
        if name.endswith(".js") and "/" not in name:
            for wanted in re.findall(r'(?:from |import\()"\./([^"]+)"', file.plain.decode()):
                assert wanted in station_files(), f"{name} asks for {wanted}"


def test_modules_are_short_and_say_what_they_are() -> None:
    for path in FOLDER.glob("*.js"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 250, path.name
        assert lines[0].startswith("// ") and max(map(len, lines)) <= 150, path.name
