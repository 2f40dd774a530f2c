"""The text of a key: `nuanliu_<prefix>_<secret>`, `nuanliu_test_<prefix>_<secret>` for a sandbox.

The fixed word lets scanners of secrets find a leaked one: `nuanliu_(?:test_)?[0-9a-z]{8}_[0-9a-z]{32}`.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from django.conf import settings

from logistics.partners.models import ApiKey, KeyKind

PREFIX_LENGTH, SECRET_LENGTH = 8, 32
KEY_PATTERN = r"nuanliu_(?:test_)?[0-9a-z]{8}_[0-9a-z]{32}"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_FORM = re.compile(r"nuanliu_(test_)?([0-9a-z]{8})_([0-9a-z]{32})")
_NOBODY = "0" * 64


@dataclass(frozen=True)
class KeyText:
    """The parts of a key."""

    is_test: bool
    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"nuanliu_{'test_' if self.is_test else ''}{self.prefix}_{self.secret}"


def new_text(*, is_test: bool) -> KeyText:
    """Make a key nobody can guess: 160 random bits beside its prefix."""
    return KeyText(is_test, _random(PREFIX_LENGTH), _random(SECRET_LENGTH))


def text_in(text: str) -> KeyText | None:
    """Read a key; None where it has another form."""
    found = _FORM.fullmatch(text)
    return KeyText(found[1] is not None, found[2], found[3]) if found else None


def hashed(secret: str) -> str:
    """Return the keyed hash under which a secret is kept."""
    return hmac.digest(settings.KEY_PEPPER.encode(), secret.encode(), hashlib.sha256).hex()


def is_of(text: KeyText, row: ApiKey | None) -> bool:
    """Tell in constant time whether a text is the key of this row; a row that is not there costs the same."""
    is_right = hmac.compare_digest(row.secret_hash if row else _NOBODY, hashed(text.secret))
    return row is not None and is_right and text.is_test == (row.kind == KeyKind.TEST)


def shown_prefix(row: ApiKey) -> str:
    """Say what of a key may be shown: its beginning, by which its holder knows it again."""
    return f"nuanliu_{'test_' if row.kind == KeyKind.TEST else ''}{row.prefix}"


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
