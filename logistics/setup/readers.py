"""Strict readers for settings: a wrong value stops with a sentence that says what to write instead."""

import ipaddress
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# A longer host makes a larger symbol, which a small label has no room for.
HOST_LENGTH_MAX = 16
SECRET_BYTES = 32
MAIL_SECONDS = 10
WHOLE_MAX = 1_000_000_000


class SettingWrong(SystemExit):
    """A setting cannot be used as it is written."""

    def __init__(self, name: str, wanted: str) -> None:
        super().__init__(f"{name}: {wanted}")


def text(name: str, default: str = "") -> str:
    """Read a text from the environment, or from the file that `<name>_FILE` names."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingWrong(f"{name}_FILE", f"cannot be read ({error.strerror}).") from None
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """Read yes or no."""
    value = text(name, "1" if default else "0").lower()
    if value not in {"1", "0", "true", "false", "yes", "no"}:
        raise SettingWrong(name, "write 1 or 0.")
    return value in {"1", "true", "yes"}


def choice(name: str, choices: tuple[str, ...]) -> str:
    """Read one of a few words, the first by default."""
    value = text(name, choices[0]).lower()
    if value not in choices:
        raise SettingWrong(name, f"write {' or '.join(choices)}.")
    return value


def whole(name: str, default: int, most: int = WHOLE_MAX) -> int:
    """Read a whole number above zero."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not 0 < int(value) <= most:
        raise SettingWrong(name, f"write a whole number from 1 to {most}.")
    return int(value)


def networks(name: str, default: str) -> list[str]:
    """Read networks such as 10.8.0.0/16, separated by commas."""
    found = [part.strip() for part in text(name, default).split(",") if part.strip()]
    try:
        return [str(ipaddress.ip_network(part)) for part in found]
    except ValueError:
        raise SettingWrong(name, "write networks such as 10.8.0.0/16, separated by commas.") from None


def host(name: str, default: str) -> str:
    """Read the host that printed codes name, in upper case."""
    value = text(name, default).upper()
    if not re.fullmatch(r"[A-Z0-9.:-]+", value) or len(value) > HOST_LENGTH_MAX:
        raise SettingWrong(name, f"write a host of letters, digits, dots and hyphens, at most {HOST_LENGTH_MAX}.")
    return value


def mark(name: str, keys: Path) -> str:
    """Read the installation's two-character mark, made once and kept with the keys."""
    value = text(name) or kept(keys / "mark", lambda: "".join(secrets.choice(_ALPHABET) for _ in range(2)))
    if len(value) != 2 or any(sign not in _ALPHABET for sign in value):
        raise SettingWrong(name, "write two characters of Crockford's base 32, such as 7K.")
    return value


def secret(name: str, keys: Path) -> str:
    """Read a secret, made once and kept with the keys where the environment gives none."""
    return text(name) or kept(keys / name.lower(), lambda: secrets.token_hex(SECRET_BYTES))


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return what a file of mode 0600 keeps, making it once."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(made := make())
    return made


PREPARED_FROM = 5
SQLITE_LOG_PAGES, SQLITE_CACHE_KIB = 4_000, 32_000


def database(url: str, data: Path) -> dict[str, object]:
    """Read a database address: `postgresql://user:password@host:port/name`, or `sqlite:///path`; SQLite by default."""
    if not url:
        return _sqlite(data / "nuanliu.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise SettingWrong("DATABASE_URL", "write postgresql://user:password@host:port/name or sqlite:///path.")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    # What `storage.statements` sends so often on a connection is planned once; 0: never, for an older pooler.
    prepared_from = int(query.pop("prepare_threshold", PREPARED_FROM)) or None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or query.pop("host", "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}, "prepare_threshold": prepared_from, **query},
    }


def mail(url: str) -> dict[str, object]:
    """Read where mail goes out: `smtp://user:password@host:port`, or `smtps://` with TLS from the first byte."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SettingWrong("EMAIL_URL", "write smtp://user:password@host:port or smtps://user:password@host:port.")
    is_tls = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if is_tls else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_tls,
        "EMAIL_TIMEOUT": MAIL_SECONDS,
    }


def _sqlite(path: Path) -> dict[str, object]:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Measured: without IMMEDIATE a read that turns into a write fails at once; with synchronous=NORMAL acknowledged
    # entries are lost in a power cut; without recursive_triggers INSERT OR REPLACE walks past delete triggers.
    init = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
    # What was erased is written over, not only given free.
    init += " PRAGMA secure_delete=ON;"
    # Measured: a tenth faster when 16 MB of log are moved at once and 32 MB of pages are kept.
    init += f" PRAGMA wal_autocheckpoint={SQLITE_LOG_PAGES}; PRAGMA cache_size=-{SQLITE_CACHE_KIB};"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": init},
    }
