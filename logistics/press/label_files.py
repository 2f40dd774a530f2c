"""Files of labels: written whole and down to the disk before anybody may have them."""

import hashlib
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from logistics.kernel.refusals import Unacceptable
from logistics.storage.rows import new_id

FOLDER = "labels"


class FileUnwritten(Unacceptable):
    code = "file_unwritten"
    zh = "文件写不下来：{why}。"
    en = "The file could not be written: {why}."


def written(batch_id: uuid.UUID, data: bytes) -> tuple[str, str]:
    """Write a file of a batch that never stood before; returns its path in the folder of files, and its SHA-256.

    Refuses FileUnwritten where the disk is full; then nothing of it is left.
    """
    path = f"{FOLDER}/{batch_id}-{new_id().hex}.pdf"
    _write(path_of(path), data)
    return path, hashlib.sha256(data).hexdigest()


def picture_written(path: str, png: bytes) -> None:
    """Write the picture of a file's first sheet beside it. Refuses FileUnwritten."""
    _write(path_of(path).with_suffix(".png"), png)


def path_of(path: str) -> Path:
    """Return where a file lies."""
    return Path(settings.MEDIA_ROOT) / path


def forget_files(batch_id: uuid.UUID, kept: Iterable[str]) -> None:
    """Take away what a batch left half made: every file of it but those that it released."""
    names = {Path(path).stem for path in kept}
    for path in path_of(FOLDER).glob(f"{batch_id}-*"):
        if path.stem not in names:
            path.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise FileUnwritten(why=error.strerror or "") from None
