"""Texts about persons: kept apart and erasable, while what is sealed holds a salted commitment of each."""

import hashlib
import hmac
import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from logistics.journal.history import CommittedText

SALT_BYTES = 32


def commitment(salt: bytes, text: str) -> str:
    """Commit to a text: HMAC-SHA256(salt, text), as 64 hexadecimal digits."""
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


def keep_texts(owners: Mapping[uuid.UUID, Mapping[str, str]]) -> dict[uuid.UUID, dict[str, str]]:
    """Keep the texts of sealed rows in one statement, inside the caller's transaction; return their commitments."""
    rows: list[CommittedText] = []
    commitments: dict[uuid.UUID, dict[str, str]] = defaultdict(dict)
    for owner, texts in owners.items():
        for field, text in texts.items():
            salt = secrets.token_bytes(SALT_BYTES)
            rows.append(CommittedText(owner_id=owner, field=field, salt=salt.hex(), text=text))
            commitments[owner][field] = commitment(salt, text)
    if rows:
        CommittedText.objects.bulk_create(rows)
    return dict(commitments)


def texts_of(owner_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """Return what is still kept of the texts of sealed rows."""
    found: dict[uuid.UUID, dict[str, str]] = defaultdict(dict)
    for row in CommittedText.objects.filter(owner_id__in=list(owner_ids)):
        found[row.owner_id][row.field] = row.text
    return dict(found)


def erase_texts(*, owner_ids: Sequence[uuid.UUID]) -> int:
    """Destroy texts and salts for good: commitments, roots and proofs stay, and say nothing any more."""
    return CommittedText.objects.filter(owner_id__in=list(owner_ids)).delete()[0]
