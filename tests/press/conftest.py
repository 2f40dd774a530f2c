"""What the tests of files and paper share."""

import pytest

from logistics.press import label_chunks


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two labels first, then three at a time."""
    monkeypatch.setattr(label_chunks, "FIRST_LABELS_MAX", 2)
    monkeypatch.setattr(label_chunks, "LABELS_MAX", 3)
