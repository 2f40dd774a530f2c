"""Where the sign-ins of the demonstration are kept."""

from pathlib import Path

from django.conf import settings


def sign_ins_path() -> Path:
    """Return the file that lists them; `up` prints it."""
    return Path(settings.DATA_DIR) / "demo-sign-ins.txt"
