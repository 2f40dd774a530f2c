"""What an installation calls its needs, whom it refers to and how long each level has, as data.

`catalogue.json` beside this file comes with the project. An installation's own `needs.json` in its data folder, in the
same form, adds kinds and bodies, replaces those with the same code, and sets other days.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from logistics.kernel.refusals import Unacceptable
from logistics.parties.models import Level

OWN_FILE = "needs.json"
DAYS_MAX = 3_650
CODE_LENGTH_MAX = 24


class NeedKindUnknown(Unacceptable):
    code = "need_kind_unknown"
    zh = "没有这种需求类别：{kind}。"
    en = "There is no kind of need {kind}."


class BodyUnknown(Unacceptable):
    code = "referral_body_unknown"
    zh = "没有这个转介单位：{body}。"
    en = "There is no body {body} to refer to."


class CatalogueWrong(Exception):
    """An installation's own catalogue of needs cannot be used; the text says why."""


@dataclass(frozen=True)
class Word:
    """One entry of the catalogue in both languages; `has_size` asks for a size where such a thing is needed."""

    code: str
    zh: str
    en: str
    has_size: bool = False


@dataclass(frozen=True)
class Catalogue:
    """What this installation knows of needs. Days are whole days."""

    kinds: Mapping[str, Word]
    bodies: Mapping[str, Word]
    days_until_stale: int
    days_per_level: Mapping[str, int]


def catalogue() -> Catalogue:
    """Return what this installation knows of needs, its own words and days in place of the project's."""
    own = Path(settings.DATA_DIR) / OWN_FILE
    moved = own.stat().st_mtime_ns if own.exists() else 0
    return _read(str(own), moved)


def require_kind(kind: str, pointer: str = "/kind") -> None:
    """Refuse NeedKindUnknown."""
    if kind not in catalogue().kinds:
        raise NeedKindUnknown(kind=kind[:CODE_LENGTH_MAX], pointer=pointer)


def require_body(body: str) -> None:
    """Refuse BodyUnknown."""
    if body not in catalogue().bodies:
        raise BodyUnknown(body=body[:CODE_LENGTH_MAX], pointer="/body")


def are_days(days: object) -> bool:
    """Tell whether a number of days can be set: a whole one, not negative, at most ten years."""
    return isinstance(days, int) and not isinstance(days, bool) and 0 < days <= DAYS_MAX


@functools.lru_cache(maxsize=2)
def _read(own: str, moved: int) -> Catalogue:
    """Read both files; `moved` lets a changed file be read again."""
    files = [Path(__file__).with_suffix(".json"), *([Path(own)] if moved else [])]
    merged: dict[str, Any] = {"kinds": {}, "bodies": {}}
    for file in files:
        said = _said(file)
        for name in ("kinds", "bodies"):
            merged[name] |= {word.code: word for word in map(_word, said.pop(name, []))}
        merged |= said
    return _checked(merged)


def _said(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CatalogueWrong(f"{file.name}: {error}") from error
    if not isinstance(said, dict):
        raise CatalogueWrong(f"{file.name}: this is no object")
    return said


def _word(row: Mapping[str, Any]) -> Word:
    try:
        word = Word(**row)
    except TypeError as error:
        raise CatalogueWrong(f"{OWN_FILE}: {error}") from error
    if not (word.code and word.zh and word.en) or len(word.code) > CODE_LENGTH_MAX:
        raise CatalogueWrong(f"{OWN_FILE}: {row} lacks a code or a name, or its code is too long")
    return word


def _checked(merged: dict[str, Any]) -> Catalogue:
    try:
        found = Catalogue(**merged)
    except TypeError as error:
        raise CatalogueWrong(f"{OWN_FILE}: {error}") from error
    levels, days = set(found.days_per_level), [found.days_until_stale, *found.days_per_level.values()]
    if not levels <= set(Level.values) or not all(map(are_days, days)):
        raise CatalogueWrong(f"{OWN_FILE}: levels or days cannot be understood")
    return found
