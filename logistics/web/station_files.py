"""The files of the scan station: read and compressed once a process, and named together by a hash of them all.

Every file stands under one version, so that a page never mixes an old module with a new one, and the service worker
keeps a version whole or not at all.
"""

import functools
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "station"
VERSION_LENGTH = 12
KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_PACKED_ALREADY = frozenset({".png"})
# Served at an address of its own, since its folder is what it may answer for.
WORKER = "worker.js"
# What the service worker loads where it may load modules.
BACKGROUND = "background.js"


@dataclass(frozen=True)
class StationFile:
    """One file as it is sent."""

    kind: str
    plain: bytes
    packed: bytes | None
    # By Brotli, which makes the decoder a fifth smaller; packed once and kept beside the file, since it is slow.
    brotli: bytes | None = None


@functools.cache
def station_files() -> Mapping[str, StationFile]:
    """Read every file that the page may ask for, by its name below the version."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.suffix in KINDS)
    return {path.relative_to(FOLDER).as_posix(): _read(path) for path in paths}


@functools.cache
def station_version() -> str:
    """Name what all files together hold."""
    digest = hashlib.sha256()
    for name, file in station_files().items():
        digest.update(f"{name}\n{len(file.plain)}\n".encode())
        digest.update(file.plain)
    return digest.hexdigest()[:VERSION_LENGTH]


def shell_names() -> list[str]:
    """List what the service worker keeps: everything but itself."""
    return [name for name in station_files() if name != WORKER]


def _read(path: Path) -> StationFile:
    plain = path.read_bytes()
    packed = None if path.suffix in _PACKED_ALREADY else gzip.compress(plain, compresslevel=9, mtime=0)
    smaller = path.with_name(f"{path.name}.br")
    return StationFile(KINDS[path.suffix], plain, packed, smaller.read_bytes() if smaller.exists() else None)
