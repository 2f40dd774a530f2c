"""A canary in a family, searched for in whatever leaves this installation or lies in it, as bytes."""

import base64
import io
import json
import subprocess
import urllib.parse
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection

from tests.databases import OWNER_URL, is_postgresql
from tests.papers import words_of

# As people may have written it, and as programs write it again.
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
# Fewer bytes than these stand somewhere by chance.
NEEDLE_BYTES_MIN = 6


def needles(secrets: Mapping[str, str]) -> dict[bytes, str]:
    """Write each secret as it may stand in bytes; the values say which secret it is."""
    found: dict[bytes, str] = {}
    for name, secret in secrets.items():
        written = {secret.encode(encoding) for encoding in ENCODINGS}
        written |= {json.dumps(secret).strip('"').encode(), urllib.parse.quote(secret).encode()}
        written |= set(_in_base64(secret.encode()))
        found |= {needle: name for needle in written if len(needle) >= NEEDLE_BYTES_MIN}
    return found


def _in_base64(secret: bytes) -> Iterator[bytes]:
    """Yield the middle of a secret in base64, wherever it begins in what was encoded."""
    for shift in range(3):
        yield base64.b64encode(bytes(shift) + secret)[4 : -4 or None]


def seen_in(data: bytes, wanted: Mapping[bytes, str]) -> list[str]:
    """Name the secrets that stand in some bytes, also inside of ZIPs and PDFs."""
    found = {name for needle, name in wanted.items() if needle in data}
    for part in _unpacked(data):
        found |= set(seen_in(part, wanted))
    return sorted(found)


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    elif data.startswith(b"%PDF"):
        yield words_of(data).encode()


def database_bytes(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the database as it lies on the disk: SQLite's files page by page, or PostgreSQL's dump."""
    if not is_postgresql():
        path = str(connection.settings_dict["NAME"])
        for suffix in ("", "-wal", "-shm"):
            if Path(path + suffix).exists():
                yield f"sqlite{suffix}", Path(path + suffix).read_bytes()
        return
    target = folder / "dump.sql"
    address = f"{OWNER_URL.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}"
    subprocess.run(["pg_dump", "--file", str(target), address], check=True, timeout=120)
    yield "postgresql", target.read_bytes()


def file_bytes() -> Iterator[tuple[str, bytes]]:
    """Yield every file that this installation keeps."""
    for path in sorted(Path(default_storage.location).rglob("*")):
        if path.is_file():
            yield str(path.name), path.read_bytes()
