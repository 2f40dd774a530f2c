"""Write a bundle: one file after the other, part by part, the same bytes for the same books and the same question."""

import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings

from logistics.ledgers.formats import written
from logistics.ledgers.reads import LEDGERS
from logistics.press.bundles import log_files
from logistics.press.bundles.book import book_pdf
from logistics.press.bundles.bundle import Asked, Bundle
from logistics.press.bundles.readme import readme
from logistics.press.bundles.sample import sample_csv
from logistics.press.bundles.tracing import trace_csv
from logistics.press.bundles.workbook import workbook

FORMAT = "nuanliu-bundle-1"
# No clock: a ZIP cannot name an earlier moment than this.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644
VERIFIER = Path(__file__).with_name("verify.py")
Tell = Callable[[int, int], None]


class BundleFile(NamedTuple):
    """One file of a bundle: its name, and who writes it."""

    name: str
    write: Callable[[Bundle], Iterator[bytes]]


def _ledger(name: str, form: str) -> Callable[[Bundle], Iterator[bytes]]:
    return lambda bundle: written(name, form, bundle.scope)


def _text(language: str) -> Callable[[Bundle], Iterator[bytes]]:
    return lambda bundle: iter([readme(bundle, language).encode()])


# What `verify.py` reads comes first; then what people read.
LOG_FILES = (
    BundleFile("leaves.jsonl", log_files.leaf_lines),
    BundleFile("checkpoints.jsonl", log_files.checkpoint_lines),
    BundleFile("checkpoint.txt", lambda bundle: iter([bundle.checkpoint.note.encode()])),
    BundleFile("verifier-key.txt", log_files.verifier_key_line),
    BundleFile("vouchers.jsonl", log_files.voucher_lines),
    BundleFile("opening.jsonl", log_files.opening_lines),
    BundleFile("closing.jsonl", log_files.closing_lines),
    BundleFile("verify.py", lambda bundle: iter([VERIFIER.read_bytes()])),
)
OLD_FILES = (
    BundleFile("checkpoint-old.txt", lambda bundle: iter([bundle.asked.old_checkpoint.encode()])),
    BundleFile("consistency.txt", log_files.consistency_lines),
)
PEOPLE_FILES = (
    BundleFile("README.zh.md", _text("zh")),
    BundleFile("README.en.md", _text("en")),
    *(BundleFile(f"{name}.csv", _ledger(name, "csv")) for name in LEDGERS),
    BundleFile("traces.csv", trace_csv),
    BundleFile("book.xlsx", workbook),
    BundleFile("book.beancount", _ledger("journal", "beancount")),
    BundleFile("book.journal", _ledger("journal", "hledger")),
    BundleFile("book.pdf", book_pdf),
)
SAMPLE_FILE = BundleFile(
    "sample.csv", lambda bundle: sample_csv(bundle.scope, seed=bundle.asked.seed, size=bundle.asked.sample_size)
)


def files_of(bundle: Bundle) -> list[BundleFile]:
    """List the files of a bundle, in the order in which they are written."""
    old = OLD_FILES if bundle.old else ()
    return [*LOG_FILES, *old, *PEOPLE_FILES, *((SAMPLE_FILE,) if bundle.asked.seed else ())]


def files_count(asked: Asked) -> int:
    """Count the files that a bundle will have, its manifest left out."""
    old = len(OLD_FILES) if asked.old_checkpoint else 0
    return len(LOG_FILES) + old + len(PEOPLE_FILES) + bool(asked.seed)


def write_bundle(asked: Asked, out: Path, tell: Tell = lambda done, total: None) -> str:
    """Write a bundle whole or not at all; returns its SHA-256. `tell` hears (files written, files in all).

    Refuses CheckpointMissing, EntriesUnsealed, LogBroken.
    """
    bundle = Bundle(asked)
    files = files_of(bundle)
    waiting = out.with_name(f"{out.name}.part")
    try:
        with zipfile.ZipFile(waiting, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            listed = []
            for number, file in enumerate(files):
                tell(number, len(files))
                listed.append(_added(archive, file.name, file.write(bundle)))
            _added(archive, "manifest.json", iter([manifest_of(bundle, listed)]))
        waiting.replace(out)
    finally:
        waiting.unlink(missing_ok=True)
    tell(len(files), len(files))
    with out.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def manifest_of(bundle: Bundle, listed: Sequence[dict[str, str | int]]) -> bytes:
    """Say what the bundle covers and which files it has."""
    asked = bundle.asked
    fields = {
        "format": FORMAT,
        "version": settings.VERSION,
        "origin": settings.LOG_ORIGIN,
        "organisation": asked.organisation.code,
        "organisations": [str(organisation.id) for organisation in bundle.organisations],
        "is_whole": bundle.is_whole,
        "from": asked.from_on.isoformat(),
        "to": asked.until.isoformat(),
        "known_at": bundle.known_at.astimezone(dt.UTC).isoformat(),
        "checkpoint_size": bundle.checkpoint.size,
        "seed": asked.seed,
        "sample_size": asked.sample_size if asked.seed else 0,
        "files": listed,
    }
    return json.dumps(fields, ensure_ascii=False, indent=1).encode() + b"\n"


def _added(archive: zipfile.ZipFile, name: str, parts: Iterator[bytes]) -> dict[str, str | int]:
    info = zipfile.ZipInfo(name, ZIP_EPOCH)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, READABLE << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as stream:
        for part in parts:
            digest.update(part)
            size += _write(stream, part)
    return {"name": name, "bytes": size, "sha256": digest.hexdigest()}


def _write(stream: IO[bytes], part: bytes) -> int:
    return stream.write(part)
