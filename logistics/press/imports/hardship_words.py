"""Hardships as people write them in one cell: several, by Chinese or English name or by code."""

import re
from collections.abc import Mapping, Sequence

from logistics.households.family_models import HardshipKind
from logistics.households.hardships import hardship_kinds
from logistics.kernel.refusals import Unacceptable

_BETWEEN = re.compile(r"[、，,；;/|+\n\r]+")
_QUOTES = dict.fromkeys(map(ord, "“”「」\"'"))
# So that a single sign is no beginning of a name.
BEGINNING_MIN = 2


class HardshipWordUnknown(Unacceptable):
    code = "row_hardship_unknown"
    zh = "没有这种困难类别。可以写（多个用顿号隔开）：{allowed}。"
    en = "There is no such kind of hardship. Write, with commas between several: {allowed}."


class HardshipWords:
    """What words are known, and the codes that they mean; the fault names the words that are allowed, no other."""

    def __init__(self, kinds: Sequence[HardshipKind] | None = None) -> None:
        known = hardship_kinds() if kinds is None else kinds
        self.of_persons = frozenset(kind.code for kind in known if kind.is_of_person)
        self._names = [kind.name_zh for kind in known]
        self._codes: Mapping[str, str] = {
            _folded(word): kind.code for kind in known for word in (kind.code, kind.name_zh, kind.name_en)
        }

    def read(self, text: str) -> tuple[str, ...]:
        """Return the codes of what stands in a cell, each once. Refuses HardshipWordUnknown."""
        words = filter(None, map(_folded, _BETWEEN.split(text)))
        return tuple(dict.fromkeys(self._code(word) for word in words))

    def _code(self, word: str) -> str:
        if word in self._codes:
            return self._codes[word]
        begun = {code for name, code in self._codes.items() if name.startswith(word)}
        if len(word) < BEGINNING_MIN or len(begun) != 1:
            raise HardshipWordUnknown(allowed="、".join(self._names))
        return begun.pop()


def _folded(word: str) -> str:
    """Say a word without blanks, quotation marks and capitals."""
    return word.translate(_QUOTES).strip().casefold()
